package io.tiphys.repo.git;

import io.micrometer.core.instrument.MeterRegistry;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jgit.transport.URIish;

/// One mirror for each address and credential.
@Singleton
class GitMirrors implements Repositories {

    private final RepoConfig config;
    private final GitRemote.Surroundings surroundings;
    private final Map<Key, GitMirror> mirrors = new ConcurrentHashMap<>();

    /// Who comes with other credentials finds another mirror: what one may read is not for all.
    private record Key(String url, GitCredential credential) {

        /// Whether this is what the other was before its Secrets or ConfigMaps changed.
        boolean isFormer(Key other) {
            return url.equals(other.url)
                    && credential.origin().equals(other.credential.origin())
                    && !credential.equals(other.credential);
        }
    }

    GitMirrors(RepoConfig config, MeterRegistry meters) {
        this.config = config;
        surroundings =
                new GitRemote.Surroundings(
                        config.timeout(), meters, new GitHubTokens(InstantSource.system()));
        IsolatedSystemReader.install();
    }

    @Override
    public Repository of(String url, GitCredential credential) {
        var key = new Key(url.strip(), credential);
        var known = mirrors.get(key);
        return known == null ? open(key) : known;
    }

    private GitMirror open(Key key) {
        var opened = mirrors.computeIfAbsent(key, this::mirror);
        for (var other : List.copyOf(mirrors.keySet())) {
            if (other.isFormer(key)) {
                var former = mirrors.remove(other);
                if (former != null) {
                    former.close();
                }
            }
        }
        return opened;
    }

    private GitMirror mirror(Key key) {
        try {
            var address = new URIish(key.url());
            // Local paths would let an Application read the machine.
            if (address.getHost() == null
                    || !(HostAccess.isHttp(address) || HostAccess.isSsh(address))) {
                throw new ManifestFailure(
                        "The repository address must start with https://, http:// or ssh://, or be"
                                + " git@host:path: "
                                + GitFailure.withoutCredentials(address));
            }
            return new GitMirror(address, key.credential(), config.directory(), surroundings);
        } catch (URISyntaxException malformed) {
            throw new ManifestFailure("The repository address is no URL");
        }
    }

    @PreDestroy
    void close() {
        mirrors.values().forEach(GitMirror::close);
    }
}
