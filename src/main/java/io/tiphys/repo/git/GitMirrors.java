package io.tiphys.repo.git;

import io.micrometer.core.instrument.MeterRegistry;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.transport.URIish;

/// One mirror for each address.
@Singleton
class GitMirrors implements Repositories {

    /// What may be read over the network. Local paths would let an Application read the machine.
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final RepoConfig config;
    private final MeterRegistry meters;
    private final Map<String, GitMirror> mirrors = new ConcurrentHashMap<>();

    GitMirrors(RepoConfig config, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
        IsolatedSystemReader.install();
    }

    @Override
    public Repository of(String url) {
        return mirrors.computeIfAbsent(url.strip(), this::open);
    }

    private GitMirror open(String url) {
        try {
            var address = new URIish(url);
            var scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if (!SCHEMES.contains(scheme) || address.getHost() == null) {
                throw new ManifestFailure(
                        "The repository address must start with https:// or http://: "
                                + GitRemote.withoutCredentials(address));
            }
            return new GitMirror(address, config.directory(), config.timeout(), meters);
        } catch (URISyntaxException malformed) {
            throw new ManifestFailure("The repository address is no URL");
        }
    }

    @PreDestroy
    void close() {
        mirrors.values().forEach(GitMirror::close);
    }
}
