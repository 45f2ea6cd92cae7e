package io.tiphys.bench;

import io.tiphys.bench.Load.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/// B10: what becomes of a storm of deliveries when those who carry out its commands are slow.
///
/// They are slow because the Git host is: it lets so few begin a second that about fifty commands
/// are carried out. Its repositories move on meanwhile, each a few times; the storm ends with a
/// push of each one's newest commit, and then the host is quick again.
final class Storm {

    /// Of the Applications of one repository, the first to look has it fetched for the others.
    private static final int CONNECTS_PER_SECOND = 9;

    /// To the service and to the pipe, until the JIT is done: see [Ingest]. The first storm of a
    /// service that was just started is another matter.
    private static final int WARM_UP = 600_000;

    private static final int PIPE_BLOCKS = 5;
    private static final int PIPE_BLOCK = 20_000;
    private static final double OF_PIPE = 0.9;
    private static final int IDLE_PER_SECOND = 200;
    private static final int SHORT_SECONDS = 5;
    private static final int FIRST = 10_000_000;

    private static final double TARGET_EXECUTED = 1.5;
    private static final double TARGET_HEAP = 1.1;
    private static final double TARGET_ACK = 5;
    private static final double TARGET_DRAIN_SECONDS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Pattern EXECUTED =
            Pattern.compile("Refreshing argocd/storm-\\d+-\\d+ \\S+");

    private final Options options;

    Storm(Options options) {
        this.options = options;
    }

