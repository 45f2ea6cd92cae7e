package io.tiphys.bench;

import io.tiphys.core.model.TargetState;
import io.tiphys.repo.CountedManifests;
import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/// B12: what is rendered, and what that costs beside the bare tool. In this process, through
/// [io.tiphys.repo.ManifestService], so that nothing but rendering is measured; real repository,
/// real tools.
final class Renderings {

    private static final String REPOSITORY = "renderings";

    /// As many refreshes as the service does at the same time; of tools, it runs one a processor.
    private static final int AT_ONCE = 32;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private static final int OBJECTS = 10;

    private static final int TURNS = 4;

    /// For so many renders of one kind the compiler of this process takes as much time as they.
    private static final int WARM_UP = 2_000;

    /// In memory, as the service has it in a cluster.
    private static final Path MEMORY = Path.of("/dev/shm");

    private final int applications;
    private final int rounds;
    private final Map<RenderKind, List<Block>> ours = samples();
    private final Map<RenderKind, List<Block>> floors = samples();
    private final Map<String, Integer> contents = new HashMap<>();
    private final Map<String, Object> counts = new LinkedHashMap<>();
    private final Verdicts verdicts = new Verdicts();

    /// Renders, and what they took.
    ///
    /// @param cpu milliseconds of this process
    /// @param tools milliseconds of those that it started
    private record Block(int done, double seconds, double cpu, double tools) {

        static final Block NONE = new Block(0, 0, 0, 0);

        Block and(Block other) {
            return new Block(
                    done + other.done,
                    seconds + other.seconds,
                    cpu + other.cpu,
                    tools + other.tools);
        }

        double rate() {
            return done / seconds;
        }

        double cpuEach() {
            return cpu / done;
        }

        double toolsEach() {
            return tools / done;
        }

        double allCpuEach() {
            return (cpu + tools) / done;
        }
    }

    private interface Work {
        void on(int application) throws IOException;
    }

