package io.tiphys.bench;

import io.tiphys.bench.Load.Outcome;
import io.tiphys.bench.Statistics.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// B1: how many signed pushes a second get their place in the event log, against a bare pipe, and
/// whether that depends on how many Applications are registered.
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

    /// And again after Applications were added: what their making compiled and left behind.
    private static final int WARM_UP_AGAIN = 60_000;

    /// How often the two take turns within a round: a shared machine's mood changes by the second.
    private static final int TURNS = 16;

    private static final List<String> ABBA = List.of("service", "pipe");

    private static final int OPEN_LOOP_PER_SECOND = 1000;
    private static final int OPEN_LOOP_SECONDS = 5;
    private static final double TARGET_OF_PIPE = 0.7;
    private static final double TARGET_FLATNESS = 0.95;

    private final Options options;
    private int nextDelivery;

    Ingest(Options options) {
        this.options = options;
    }

    /// The two that are compared, with all that is needed to load them.
    private record Bench(
            Service service, PipeProcess floor, Broker broker, Load subjectLoad, Load floorLoad) {}

    /// One block of load on one of the two.
    ///
    /// @param cpuMicros CPU time of every process that served it, per delivery
    private record Block(String side, int round, Outcome outcome, double cpuMicros) {

        Map<String, Object> json() {
            var json = new LinkedHashMap<String, Object>();
            json.put("side", side);
            json.put("round", round);
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
                "%nB1 Ingest: %d rounds (the first not counted) of %d blocks a side, ABBA, %d"
                        + " deliveries a block%n"
                        + "acked = in the page cache of one broker: survives kill -9, not power"
                        + " loss%n%n",
                options.rounds(), TURNS, options.deliveries());
        var results = new LinkedHashMap<String, Object>();
        try (var service = Service.start();
                var cluster = service.cluster();
                var broker = new Broker(service.kafka())) {
            var secret = cluster.webhookSecret("webhook.github.secret");
            var payloads = new Deliveries(secret).payloads(PAYLOADS, REPOSITORIES);
            results.put(
                    "meanPayloadBytes",
                    payloads.stream().mapToInt(it -> it.body().length).average().orElseThrow());
            try (var floor = PipeProcess.start(service, broker, secret)) {
                var bench =
                        new Bench(
                                service,
                                floor,
                                broker,
                                new Load(service.webhook(), payloads),
                                new Load(floor.address(), payloads));
                var registered = new Registered(cluster, service.sampleRepository());
                measureAll(bench, registered, results);
            }
        }
        return results;
    }

    private void measureAll(Bench bench, Registered registered, Map<String, Object> results)
            throws IOException {
        System.out.println(
                "apps   service/s      pipe/s   of the pipe          p50 ms  p99 ms (pipe)     "
                        + "CPU us (pipe)  lost  dup");
        warmUp(bench, WARM_UP);
        var measured = new ArrayList<List<Block>>();
        for (int applications : options.applications()) {
            registered.grow(applications);
            bench.broker.awaitHandled();
            warmUp(bench, WARM_UP_AGAIN);
            measured.add(measure(bench, applications, results));
        }
        if (measured.size() > 1) {
            flatness(measured.getFirst(), measured.getLast(), results);
        }
    }

    private void warmUp(Bench bench, int deliveries) throws IOException {
        for (int done = 0; done < deliveries; done += options.deliveries()) {
            block(bench, "service", 0);
            block(bench, "pipe", 0);
        }
    }

    private List<Block> measure(Bench bench, int applications, Map<String, Object> results)
            throws IOException {
        var before = bench.broker.ends(Broker.EVENTS);
        var acked = new BitSet();
        var refused = new TreeMap<Integer, Integer>();
        var blocks = new ArrayList<Block>();
        for (int round = 0; round < options.rounds(); round++) {
            for (int turn = 0; turn < TURNS; turn++) {
                for (var side : turn % 2 == 0 ? ABBA : ABBA.reversed()) {
                    var block = block(bench, side, round);
                    if (side.equals("service")) {
                        acked.or(block.outcome.acked());
                        block.outcome
                                .refused()
                                .forEach((code, n) -> refused.merge(code, n, Integer::sum));
                    }
                    if (round > 0) {
                        blocks.add(block);
                    }
                }
            }
        }
        var open = openLoop(bench, acked);
        var found = bench.broker.consume(before);
        var lost = (BitSet) acked.clone();
        lost.andNot(found.found());

        var ratios = ofPipe(blocks, it -> it.outcome.perSecond());
        var spread = Statistics.spread(ratios);
        print(applications, blocks, spread, lost.cardinality(), found.duplicates());
        if (!refused.isEmpty()) {
            System.out.println("       refused, by status (warm-up included): " + refused);
        }
        System.out.println("       open loop, " + OPEN_LOOP_PER_SECOND + "/s: " + open);

        var result = new LinkedHashMap<String, Object>();
        result.put("ofPipe", spread.json());
        result.put("ofPipePerRound", ratios);
        result.put("atLeast" + TARGET_OF_PIPE, spread.atLeast(TARGET_OF_PIPE));
        result.put("acked", acked.cardinality());
        result.put("refusedWarmUpIncluded", refused);
        result.put("lost", lost.cardinality());
        result.put("duplicates", found.duplicates());
        result.put("openLoop", open);
        result.put("load", Machine.load());
        result.put("blocks", blocks.stream().map(Block::json).toList());
        results.put("apps" + applications, result);
        return blocks;
    }

    private Block block(Bench bench, String side, int round) throws IOException {
        boolean subject = side.equals("service");
        long serviceCpu = bench.service.cpuMillis();
        long pipeCpu = bench.floor.cpuMillis();
        int first = nextDelivery;
        nextDelivery += options.deliveries();
        var outcome =
                (subject ? bench.subjectLoad : bench.floorLoad)
                        .closedLoop(first, options.deliveries());
        if (subject) {
            bench.broker.awaitHandled();
        }
        // The service's CPU time holds the broker's, which serves both.
        long cpu = bench.service.cpuMillis() - serviceCpu + bench.floor.cpuMillis() - pipeCpu;
        return new Block(side, round, outcome, cpu * 1000.0 / options.deliveries());
    }

    /// Latency at a rate that both sides can bear, from when each delivery was meant to leave.
    private Map<String, Object> openLoop(Bench bench, BitSet acked) throws IOException {
        int count = OPEN_LOOP_PER_SECOND * OPEN_LOOP_SECONDS;
        var row = new LinkedHashMap<String, Object>();
        for (var side : List.of("service", "pipe")) {
            boolean subject = side.equals("service");
            int first = nextDelivery;
            nextDelivery += count;
            var outcome =
                    (subject ? bench.subjectLoad : bench.floorLoad)
                            .openLoop(first, count, OPEN_LOOP_PER_SECOND);
            if (subject) {
                acked.or(outcome.acked());
            }
            bench.broker.awaitHandled();
            row.put(side + "Refused", outcome.refused());
            row.put(side + "P50Millis", millis(outcome, 0.50));
            row.put(side + "P99Millis", millis(outcome, 0.99));
        }
        return row;
    }

    private static double millis(Outcome outcome, double share) {
        return Math.round(Statistics.percentile(outcome.micros(), share)) / 1e3;
    }

    private void print(
            int applications, List<Block> blocks, Spread spread, int lost, int duplicates) {
        System.out.printf(
                "%-6d %9.0f %11.0f   %-18s %8.1f %7.1f (%.1f/%.1f) %8.0f (%.0f) %5d %4d   >= %s:"
                        + " %s%n",
                applications,
                median(blocks, "service", it -> it.outcome.perSecond()),
                median(blocks, "pipe", it -> it.outcome.perSecond()),
                spread,
                median(blocks, "service", it -> millis(it.outcome, 0.50)),
                median(blocks, "service", it -> millis(it.outcome, 0.99)),
                median(blocks, "pipe", it -> millis(it.outcome, 0.50)),
                median(blocks, "pipe", it -> millis(it.outcome, 0.99)),
                median(blocks, "service", Block::cpuMicros),
                median(blocks, "pipe", Block::cpuMicros),
                lost,
                duplicates,
                TARGET_OF_PIPE,
                spread.atLeast(TARGET_OF_PIPE));
    }

    /// The most Applications against the fewest, each as a share of the pipe of its own round: the
    /// machine's moods and the JIT's progress cancel out. In deliveries a second, and in CPU time,
    /// from which neighbours take nothing.
    private void flatness(List<Block> fewest, List<Block> most, Map<String, Object> results) {
        var rate = growth(fewest, most, it -> it.outcome.perSecond());
        var cpu = growth(fewest, most, Block::cpuMicros);
        System.out.printf(
                "flat from %d to %d Applications: deliveries/s x %s   >= %s: %s%n"
                        + "%38s x %s   <= %.2f: %s%n",
                options.applications().getFirst(),
                options.applications().getLast(),
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

    private Spread growth(List<Block> fewest, List<Block> most, ToDoubleFunction<Block> figure) {
        var before = ofPipe(fewest, figure);
        var after = ofPipe(most, figure);
        return Statistics.spread(
                IntStream.range(0, before.size())
                        .mapToObj(round -> after.get(round) / before.get(round))
                        .toList());
    }

    /// A figure of the service as a multiple of the pipe's, for each round that counts.
    private List<Double> ofPipe(List<Block> blocks, ToDoubleFunction<Block> figure) {
        return IntStream.range(1, options.rounds())
                .mapToObj(
                        round ->
                                mean(blocks, "service", round, figure)
                                        / mean(blocks, "pipe", round, figure))
                .toList();
    }

    private static double mean(
            List<Block> blocks, String side, int round, ToDoubleFunction<Block> figure) {
        return blocks.stream()
                .filter(it -> it.side.equals(side) && it.round == round)
                .mapToDouble(figure)
                .average()
                .orElseThrow();
    }

    private static double median(List<Block> blocks, String side, ToDoubleFunction<Block> figure) {
        return Statistics.median(
                blocks.stream()
                        .filter(it -> it.side.equals(side))
                        .map(it -> figure.applyAsDouble(it))
                        .toList());
    }
}
