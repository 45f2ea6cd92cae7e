package io.tiphys.application;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tiphys.channel.Received;
import io.tiphys.channel.Shard;
import io.tiphys.channel.Trace;
import io.tiphys.channel.Tracing;
import io.tiphys.core.event.ApplicationCommand;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.repo.RepoConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Runs what Applications are asked, one run at a time for each. What comes while a run is under
/// way is folded into one more run; whoever asked is answered when the run that covers it is done.
///
/// Every run sets the time of the next: the sweep, or sooner where something has to be tried again.
@Singleton
class ApplicationCommands {

    private static final Logger LOG = Logger.getLogger(ApplicationCommands.class);

    /// What the sweep accepts as a view of Git where nothing else renews it: one fetch serves all
    /// Applications of a repository.
    private static final Duration UNPOLLED_VIEW = Duration.ofSeconds(60);

    /// For what is under way when an Application passes to another replica. What takes longer, such
    /// as a sync of thousands, goes on beside the other's.
    private static final Duration HAND_OVER = Duration.ofSeconds(10);

    /// At so many moments of a sweep Applications are looked at.
    private static final int MOMENTS = 64;

    private final Function<Refresh, Refresher.Next> run;
    private final Predicate<ApplicationId> ours;
    private final Tracing tracing;
    private final Duration sweep;
    private final Duration sweepView;
    private final Semaphore running;
    private volatile boolean stopping;
    private final Map<ApplicationId, Mailbox> mailboxes = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("tiphys-timer").daemon().factory());

    @Inject
    ApplicationCommands(
            Refresher refresher,
            ApplicationConfig config,
            RepoConfig repositories,
            Shard shard,
            Tracing tracing) {
        this(refresher::refresh, shard::has, config, repositories.poll(), tracing);
        shard.onPassed(this::handOver);
    }

    /// @param run what a refresh does; says when to look again
    /// @param ours whether this replica looks after an Application
    /// @param poll how often every repository is looked at; zero if it is not
    ApplicationCommands(
            Function<Refresh, Refresher.Next> run,
            Predicate<ApplicationId> ours,
            ApplicationConfig config,
            Duration poll,
            Tracing tracing) {
        this.run = run;
        this.ours = ours;
        this.tracing = tracing;
        this.sweep = config.sweep();
        // With the time that a look may take and come late. Where looks fail, views grow older than
        // that, and the sweep asks Git by itself.
        this.sweepView = poll.isPositive() ? poll.multipliedBy(3).dividedBy(2) : UNPOLLED_VIEW;
        this.running = new Semaphore(config.concurrency());
    }

    /// Returns when the command was carried out: only then is the record done with.
    @Incoming("commands")
    @RunOnVirtualThread
    void accept(Received<ApplicationCommand> received) {
        tracing.handle(
                received,
                () -> {
                    switch (received.as(ApplicationCommand.class)) {
                        case Refresh refresh -> submitFromLog(refresh).join();
                    }
                });
    }

    /// Asks for a run, as a part of what this thread is doing. The answer completes when a run that
    /// began after this has ended; at once if another replica looks after the Application, for that
    /// one sees by itself what this is about.
    CompletableFuture<Void> submit(Refresh refresh) {
        return ours.test(refresh.application())
                ? submit(refresh, Mailbox::add)
                : CompletableFuture.completedFuture(null);
    }

    /// The same for a command of the log, which is also done with when another one waits for the
    /// same run: that one stands in the log for both. It is the later one, but a hard one for those
    /// after it that are not. So of each Application one record at most waits beside those of its
    /// run, and a storm of commands is read as fast as it comes instead of being carried out wave
    /// by wave.
    CompletableFuture<Void> submitFromLog(Refresh refresh) {
        return submit(refresh, Mailbox::addFromLog);
    }

    /// Whether a run is still to begin, whoever asked for it: it sees all that has happened so far.
    boolean awaitsRun(ApplicationId application) {
        var mailbox = mailboxes.get(application);
        return mailbox != null && mailbox.isWaiting();
    }

    private CompletableFuture<Void> submit(
            Refresh refresh, BiFunction<Mailbox, Refresh, Optional<CompletableFuture<Void>>> add) {
        while (true) {
            var mailbox = mailboxes.computeIfAbsent(refresh.application(), Mailbox::new);
            var done = add.apply(mailbox, refresh);
            if (done.isPresent()) {
                return done.get();
            }
        }
    }

    /// Waits until nothing is under way for Applications that another replica looks after now.
    void handOver() {
        if (stopping) {
            return;
        }
        var busy =
                mailboxes.entrySet().stream()
                        .filter(it -> !ours.test(it.getKey()))
                        .map(it -> it.getValue().leave())
                        .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(busy)
                .completeOnTimeout(null, HAND_OVER.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /// Of so many Applications something is remembered.
    int known() {
        return mailboxes.size();
    }

    /// What is under way ends with the process.
    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }

    /// At most one run and one to come.
    private final class Mailbox {

        private final ApplicationId application;
        private boolean busy;
        private boolean retired;
        private @Nullable Refresh pending;
        private Trace pendingTrace = Trace.NONE;
        private CompletableFuture<Void> pendingDone = new CompletableFuture<>();

        /// The record of the log that waits for the run to come, and whether it asks for a hard
        /// one.
        private CompletableFuture<Void> pendingFromLog = new CompletableFuture<>();

        private boolean pendingFromLogIsHard;

        private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);
        private @Nullable ScheduledFuture<?> next;
        private int failures;

        Mailbox(ApplicationId application) {
            this.application = application;
        }

        /// @return empty if the Application was gone: a new mailbox must take it
        synchronized Optional<CompletableFuture<Void>> add(Refresh refresh) {
            if (retired) {
                return Optional.empty();
            }
            pending = pending == null ? refresh : pending.and(refresh);
            pendingTrace = pendingTrace.and(Trace.current());
            var done = pendingDone;
            if (!busy) {
                busy = true;
                idle = new CompletableFuture<>();
                Thread.ofVirtual().name("application " + application).start(this::work);
            }
            return Optional.of(done);
        }

        synchronized Optional<CompletableFuture<Void>> addFromLog(Refresh refresh) {
            return add(refresh).map(_ -> standFor(refresh.hard()));
        }

        synchronized boolean isWaiting() {
            return pending != null;
        }

        /// Of the one that waited and the one that comes, one is done with, and nothing is left of
        /// it: a storm leaves as little behind as a breeze. What stays must ask for as much when it
        /// is read again after a crash.
        private CompletableFuture<Void> standFor(boolean hard) {
            if (pendingFromLogIsHard && !hard) {
                return CompletableFuture.completedFuture(null);
            }
            pendingFromLog.complete(null);
            pendingFromLog = new CompletableFuture<>();
            pendingFromLogIsHard = hard;
            return pendingFromLog;
        }

        /// Another replica looks after the Application.
        ///
        /// @return completes when there is nothing left to do
        synchronized CompletableFuture<Void> leave() {
            if (next != null) {
                next.cancel(false);
            }
            if (!busy) {
                retire();
            }
            return idle;
        }

        /// Two mailboxes would let two runs of one Application run side by side.
        private void retire() {
            if (pending == null) {
                retired = true;
                mailboxes.remove(application, this);
            }
        }

        /// What comes while it waits for its turn belongs to the same run.
        private void work() {
            boolean more = true;
            while (more) {
                running.acquireUninterruptibly();
                try {
                    var job = take();
                    job.ifPresent(this::run);
                    more = job.isPresent();
                } finally {
                    running.release();
                }
            }
        }

        private void run(Job job) {
            try {
                schedule(
                        tracing.run(
                                "refresh", application, job.trace, () -> run.apply(job.refresh)));
                job.done.complete(null);
                job.fromLog.complete(null);
            } catch (RuntimeException | Error unexpected) {
                LOG.errorf(unexpected, "Refreshing %s failed", application);
                schedule(new Refresher.Next.Again());
                job.done.completeExceptionally(unexpected);
                job.fromLog.completeExceptionally(unexpected);
            }
        }

        private record Job(
                Refresh refresh,
                Trace trace,
                CompletableFuture<Void> done,
                CompletableFuture<Void> fromLog) {}

        private synchronized Optional<Job> take() {
            if (pending == null) {
                busy = false;
                idle.complete(null);
                if (!ours.test(application)) {
                    var _ = leave();
                }
                return Optional.empty();
            }
            var job = new Job(pending, pendingTrace, pendingDone, pendingFromLog);
            pending = null;
            pendingTrace = Trace.NONE;
            pendingDone = new CompletableFuture<>();
            pendingFromLog = new CompletableFuture<>();
            pendingFromLogIsHard = false;
            return Optional.of(job);
        }

        private synchronized void schedule(Refresher.Next outcome) {
            if (next != null) {
                next.cancel(false);
            }
            if (timer.isShutdown()) {
                return;
            }
            var fetch = new FetchDemand(List.of(), sweepView.toSeconds());
            Duration delay;
            switch (outcome) {
                case Refresher.Next.Never() -> {
                    retire();
                    return;
                }
                case Refresher.Next.Sweep() -> {
                    failures = 0;
                    delay = swept();
                }
                case Refresher.Next.After(var wait, var view) when wait.compareTo(sweep) <= 0 -> {
                    failures = 0;
                    delay = wait;
                    fetch = view;
                }
                // However long something may be waited for, an Application gets its look.
                case Refresher.Next.After _ -> {
                    failures = 0;
                    delay = swept();
                }
                case Refresher.Next.Again() -> {
                    delay = backoff(failures);
                    failures++;
                    fetch = FetchDemand.NEWEST;
                }
            }
            var refresh = new Refresh(application, false, fetch, "");
            next =
                    timer.schedule(
                            () -> {
                                if (ours.test(application)) {
                                    var _ = submit(refresh);
                                } else {
                                    var _ = leave();
                                }
                            },
                            delay.toNanos(),
                            TimeUnit.NANOSECONDS);
        }

        /// With others that are due at about the same time: to wake a thread up for each would cost
        /// more than to look at it.
        private Duration swept() {
            long now = System.nanoTime();
            long due = now + jittered(sweep).toNanos();
            return Duration.ofNanos(
                    due - Math.floorMod(due, Math.max(1, sweep.toNanos() / MOMENTS)) - now);
        }

        /// One second, doubling, never longer than the sweep.
        private Duration backoff(int attempt) {
            var delay = Duration.ofSeconds(1L << Math.min(attempt, 10));
            return jittered(delay.compareTo(sweep) > 0 ? sweep : delay);
        }
    }

    /// Between three quarters and the whole, so that Applications do not march in step.
    private static Duration jittered(Duration whole) {
        long millis = whole.toMillis();
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 4 + 1));
    }
}
