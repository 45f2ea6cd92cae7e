package io.tiphys.bench;

import io.tiphys.bench.Load.Outcome;
import io.tiphys.bench.Statistics.Spread;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// B1: how many signed pushes a second get their place in the event log, against a bare pipe, and
/// whether that depends on how many Applications are registered.
///
/// One service for each number of Applications and one pipe run side by side and take turns by the
/// second: a shared machine has moods that last for minutes, so phases that follow each other would
/// compare the moods.
///
/// The registered Applications use another repository than those pushed to, so what is measured is
/// taking deliveries, not deploying.
final class Ingest {

    private static final int PAYLOADS = 2000;
    private static final int REPOSITORIES = 50;

    /// Deliveries to each side before anything counts. With fewer, it is the JIT's work that is
    /// measured, and the pipe gains by it long after the service has stopped to: from 200,000 on it
    /// became another fifth faster, which looked as if the service had become slower. `--apps 0,0`
    /// is the control.
    private static final int WARM_UP = 600_000;

    /// How often the sides take turns within a round.
    private static final int TURNS = 16;

    private static final int OPEN_LOOP_PER_SECOND = 1000;
    private static final int OPEN_LOOP_SECONDS = 5;
    private static final List<Double> TARGETS_OF_PIPE = List.of(0.7, 0.85);
    private static final double TARGET_FLATNESS = 0.95;

    private final Options options;
    private int nextDelivery;

    Ingest(Options options) {
        this.options = options;
    }

    private interface Cpu {
        long millis() throws IOException;
    }

    /// Who takes deliveries.
    ///
    /// @param log the event log that a service's events are in; the pipe's payloads are elsewhere
    private record Side(String name, Load load, Cpu cpu, Broker log, boolean isService) {

        void awaitHandled() {
            if (isService) {
                log.awaitHandled();
            }
        }
    }

    /// One block of load on one side.
    ///
    /// @param turn which of its round
    /// @param cpuMicros CPU time of every process that served it, per delivery
    private record Block(Side side, int round, int turn, Outcome outcome, double cpuMicros) {

