package io.tiphys.repo;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/// Where Git mirrors are kept, and how long a Git host may take.
@ConfigMapping(prefix = "tiphys.repo")
public interface RepoConfig {

    /// The folder of the mirrors. It holds nothing that cannot be fetched again.
    Path directory();

    /// Limit on one exchange with a Git host.
    @WithDefault("60s")
    Duration timeout();

    /// Bytes of source files whose rendered manifests are remembered.
    @WithDefault("67108864")
    long cacheBytes();
}
