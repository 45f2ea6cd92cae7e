package io.tiphys.repo.git;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import java.time.InstantSource;

/// Mirrors as the service has them, for a benchmark of what reads them.
public final class Mirrors {

    private Mirrors() {}

    public static Repositories by(RepoConfig config) {
        return new GitMirrors(
                config,
                new SimpleMeterRegistry(),
                new Identities(AzurePod.NONE, InstantSource.system()));
    }
}
