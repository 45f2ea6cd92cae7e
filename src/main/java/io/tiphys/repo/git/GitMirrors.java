package io.tiphys.repo.git;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.repo.Access;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.identity.Identities;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jgit.transport.URIish;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One mirror for each address and credential.
@Singleton
class GitMirrors implements Repositories {

    private static final Logger LOG = Logger.getLogger(GitMirrors.class);

    /// How often what is unused is looked for, before it has been so for long enough.
    private static final int LOOKS = 7;

    private final RepoConfig config;
    private final GitRemote.Surroundings surroundings;
    private final Verification verification;
    private final Map<Key, GitMirror> mirrors = new ConcurrentHashMap<>();
    private final ScheduledExecutorService tidying =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("tiphys-mirrors").daemon().factory());

    /// Who comes with other credentials finds another mirror: what one may read is not for all.
    private record Key(String url, GitCredential credential) {

        /// Every comparison asks. Of one address there are few.
        @Override
        public int hashCode() {
            return url.hashCode();
        }

        /// Whether this is what the other was before its Secrets or ConfigMaps changed.
        boolean isFormer(Key other) {
            return url.equals(other.url)
                    && credential.origin().equals(other.credential.origin())
                    && !credential.equals(other.credential);
        }
    }

    @Inject
    GitMirrors(RepoConfig config, MeterRegistry meters, Identities identities) {
        this(config, meters, identities, InstantSource.system());
    }

    GitMirrors(
            RepoConfig config, MeterRegistry meters, Identities identities, InstantSource clock) {
        this.config = config;
        surroundings =
                new GitRemote.Surroundings(
                        config.timeout(),
                        config.commitMethod() == RepoConfig.CommitMethod.API,
                        meters,
                        identities,
                        clock,
                        new LargeFiles(config, clock));
        verification = new Verification(clock);
        IsolatedSystemReader.install();
    }

    /// Not before all that is in use has been asked for.
    void start(@Observes StartupEvent event) {
        long nanos = config.unusedAfter().dividedBy(LOOKS).toNanos();
        if (nanos > 0) {
            var _ = tidying.scheduleWithFixedDelay(this::tidy, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /// Drops what nobody uses any more: branches and tags, and whole mirrors.
    void tidy() {
        var since = surroundings.clock().instant().minus(config.unusedAfter());
        for (var key : List.copyOf(mirrors.keySet())) {
            try {
                var used = mirrors.computeIfPresent(key, (_, mirror) -> usedSince(since, mirror));
                if (used != null) {
                    used.tidy(since);
                }
            } catch (RuntimeException failure) {
                LOG.warnf(
                        "The mirror of %s is not tidied up: %s",
                        RepositoryUrl.canonical(key.url()), failure.getMessage());
            }
        }
        try {
            deleteOthers(since);
        } catch (IOException failure) {
            LOG.warnf("Mirrors of old stay in %s: %s", config.directory(), failure.getMessage());
        }
    }

    private static @Nullable GitMirror usedSince(Instant since, GitMirror mirror) {
        if (mirror.lastUse().isAfter(since)) {
            return mirror;
        }
        try {
            mirror.delete();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return null;
    }

    /// Those of repositories that nobody has named since this process began.
    private void deleteOthers(Instant since) throws IOException {
        if (!Files.exists(config.directory())) {
            return;
        }
        var known = mirrors.values().stream().map(GitMirror::folder).collect(Collectors.toSet());
        try (var folders = Files.list(config.directory())) {
            for (var folder : folders.filter(MirrorFiles::isMirror).toList()) {
                if (!known.contains(folder)
                        && Files.getLastModifiedTime(folder).toInstant().isBefore(since)) {
                    MirrorFiles.delete(folder);
                }
            }
        }
    }

    @Override
    public GitMirror of(String url, GitCredential credential) {
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
            return new GitMirror(
                    address,
                    key.credential(),
                    config.directory(),
                    surroundings,
                    verification,
                    this::visit);
        } catch (URISyntaxException malformed) {
            throw new ManifestFailure("The repository address is no URL");
        }
    }

    private Optional<Submodules.Visit> visit(Access access) {
        return config.submodules()
                ? Optional.of(Submodules.Visit.of(this, access))
                : Optional.empty();
    }

    @PreDestroy
    void close() {
        tidying.shutdownNow();
        mirrors.values().forEach(GitMirror::close);
    }
}