    /// All that takes part.
    private record Bench(
            Service service,
            Broker broker,
            PipeProcess pipe,
            StormRepositories repositories,
            Deliveries deliveries,
            HeapLog heap) {}

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB10 Storm and slow consumer: %d s, %d repositories with %d Applications"
                        + " each%n%n",
                options.seconds(), StormRepositories.COUNT, StormRepositories.APPLICATIONS_EACH);
        var heap = new HeapLog(Files.createTempFile("tiphys-bench-gc", ".log"));
        try (var service =
                        Service.start(
                                "-Dtiphys.application.sweep=24h",
                                "-Dquarkus.log.category.\"io.tiphys.application.Refresher\".level=DEBUG",
                                heap.flag());
                var cluster = service.cluster();
                var broker = new Broker(service.kafka())) {
            var secret = cluster.webhookSecret("webhook.github.secret");
            for (var sample : List.of("guestbook", "orders")) {
                cluster.delete(Cluster.APPLICATIONS + "/" + sample);
            }
            try (var repositories = StormRepositories.start(service.folder("host"), cluster);
                    var pipe = PipeProcess.start(service, broker, secret)) {
                return run(
                        new Bench(
                                service, broker, pipe, repositories, new Deliveries(secret), heap));
            }
        } finally {
            Files.delete(heap.file());
        }
    }

    private Map<String, Object> run(Bench bench) throws IOException {
        var usual = bench.deliveries.payloads(2000, StormRepositories.COUNT);
        var service = new Load(bench.service.webhook(), usual);
        var pipe = new Load(bench.pipe.address(), usual);
        service.closedLoop(0, WARM_UP);
        pipe.closedLoop(0, WARM_UP);
        bench.broker.awaitHandled();
        var ofPipe = new ArrayList<Double>();
        for (int i = 0; i < PIPE_BLOCKS; i++) {
            ofPipe.add(pipe.closedLoop(0, PIPE_BLOCK).perSecond());
        }
        int bearable = (int) (OF_PIPE * Statistics.median(ofPipe));
        int rate = Math.min(options.rate(), bearable);
        var idle = service.openLoop(WARM_UP, IDLE_PER_SECOND * SHORT_SECONDS, IDLE_PER_SECOND);
        var floor = pipe.openLoop(0, rate * SHORT_SECONDS, rate);
        bench.broker.awaitHandled();

        var result = new LinkedHashMap<String, Object>();
        result.put("pipePerSecond", ofPipe);
        result.put("meantPerSecond", rate);
        result.put("idle", latency(idle));
        result.put("pipeAtThatRate", latency(floor));
        System.out.printf(
                "The bare pipe does %.0f/s, so the storm is %d/s%s%n",
                Statistics.median(ofPipe), rate, rate < options.rate() ? " (0.9 of it)" : "");
        print("idle, " + IDLE_PER_SECOND + "/s", idle);
        print("bare pipe, " + rate + "/s", floor);
        storm(bench, rate, idle, result);
        return result;
    }

    private void storm(Bench bench, int rate, Outcome idle, Map<String, Object> result)
            throws IOException {
        int count = Math.max(rate * options.seconds(), 2 * StormRepositories.COUNT);
        var deliveries =
                new StormDeliveries(
                        bench.deliveries,
                        bench.repositories.addresses(),
                        bench.repositories.last(bench.deliveries),
                        FIRST,
                        count);
        var before = bench.broker.ends(Broker.EVENTS);
        long commandsBefore = bench.broker.records(CommandLog.TOPIC);

        // The storm
        bench.repositories.host().limitConnects(CONNECTS_PER_SECOND);
        long began = System.currentTimeMillis();
        var mover =
                Thread.ofPlatform()
                        .name("mover")
                        .start(
                                () ->
                                        bench.repositories.move(
                                                Duration.ofSeconds(options.seconds())));
        Outcome outcome;
        try (var _ = collector(bench.service)) {
            outcome =
                    new Load(bench.service.webhook(), deliveries.inOrder())
                            .openLoop(0, count, rate);
        }
        bench.service.collect();
        long ended = System.currentTimeMillis();
        int executedMeanwhile = executed(bench.service.log());
        long lag = bench.broker.unhandled(CommandLog.TOPIC, "tiphys-application");
        join(mover);

        // What is left
        bench.repositories.host().limitConnects(0);
        long released = System.nanoTime();
        double converged = secondsSince(released, bench.repositories::allAtTheNewest);
        double drained =
                secondsSince(
                        released,
                        () ->
                                bench.broker.unhandled(Broker.EVENTS, Broker.READER)
                                                + bench.broker.unhandled(
                                                        CommandLog.TOPIC, "tiphys-application")
                                        == 0);
        int executed = executed(bench.service.log()) - executedMeanwhile;
        long commands = bench.broker.records(CommandLog.TOPIC) - commandsBefore;
        var ends = new Ends(lag, executedMeanwhile, executed, commands, converged, drained);
        var losses = losses(bench, deliveries, outcome, before);
        var live = new ArrayList<Integer>();
        bench.heap.between(began, ended).forEach(it -> live.add(it.megabytes()));

        print("storm, " + rate + "/s", outcome);
        verdicts(bench.repositories, idle, outcome, losses, live, ends, result);
    }

    /// How it went on after the last delivery.
    ///
    /// @param lag commands that nobody had carried out when the storm ended
    /// @param meanwhile commands carried out during the storm
    /// @param executed commands carried out after it
    /// @param commands written, in all
    /// @param converged seconds from the host's recovery until each Application was at the newest
    ///     commit
    /// @param drained seconds until nothing was left in the log
    private record Ends(
            long lag,
            int meanwhile,
            int executed,
            long commands,
            double converged,
            double drained) {}

    /// @param deliveries acknowledged, by id
    /// @param events that are not in the event log, though acknowledged
    /// @param others without an event that are not in the log of deliveries
    private record Losses(int deliveries, int events, int others, int othersInAll) {}

    private static Losses losses(
            Bench bench,
            StormDeliveries deliveries,
            Outcome outcome,
            Map<TopicPartition, Long> before) {
        var events = new BitSet();
        var others = new BitSet();
        outcome.acked().stream()
                .forEach(
                        place ->
                                (deliveries.isEvent(place) ? events : others)
                                        .set(deliveries.number(place)));
        int othersInAll = others.cardinality();
        int inAll = events.cardinality() + othersInAll;
        events.andNot(bench.broker.consume(before).found());
        others.andNot(bench.broker.deliveries());
        return new Losses(inAll, events.cardinality(), others.cardinality(), othersInAll);
    }

    /// Soon after the storm began, and half-way through: more often, and it would be the collector
    /// that is measured.
    private ScheduledExecutorService collector(Service service) {
        var collector = Executors.newSingleThreadScheduledExecutor();
        for (int seconds : List.of(SHORT_SECONDS, options.seconds() / 2)) {
            var _ =
                    collector.schedule(
                            () -> {
                                service.collect();
                                return seconds;
                            },
                            seconds,
                            TimeUnit.SECONDS);
        }
        return collector;
    }

    private void verdicts(
            StormRepositories repositories,
            Outcome idle,
            Outcome storm,
            Losses losses,
            List<Integer> live,
            Ends ends,
            Map<String, Object> result) {
        long refused =
                storm.refused().entrySet().stream()
                        .filter(it -> it.getKey() >= 500)
                        .mapToLong(Map.Entry::getValue)
                        .sum();
        double ofIdle = p(storm, 0.99) / p(idle, 0.99);
        double ofIdeal = ends.executed / (double) StormRepositories.APPLICATIONS;
        var stale = Statistics.spread(repositories.staleness());
        System.out.printf(
                "%nexecuted: %d during the storm (%.0f/s), %d after it; %d commands were written,"
                    + " %d of them waited at its end%nstaleness, from a move of main to the"
                    + " Application that follows: %.1f s median, %.1f s at most%nlive heap after %d"
                    + " s, half-way and at the end: %s MB%npings in the log of deliveries: all but"
                    + " %d of %d (at most 20/s are kept)%n%n",
                ends.meanwhile,
                ends.meanwhile / (double) options.seconds(),
                ends.executed,
                ends.commands,
                ends.lag,
                stale.median(),
                stale.max(),
                SHORT_SECONDS,
                live,
                losses.others,
                losses.othersInAll);
        var verdicts = new Verdicts();
        verdicts.add(
                "%d of %d acknowledged deliveries lost = 0"
                        .formatted(losses.events, losses.deliveries),
                losses.events == 0);
        verdicts.add("%d answered 5xx = 0".formatted(refused), refused == 0);
        verdicts.add(
                "p99 of answers %.1fx idle <= %.0f".formatted(ofIdle, TARGET_ACK),
                ofIdle <= TARGET_ACK);
        double growth = live.getLast() / (double) live.getFirst();
        verdicts.add(
                "live heap at its end %.2fx of after %d s <= %s"
                        .formatted(growth, SHORT_SECONDS, TARGET_HEAP),
                growth <= TARGET_HEAP);
        verdicts.add(
                "executed after the storm %.2fx the %d Applications' newest states <= %s"
                        .formatted(ofIdeal, StormRepositories.APPLICATIONS, TARGET_EXECUTED),
                ofIdeal <= TARGET_EXECUTED);
        verdicts.add(
                "all at the newest commit after %.1f s <= %.0f"
                        .formatted(ends.converged, TARGET_DRAIN_SECONDS),
                ends.converged <= TARGET_DRAIN_SECONDS);
        verdicts.add(
                "nothing left in the log after %.1f s <= %.0f"
                        .formatted(ends.drained, TARGET_DRAIN_SECONDS),
                ends.drained <= TARGET_DRAIN_SECONDS);
        verdicts.add("no Application went back to an older commit", !repositories.wentBack());
        result.put("storm", latency(storm));
        result.put("refused", storm.refused());
        result.put("losses", losses);
        result.put("liveHeapMegabytes", live);
        result.put("ends", ends);
        result.put("stalenessSeconds", repositories.staleness());
        result.put("verdicts", verdicts.printed());
    }

    private static double p(Outcome outcome, double share) {
        return Statistics.percentile(outcome.micros(), share) / 1e3;
    }

    private static Map<String, Object> latency(Outcome outcome) {
        return Map.of(
                "perSecond",
                outcome.perSecond(),
                "p50Millis",
                p(outcome, 0.5),
                "p99Millis",
                p(outcome, 0.99));
    }

    private static void print(String what, Outcome outcome) {
        System.out.printf(
                "%-24s %8.0f/s acknowledged, p50 %8.1f ms, p99 %8.1f ms, refused %s%n",
                what, outcome.perSecond(), p(outcome, 0.5), p(outcome, 0.99), outcome.refused());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }

    /// How many commands of the pipeline were carried out so far, by the service's log.
    private static int executed(Path log) throws IOException {
        try (var lines = Files.lines(log)) {
            return (int) lines.filter(it -> EXECUTED.matcher(it).find()).count();
        }
    }

    /// Infinity if it is not so in time.
    private static double secondsSince(long released, Callable<Boolean> condition) {
        try {
            Patience.until(
                    PATIENCE,
                    "all is done",
                    () -> {
                        Patience.pause(Duration.ofMillis(100));
                        return condition.call();
                    });
            return (System.nanoTime() - released) / 1e9;
        } catch (IllegalStateException notInTime) {
            return Double.POSITIVE_INFINITY;
        }
    }
}
