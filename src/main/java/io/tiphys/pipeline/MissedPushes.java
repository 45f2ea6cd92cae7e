package io.tiphys.pipeline;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.channel.EventChannel;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository.Move;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Finds pushes that nobody told of. Every repository is asked one small question an interval:
/// do the refs that Applications follow stand where we saw them? What moved becomes a push event
/// like any other, and what comes of it is the same. It also keeps our view of Git recent, so
/// that the sweep of Applications need not ask; if nothing is published, or nobody can be asked,
/// the sweep sees to it.
///
/// One question for each address and credential: two spellings of one repository are two
/// mirrors. Every replica asks for itself, for each has mirrors of its own; what several find is
/// told several times, and [Repetitions] lets it through once.
@Singleton
class MissedPushes {

    private static final Logger LOG = Logger.getLogger(MissedPushes.class);
    private static final String PROVIDER = "poll";

    private final Repositories repositories;
    private final Function<String, Map<GitCredential, Set<Revision>>> revisions;
    private final Function<GitEvent, CompletionStage<Void>> publish;
    private final RepoConfig config;
    private final Timing timing;
    private final MeterRegistry meters;

    /// Every address that is asked, and what its host had against it last.
    private final Map<String, String> addresses = new ConcurrentHashMap<>();

    private final Map<String, HostTurns> hosts = new ConcurrentHashMap<>();
    private final AtomicBoolean unpublished = new AtomicBoolean();
    private volatile boolean stopped;

    @Inject
    MissedPushes(
            Repositories repositories,
            ApplicationIndex index,
            EventChannel channel,
            RepoConfig config,
            Timing timing,
            MeterRegistry meters) {
        this(repositories, index::revisions, channel::publish, config, timing, meters);
    }

    /// @param revisions of an address, as Applications follow them, by what they read it with
    MissedPushes(
            Repositories repositories,
            Function<String, Map<GitCredential, Set<Revision>>> revisions,
            Function<GitEvent, CompletionStage<Void>> publish,
            RepoConfig config,
            Timing timing,
            MeterRegistry meters) {
        this.repositories = repositories;
        this.revisions = revisions;
        this.publish = publish;
        this.config = config;
        this.timing = timing;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event, ApplicationStore store) {
        if (config.poll().isPositive()) {
            store.onChange(change -> change.after().ifPresent(this::follow));
            store.all().forEach(this::follow);
        }
    }

    /// What is being asked now may break when the rest of the service goes.
    void stop(@Observes ShutdownEvent event) {
        stopped = true;
    }

    private void follow(Entry entry) {
        switch (entry) {
            case Entry.Valid valid ->
                    valid.application().sources().git().map(Source::repoUrl).forEach(this::follow);
            case Entry.Invalid _ -> {
                // Nothing to follow.
            }
        }
    }

    /// Asks an address from now on until no Application has it any more, first at any time within
    /// the interval.
    void follow(String address) {
        if (addresses.putIfAbsent(address, "") == null) {
            askIn(timing.chance(), address);
        }
    }

    private void askIn(double intervals, String address) {
        var delay = Duration.ofNanos((long) (config.poll().toNanos() * intervals));
        timing.after(delay, () -> due(address));
    }

    private void due(String address) {
        if (followed(address).isEmpty()) {
            forget(address);
        } else {
            host(address).add(() -> ask(address));
        }
    }

    /// A commit never moves.
    private Map<GitCredential, Set<Revision>> followed(String address) {
        var moving = new HashMap<GitCredential, Set<Revision>>();
        revisions
                .apply(address)
                .forEach(
                        (credential, names) -> {
                            var refs =
                                    names.stream()
                                            .filter(it -> !it.isCommit())
                                            .collect(Collectors.toSet());
                            if (!refs.isEmpty()) {
                                moving.put(credential, refs);
                            }
                        });
        return moving;
    }

    private void forget(String address) {
        addresses.remove(address);
        if (addresses.keySet().stream().noneMatch(it -> hostOf(it).equals(hostOf(address)))) {
            hosts.remove(hostOf(address));
        }
        if (!followed(address).isEmpty()) {
            // Somebody began to use it meanwhile.
            follow(address);
        }
    }

    private HostTurns host(String address) {
        return hosts.computeIfAbsent(
                hostOf(address),
                host ->
                        new HostTurns(
                                host,
                                config.pollAtOnce(),
                                config.pollPerSecond(),
                                config.poll(),
                                timing));
    }

    /// With its port, and without whoever logs in there.
    private static String hostOf(String address) {
        return RepositoryUrl.canonical(address).replaceFirst("/.*", "");
    }

    /// @return why the host did not answer; a repository that it does not have or show is an answer
    private Optional<String> ask(String address) {
        try {
            var problems = new TreeSet<String>();
            for (var it : followed(address).entrySet()) {
                var failure = ask(address, it.getKey(), it.getValue());
                if (failure.isPresent() && failure.get().passing()) {
                    return failure.map(Throwable::getMessage);
                }
                failure.map(Throwable::getMessage).ifPresent(problems::add);
            }
            note(address, String.join("; ", problems));
        } catch (RuntimeException unexpected) {
            count("failed");
            if (!stopped) {
                LOG.errorf(unexpected, "Looking at %s failed", RepositoryUrl.canonical(address));
            }
        } finally {
            // Up to a quarter earlier, so that repositories do not march in step.
            askIn(1 - timing.chance() / 4, address);
        }
        return Optional.empty();
    }

    private Optional<ManifestFailure> ask(
            String address, GitCredential credential, Set<Revision> names) {
        try {
            var moves = repositories.of(address, credential).look(names);
            count(moves.isEmpty() ? "unchanged" : "moved");
            moves.forEach(move -> tell(address, move));
            return Optional.empty();
        } catch (ManifestFailure failure) {
            count("failed");
            return Optional.of(failure);
        }
    }

    /// Says once that a repository cannot be read, however often it is tried.
    ///
    /// @param problem empty if it can
    private void note(String address, String problem) {
        var known = addresses.replace(address, problem);
        if (known != null && known.isEmpty() != problem.isEmpty()) {
            if (problem.isEmpty()) {
                LOG.infof("%s can be read again", RepositoryUrl.canonical(address));
            } else {
                LOG.warn(problem);
            }
        }
    }

    private void count(String result) {
        meters.counter("tiphys.repo.polls", "result", result).increment();
    }

    private void tell(String address, Move move) {
        var repository = RepositoryUrl.canonical(address);
        LOG.infof("Found by asking: %s of %s is at %s", move.ref(), repository, move.after());
        var push =
                new GitEvent.Pushed(
                        UUID.randomUUID().toString(),
                        repository,
                        move.ref(),
                        move.before(),
                        move.after(),
                        List.of(),
                        false,
                        move.defaultBranch(),
                        PROVIDER);
        publish.apply(push)
                .whenComplete(
                        (_, failure) -> {
                            boolean failed = failure != null;
                            if (unpublished.getAndSet(failed) != failed && failed) {
                                LOG.warnf(
                                        "What moved in Git cannot be told, and is left to the"
                                                + " sweep: %s",
                                        failure.getMessage());
                            }
                        });
    }
}