    Renderings(Options options) {
        applications =
                options.applications().stream()
                        .filter(it -> it > 0)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("--apps: none"));
        rounds = options.rounds();
    }

    Map<String, Object> run() throws IOException {
        var directory = Files.createTempDirectory("tiphys-bench-");
        var work =
                Files.createTempDirectory(
                        Files.isDirectory(MEMORY) ? MEMORY : directory, "tiphys-bench-");
        var folder = Files.createDirectory(directory.resolve("host"));
        System.out.printf(
                "%nB12 Render: %d Applications of %d objects of each kind; %d blocks, of which the"
                        + " first is not counted; %d tools at once, their files in %s%n%n",
                applications, OBJECTS, rounds, PROCESSORS, work);
        var monorepo = Monorepo.create(folder.resolve(REPOSITORY), 0);
        var commit = monorepo.commit(files());
        var checkout = checkout(folder.resolve(REPOSITORY), directory.resolve("checkout"));
        try (var host = GitHost.start(folder)) {
            var address = host.address(REPOSITORY);
            warmUp(directory, work, address, commit);
            var manifests = new CountedManifests(directory.resolve("data"), work, address);
            measure(manifests, commit, checkout);
            pushes(manifests, monorepo);
            var restarted = new CountedManifests(directory.resolve("data"), work, address);
            chance(restarted, monorepo);
            all("after a restart", restarted, monorepo.tip(), 0, 0);
            return report();
        } finally {
            Service.delete(work);
            Service.delete(directory);
        }
    }

    /// With the tool that is the quickest, as often as it takes.
    private void warmUp(Path directory, Path work, String address, String commit)
            throws IOException {
        for (int done = 0; done < WARM_UP; done += applications) {
            var manifests = new CountedManifests(directory.resolve("warm-" + done), work, address);
            turn(AT_ONCE, 0, applications, app -> render(manifests, RenderKind.HELM, app, commit));
        }
    }

    private Map<String, String> files() {
        var files = new TreeMap<String, String>();
        for (var kind : RenderKind.values()) {
            for (int app = 0; app < applications; app++) {
                files.putAll(kind.files(app));
            }
            for (int base = 0; base * RenderKind.SHARING < applications; base++) {
                files.putAll(kind.base(base, "first"));
            }
        }
        return files;
    }

    private static Path checkout(Path repository, Path into) throws IOException {
        var command = List.of("git", "clone", "--quiet", repository.toString(), into.toString());
        var process = new ProcessBuilder(command).inheritIO().start();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("The repository cannot be checked out");
        }
        return into;
    }

    /// Every Application for the first time, block by block. In each the service and the bare tool
    /// take turns: what else the machine does for a while, it does to both.
    private void measure(CountedManifests manifests, String commit, Path checkout)
            throws IOException {
        // So that no block has the fetch in it.
        render(manifests, RenderKind.DIRECTORY, 0, commit);
        for (int round = 0; round < rounds; round++) {
            for (var kind : RenderKind.values()) {
                var block = Block.NONE;
                var floor = Block.NONE;
                for (int turn = round * TURNS; turn < (round + 1) * TURNS; turn++) {
                    int from = applications * turn / (rounds * TURNS);
                    int to = applications * (turn + 1) / (rounds * TURNS);
                    block =
                            block.and(
                                    turn(
                                            AT_ONCE,
                                            from,
                                            to,
                                            app -> render(manifests, kind, app, commit)));
                    if (kind != RenderKind.DIRECTORY) {
                        floor =
                                floor.and(
                                        turn(
                                                PROCESSORS,
                                                from,
                                                to,
                                                app -> fork(kind.bare(checkout, app))));
                    }
                }
                if (round > 0) {
                    ours.get(kind).add(block);
                    floors.get(kind).add(floor);
                }
            }
        }
        count("for the first time", manifests, RenderKind.values().length * applications);
    }

    private void pushes(CountedManifests manifests, Monorepo monorepo) throws IOException {
        all("again", manifests, monorepo.tip(), 0, 0);
        var unrelated = monorepo.commit(Map.of(Monorepo.UNUSED, "Changed.\n"));
        all("after an unrelated commit", manifests, unrelated, 0, 0);
        for (var kind : RenderKind.values()) {
            var one = monorepo.commit(kind.changeOfOne("second"));
            all("after a change of one " + kind, manifests, one, 1, 1);
            var base = kind.base(0, "third");
            if (!base.isEmpty()) {
                int sharing = Math.min(applications, RenderKind.SHARING);
                all(
                        "after a change of what %d %s share".formatted(sharing, kind),
                        manifests,
                        monorepo.commit(base),
                        sharing,
                        sharing);
            }
        }
    }

    /// A chart that comes out otherwise each time, for two Applications and twice for one of them.
    private void chance(CountedManifests manifests, Monorepo monorepo) throws IOException {
        var files =
                Map.of(
                        "chance/Chart.yaml",
                        "{apiVersion: v2, name: chance, version: 1.0.0}\n",
                        "chance/templates/map.yaml",
                        """
                        {apiVersion: v1, kind: ConfigMap, metadata: {name: chance},
                         data: {password: "{{ randAlphaNum 20 }}"}}
                        """);
        var commit = monorepo.commit(files);
        Map<String, Object> source = Map.of("path", "chance", "helm", Map.of("releaseName", "a"));
        var one = manifests.render("one", source, commit, false);
        boolean shared = one.equals(manifests.render("two", source, commit, false));
        var again = manifests.render("one", source, commit, true);
        count("of a chart with a random value, for two, and by a hard refresh", manifests, 3);
        verdicts.add("what is left to chance is not taken for another Application's", !shared);
        verdicts.add(
                "a hard refresh finds that it varies, and nothing else does",
                again.varies() && !one.varies());
    }

    /// Renders every Application at a commit.
    ///
    /// @param rendered how many have changed inputs
    /// @param changed how many come out otherwise than before
    private void all(
            String when, CountedManifests manifests, String commit, int rendered, int changed)
            throws IOException {
        var different = new AtomicInteger();
        long began = System.nanoTime();
        for (var kind : RenderKind.values()) {
            for (int app = 0; app < applications; app++) {
                var target = render(manifests, kind, app, commit);
                int content = target.manifests().hashCode();
                var before = contents.put(kind.name(app) + kind, content);
                if (before != null && before != content) {
                    different.incrementAndGet();
                }
            }
        }
        double micros =
                (System.nanoTime() - began) / 1e3 / RenderKind.values().length / applications;
        System.out.printf("%-50s %8.0f us each, one after the other%n", when, micros);
        counts.put(when + ", us each", micros);
        count(when, manifests, rendered);
        verdicts.add("as many come out otherwise " + when, different.get() == changed);
    }

    private void count(String when, CountedManifests manifests, int expected) {
        int rendered = manifests.rendered();
        counts.put(when, rendered);
        verdicts.add(
                "rendered %s: %d, as %d".formatted(when, rendered, expected), rendered == expected);
    }

    private static TargetState render(
            CountedManifests manifests, RenderKind kind, int app, String commit)
            throws IOException {
        var target = manifests.render(kind.name(app), kind.source(app), commit, false);
        if (target.manifests().size() != OBJECTS || target.varies()) {
            throw new IOException("Not what was declared: " + target);
        }
        return target;
    }

    private static void fork(List<String> command) throws IOException {
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var output = process.getInputStream().readAllBytes();
        if (process.onExit().join().exitValue() != 0 || output.length == 0) {
            throw new IOException(command + " failed");
        }
    }

    private static Block turn(int atOnce, int from, int to, Work work) throws IOException {
        var next = new AtomicInteger(from);
        long pid = ProcessHandle.current().pid();
        long cpu = Machine.cpuMillis(pid);
        long tools = Machine.cpuMillisOfChildren(pid);
        long began = System.nanoTime();
        Workers.run(
                atOnce,
                () -> {
                    for (int n = next.getAndIncrement(); n < to; n = next.getAndIncrement()) {
                        work.on(n);
                    }
                    return null;
                });
        return new Block(
                to - from,
                (System.nanoTime() - began) / 1e9,
                Machine.cpuMillis(pid) - cpu,
                Machine.cpuMillisOfChildren(pid) - tools);
    }

    private Map<String, Object> report() {
        var results = new LinkedHashMap<String, Object>(counts);
        System.out.println();
        for (var kind : RenderKind.values()) {
            print(kind.name(), ours.get(kind));
            results.put(kind.name(), ours.get(kind));
            if (kind == RenderKind.DIRECTORY) {
                continue;
            }
            print("  by the bare tool", floors.get(kind));
            results.put(kind + ", bare tool", floors.get(kind));
            var ratio = ratios(kind, kind);
            var forked = ratios(RenderKind.DIRECTORY, kind);
            var cpu = cpuRatios(kind);
            System.out.printf(
                    "  ratio %s; of CPU time %s; of plain directories %s%n", ratio, cpu, forked);
            verdicts.add(
                    "%s: at least 0.9 of the bare tool's throughput".formatted(kind),
                    ratio.atLeast(0.9));
            verdicts.add(
                    "plain directories: at least 5 times as quick as to fork for " + kind,
                    forked.atLeast(5));
        }
        results.put("verdicts", verdicts.printed());
        return results;
    }

    private static void print(String what, List<Block> blocks) {
        System.out.printf(
                "%-20s %s a second, CPU ms each: %s here, %s of tools%n",
                what,
                spread(blocks, Block::rate),
                spread(blocks, Block::cpuEach),
                spread(blocks, Block::toolsEach));
    }

    private static Statistics.Spread spread(List<Block> blocks, ToDoubleFunction<Block> figure) {
        return Statistics.spread(blocks.stream().map(figure::applyAsDouble).toList());
    }

    private Statistics.Spread ratios(RenderKind kind, RenderKind tool) {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < ours.get(kind).size(); i++) {
            ratios.add(ours.get(kind).get(i).rate() / floors.get(tool).get(i).rate());
        }
        return Statistics.spread(ratios);
    }

    /// The bare tool's to ours: from these, neighbours on the machine take little.
    private Statistics.Spread cpuRatios(RenderKind kind) {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < ours.get(kind).size(); i++) {
            ratios.add(floors.get(kind).get(i).allCpuEach() / ours.get(kind).get(i).allCpuEach());
        }
        return Statistics.spread(ratios);
    }

    private static Map<RenderKind, List<Block>> samples() {
        var samples = new EnumMap<RenderKind, List<Block>>(RenderKind.class);
        for (var kind : RenderKind.values()) {
            samples.put(kind, new ArrayList<>());
        }
        return samples;
    }
}