        Map<String, Object> json() {
            var json = new LinkedHashMap<String, Object>();
            json.put("side", side.name);
            json.put("round", round);
            json.put("turn", turn);
            json.put("acked", outcome.acked().cardinality());
            json.put("refused", outcome.refused());
            json.put("perSecond", outcome.perSecond());
            json.put("p50Micros", Statistics.percentile(outcome.micros(), 0.50));
            json.put("p99Micros", Statistics.percentile(outcome.micros(), 0.99));
            json.put("cpuMicrosPerDelivery", cpuMicros);
            return json;
        }
    }

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB1 Ingest: %d rounds (the first not counted) of %d blocks a side in turn, %d"
                        + " deliveries a block%n"
                        + "acked = in the page cache of one broker: survives kill -9, not power"
                        + " loss%n%n",
                options.rounds(), TURNS, options.deliveries());
        var results = new LinkedHashMap<String, Object>();
        var started = new ArrayDeque<AutoCloseable>();
        try {
            measure(start(started, results), results);
        } finally {
            stop(started);
        }
        return results;
    }

    /// A service for each number of Applications, and the pipe, which writes to the first one's
    /// broker.
    private List<Side> start(Deque<AutoCloseable> started, Map<String, Object> results)
            throws IOException {
        var sides = new ArrayList<Side>();
        for (int applications : options.applications()) {
            var service = opened(started, Service.start());
            var cluster = opened(started, service.cluster());
            var broker = opened(started, new Broker(service.kafka()));
            var secret = cluster.webhookSecret("webhook.github.secret");
            var payloads = new Deliveries(secret).payloads(PAYLOADS, REPOSITORIES);
            if (sides.isEmpty()) {
                results.put(
                        "meanPayloadBytes",
                        payloads.stream().mapToInt(it -> it.body().length).average().orElseThrow());
                var pipe = opened(started, PipeProcess.start(service, broker, secret));
                // The broker is a part of the first service's process, and serves the pipe too.
                sides.add(
                        new Side(
                                "pipe",
                                new Load(pipe.address(), payloads),
                                () -> pipe.cpuMillis() + service.cpuMillis(),
                                broker,
                                false));
            }
            new Registered(cluster, service.sampleRepository()).grow(applications);
            sides.add(
                    new Side(
                            "%d apps".formatted(applications),
                            new Load(service.webhook(), payloads),
                            service::cpuMillis,
                            broker,
                            true));
        }
        return List.copyOf(sides);
    }

    private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> started, T one) {
        started.push(one);
        return one;
    }

    private static void stop(Deque<AutoCloseable> started) throws IOException {
        for (var one : started) {
            try {
                one.close();
            } catch (IOException failure) {
                throw failure;
            } catch (Exception failure) {
                throw new IOException("Could not be stopped", failure);
            }
        }
    }

    private void measure(List<Side> sides, Map<String, Object> results) throws IOException {
        var services = sides.stream().filter(Side::isService).toList();
        for (int done = 0; done < WARM_UP; done += options.deliveries()) {
            for (var side : sides) {
                block(side, 0, 0);
            }
        }
        var before = new LinkedHashMap<Side, Map<TopicPartition, Long>>();
        for (var service : services) {
            before.put(service, service.log.ends(Broker.EVENTS));
        }
        var blocks = new ArrayList<Block>();
        for (int round = 0; round < options.rounds(); round++) {
            for (int turn = 0; turn < TURNS; turn++) {
                for (var side : turn % 2 == 0 ? sides : sides.reversed()) {
                    blocks.add(block(side, round, turn));
                }
            }
        }
        var open = new LinkedHashMap<Side, Outcome>();
        for (var side : sides) {
            open.put(side, openLoop(side));
        }
        report(sides, blocks, open, before, results);
    }

    private Block block(Side side, int round, int turn) throws IOException {
        long before = side.cpu.millis();
        int first = nextDelivery;
        nextDelivery += options.deliveries();
        var outcome = side.load.closedLoop(first, options.deliveries());
        side.awaitHandled();
        long cpu = side.cpu.millis() - before;
        return new Block(side, round, turn, outcome, cpu * 1000.0 / options.deliveries());
    }

    /// Latency at a rate that every side can bear, from when each delivery was meant to leave.
    private Outcome openLoop(Side side) throws IOException {
        int count = OPEN_LOOP_PER_SECOND * OPEN_LOOP_SECONDS;
        int first = nextDelivery;
        nextDelivery += count;
        var outcome = side.load.openLoop(first, count, OPEN_LOOP_PER_SECOND);
        side.awaitHandled();
        return outcome;
    }

    private void report(
            List<Side> sides,
            List<Block> blocks,
            Map<Side, Outcome> open,
            Map<Side, Map<TopicPartition, Long>> before,
            Map<String, Object> results)
            throws IOException {
        System.out.println(
                "side          per second   of the pipe           p50 ms  p99 ms   CPU us    lost "
                        + " dup"
                        + "   open loop %d/s: p50 ms  p99 ms".formatted(OPEN_LOOP_PER_SECOND));
        var rows = new ArrayList<Map<String, Object>>();
        for (var side : sides) {
            rows.add(row(side, sides.getFirst(), blocks, open.get(side), before.get(side)));
        }
        results.put("sides", rows);
        results.put("load", Machine.load());
        results.put("blocks", blocks.stream().map(Block::json).toList());
        if (sides.size() > 2) {
            flatness(sides.get(1), sides.getLast(), blocks, results);
        }
    }

    private Map<String, Object> row(
            Side side,
            Side pipe,
            List<Block> blocks,
            Outcome open,
            @Nullable Map<TopicPartition, Long> before) {
        var own = blocks.stream().filter(it -> it.side.equals(side)).toList();
        var counted = own.stream().filter(it -> it.round > 0).toList();
        var row = new LinkedHashMap<String, Object>();
        row.put("side", side.name);
        row.put("perSecond", median(counted, it -> it.outcome.perSecond()));
        row.put("p50Millis", median(counted, it -> millis(it.outcome, 0.50)));
        row.put("p99Millis", median(counted, it -> millis(it.outcome, 0.99)));
        row.put("cpuMicrosPerDelivery", median(counted, Block::cpuMicros));
        row.put("openP50Millis", millis(open, 0.50));
        row.put("openP99Millis", millis(open, 0.99));
        var share = ofOther(side, pipe, blocks, it -> it.outcome.perSecond());
        int lost = 0;
        int duplicates = 0;
        if (before != null) {
            var acked = (BitSet) open.acked().clone();
            own.forEach(block -> acked.or(block.outcome.acked()));
            var found = side.log.consume(before);
            row.put("ofPipe", share.json());
            row.put("acked", acked.cardinality());
            acked.andNot(found.found());
            lost = acked.cardinality();
            duplicates = found.duplicates();
            row.put("lost", lost);
            row.put("duplicates", duplicates);
            TARGETS_OF_PIPE.forEach(it -> row.put("atLeast" + it, share.atLeast(it)));
        }
        var refused = new TreeMap<Integer, Integer>(open.refused());
        own.forEach(
                it ->
                        it.outcome
                                .refused()
                                .forEach((code, n) -> refused.merge(code, n, Integer::sum)));
        row.put("refused", refused);
        System.out.printf(
                "%-10s %13.0f   %-18s %9.1f %7.1f %8.0f %7d %4d   %22.1f %7.1f%n",
                side.name,
                row.get("perSecond"),
                side.isService ? share : "",
                row.get("p50Millis"),
                row.get("p99Millis"),
                row.get("cpuMicrosPerDelivery"),
                lost,
                duplicates,
                row.get("openP50Millis"),
                row.get("openP99Millis"));
        if (side.isService) {
            TARGETS_OF_PIPE.forEach(
                    it -> System.out.printf("%27s >= %s: %s%n", "", it, share.atLeast(it)));
        }
        if (!refused.isEmpty()) {
            System.out.println("           refused, by status: " + refused);
        }
        return row;
    }

    /// The most Applications against the fewest, of the same round. In deliveries a second, and in
    /// CPU time, from which neighbours take nothing.
    private void flatness(Side fewest, Side most, List<Block> blocks, Map<String, Object> results) {
        var rate = ofOther(most, fewest, blocks, it -> it.outcome.perSecond());
        var cpu = ofOther(most, fewest, blocks, Block::cpuMicros);
        System.out.printf(
                "flat from %s to %s: deliveries/s x %s   >= %s: %s%n" + "%31s x %s   <= %.2f: %s%n",
                fewest.name,
                most.name,
                rate,
                TARGET_FLATNESS,
                rate.atLeast(TARGET_FLATNESS),
                "CPU a delivery",
                cpu,
                1 / TARGET_FLATNESS,
                cpu.atMost(1 / TARGET_FLATNESS));
        results.put("flatness", rate.json());
        results.put("cpuGrowth", cpu.json());
    }

    /// A figure of one side as a multiple of another's, over the rounds that count. Blocks of the
    /// same turn are neighbours in time, and a round's figure is the median of their ratios: what
    /// takes the machine away for two seconds spoils a turn or two, and no round.
    private Spread ofOther(
            Side one, Side other, List<Block> blocks, ToDoubleFunction<Block> figure) {
        return Statistics.spread(
                IntStream.range(1, options.rounds())
                        .mapToObj(
                                round -> {
                                    var ones = figures(blocks, one, round, figure);
                                    var others = figures(blocks, other, round, figure);
                                    return Statistics.median(
                                            IntStream.range(0, TURNS)
                                                    .mapToObj(it -> ones.get(it) / others.get(it))
                                                    .toList());
                                })
                        .toList());
    }

    /// By turn.
    private static List<Double> figures(
            List<Block> blocks, Side side, int round, ToDoubleFunction<Block> figure) {
        return blocks.stream()
                .filter(it -> it.round == round && it.side.equals(side))
                .sorted(Comparator.comparing(Block::turn))
                .map(figure::applyAsDouble)
                .toList();
    }

    private static double median(List<Block> blocks, ToDoubleFunction<Block> figure) {
        return Statistics.median(blocks.stream().map(figure::applyAsDouble).toList());
    }

    private static double millis(Outcome outcome, double share) {
        return Math.round(Statistics.percentile(outcome.micros(), share)) / 1e3;
    }
}
