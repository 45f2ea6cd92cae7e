package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.bench.Statistics.Spread;
import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/// B2: whether a push to a monorepo refreshes exactly the Applications that it touches, and what
/// that costs in Git exchanges, requests to the API server and CPU time, as the number of those
/// that it does not touch grows.
///
/// The expected set comes from Git's own comparison of the two trees. The found ones are the
/// commands in the event log and, apart from them, the Applications whose status names the commit.
final class AffectedSet {

    private static final String REPOSITORY = "monorepo.git";
    private static final String UNFINISHED = "tiphys.incomplete-pushes";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int WARM_UP = 400;

    /// Of a push that nobody counts: what it leaves to do is done while the next ones come.
    private static final int WARMING = -1;

    /// Of the kind that takes hundreds of times as long as the others, that is enough.
    private static final int WARM_UP_LONG = 20;

    /// Before the pushes, of repositories that nobody uses: what is measured is not the JIT.
    private static final int WARM_UP_DELIVERIES = 20_000;

    private static final int FIRST_OF_WARM_UP = 1_000_000;

    private static final double TARGET_MILLIS = 5;
    private static final double TARGET_MILLIS_EACH = 1;
    private static final double TARGET_EXPONENT = 0.2;

    private final Options options;
    private final Map<String, Set<String>> refreshedAt = new ConcurrentHashMap<>();
    private int next;

    AffectedSet(Options options) {
        this.options = options;
    }

    /// All that takes part.
    private record Bench(
            Service service,
            Cluster cluster,
            Broker broker,
            Monorepo monorepo,
            Repository trees,
            GitHost host,
            BareMirror mirror,
            CommandLog commands,
            Deliveries deliveries) {}

    Map<String, Object> run() throws IOException {
        var sizes = options.applications().stream().filter(it -> it > 0).toList();
        System.out.printf(
                "%nB2 Affected set: a monorepo of %d folders of %d files, %d rounds (the first not"
                        + " counted); a figure is a round's mean%n%n",
                sizes.getLast(), Monorepo.FILES_EACH, options.rounds());
        // Neither the sweep nor the look for missed pushes is a part of a push; by default they
        // come every three minutes or so.
        try (var service =
                        Service.start("-Dtiphys.application.sweep=24h", "-Dtiphys.repo.poll=0s");
                var cluster = service.cluster();
                var broker = new Broker(service.kafka());
                var commands = new CommandLog(service.kafka())) {
            var folder = service.folder("host");
            var monorepo = Monorepo.create(folder.resolve(REPOSITORY), sizes.getLast());
            for (var sample : List.of("guestbook", "orders")) {
                cluster.delete(Cluster.APPLICATIONS + "/" + sample);
            }
            cluster.watch(Cluster.APPLICATIONS, this::changed);
            var deliveries = new Deliveries(cluster.webhookSecret("webhook.github.secret"));
            new Load(service.webhook(), deliveries.payloads(500, 50))
                    .closedLoop(FIRST_OF_WARM_UP, WARM_UP_DELIVERIES);
            broker.awaitHandled();
            try (var host = GitHost.start(folder);
                    var mirror =
                            new BareMirror(service.folder("mirror.git"), host.address(REPOSITORY));
                    var trees = open(folder.resolve(REPOSITORY))) {
                return report(
                        measure(
                                new Bench(
                                        service,
                                        cluster,
                                        broker,
                                        monorepo,
                                        trees,
                                        host,
                                        mirror,
                                        commands,
                                        deliveries),
                                sizes));
            }
        }
    }

    private List<MonorepoPush> measure(Bench bench, List<Integer> sizes) throws IOException {
        var registered =
                new Registered(
                        bench.cluster,
                        n -> PushKind.application(n, bench.host.address(REPOSITORY)));
        var pushes = new ArrayList<MonorepoPush>();
        System.out.println(
                "apps   refs   commit touches             affected  asked refreshed exact  fetch"
                        + " look  API   ms to command  CPU ms to command       to status  floor"
                        + "  fetch");
        for (int refs : options.refs()) {
            bench.monorepo.growRefs(refs);
            for (int size : refs == options.refs().getFirst() ? sizes : List.of(sizes.getLast())) {
                registered.grow(size);
                for (int i = 0; i < WARM_UP; i++) {
                    var kind = PushKind.values()[i % PushKind.values().length];
                    if (kind != PushKind.FOLDERS || i < WARM_UP_LONG) {
                        push(bench, kind, size, refs, WARMING);
                    }
                }
                settle(bench);
                for (int round = 0; round < options.rounds(); round++) {
                    for (var kind : PushKind.values()) {
                        for (int i = 0; i < kind.each(); i++) {
                            var push = push(bench, kind, size, refs, round);
                            if (round > 0) {
                                pushes.add(push);
                            }
                        }
                    }
                }
                for (var kind : PushKind.values()) {
                    print(of(pushes, kind, size, refs));
                }
            }
        }
        return pushes;
    }

    private void changed(JsonNode event) {
        var application = event.path("object");
        var revision = application.at("/status/sync/revision").asText();
        refreshedAt
                .computeIfAbsent(revision, _ -> ConcurrentHashMap.newKeySet())
                .add(application.at("/metadata/name").asText());
    }

    private MonorepoPush push(Bench bench, PushKind kind, int size, int refs, int round)
            throws IOException {
        int number = next++;
        var files = kind.files(size, number);
        var before = bench.monorepo.tip();
        var after = bench.monorepo.commit(files);
        var changed = bench.monorepo.changed(before, after);
        var expected = PushKind.affected(changed, size);
        var payload =
                bench.deliveries.push(
                        bench.host.address(REPOSITORY),
                        before,
                        after,
                        kind == PushKind.UNLISTED ? List.of() : changed);
        var event = Load.id(number) + ":" + Monorepo.MAIN;
        var gitBefore = bench.host.traffic();
        var requestsBefore = bench.cluster.requests();
        try (var sender = new Load(bench.service.webhook(), List.of(payload)).connect()) {
            long cpu = bench.service.cpuNanos();
            if (sender.post(number) != 202) {
                throw new IOException("A delivery was refused");
            }
            long acked = System.nanoTime();
            Patience.until(
                    PATIENCE,
                    expected.size() + " Applications are asked because of " + event,
                    () -> bench.commands.because(event).size() >= expected.size());
            long cpuCommands = bench.service.cpuNanos() - cpu;
            Patience.until(
                    PATIENCE,
                    "the affected Applications are compared with " + after,
                    () -> refreshed(after).containsAll(expected));
            long cpuStatus = bench.service.cpuNanos() - cpu;
            if (round != WARMING) {
                settle(bench);
            }
            var asked = bench.commands.because(event);
            double toLast =
                    asked.values().stream().mapToLong(it -> it - acked).max().orElse(0) / 1e6;
            var askedNames =
                    asked.keySet().stream()
                            .map(it -> it.substring(it.indexOf('/') + 1))
                            .collect(Collectors.toSet());
            var git = bench.host.traffic().since(gitBefore);
            return new MonorepoPush(
                    kind,
                    size,
                    refs,
                    round,
                    expected.size(),
                    asked.size(),
                    refreshed(after).size(),
                    askedNames.equals(expected) && refreshed(after).equals(expected),
                    git,
                    bench.cluster.requestsSince(requestsBefore),
                    expected.isEmpty() ? Double.NaN : toLast,
                    expected.isEmpty() ? Double.NaN : cpuCommands / 1e6,
                    expected.isEmpty() ? Double.NaN : cpuStatus / 1e6,
                    kind == PushKind.UNLISTED ? bench.mirror.fetch() : 0,
                    floor(bench.trees, before, after));
        }
    }

    /// Until nobody has anything left to do, so that whatever is too much is counted.
    private static void settle(Bench bench) {
        bench.broker.awaitHandled();
        bench.broker.awaitHandled(UNFINISHED, "tiphys-pipeline-paths");
        bench.broker.awaitHandled(CommandLog.TOPIC, "tiphys-application");
    }

    private Set<String> refreshed(String commit) {
        return refreshedAt.getOrDefault(commit, Set.of());
    }

    /// What the comparison alone costs.
    private static double floor(Repository repository, String before, String after)
            throws IOException {
        long began = System.nanoTime();
        try (var commits = new RevWalk(repository);
                var files = new TreeWalk(repository)) {
            files.setRecursive(true);
            files.setFilter(TreeFilter.ANY_DIFF);
            for (var commit : List.of(before, after)) {
                files.addTree(commits.parseCommit(ObjectId.fromString(commit)).getTree());
            }
            while (files.next()) {
                files.getRawPath();
            }
        }
        return (System.nanoTime() - began) / 1e6;
    }

    private static Repository open(Path directory) throws IOException {
        return new FileRepositoryBuilder().setGitDir(directory.toFile()).setBare().build();
    }

    private static List<MonorepoPush> of(
            List<MonorepoPush> pushes, PushKind kind, int size, int refs) {
        return pushes.stream()
                .filter(it -> it.kind() == kind && it.applications() == size && it.refs() == refs)
                .toList();
    }

    private static Spread spread(List<MonorepoPush> pushes, ToDoubleFunction<MonorepoPush> figure) {
        return Statistics.spread(means(pushes, figure));
    }

    /// Of each round.
    private static List<Double> means(
            List<MonorepoPush> pushes, ToDoubleFunction<MonorepoPush> figure) {
        return List.copyOf(
                pushes.stream()
                        .collect(
                                Collectors.groupingBy(
                                        MonorepoPush::round,
                                        TreeMap::new,
                                        Collectors.averagingDouble(figure)))
                        .values());
    }

    private static void print(List<MonorepoPush> pushes) {
        var one = pushes.getLast();
        System.out.printf(
                "%-6d %-6d %-26s %8d %6.0f %9.0f %-5s %6.1f %4.1f %5.1f %8s %24s %12s %6.1f"
                        + " %6.1f%n",
                one.applications(),
                one.refs(),
                one.kind().title(),
                one.expected(),
                spread(pushes, MonorepoPush::asked).median(),
                spread(pushes, MonorepoPush::refreshed).median(),
                pushes.stream().allMatch(MonorepoPush::exact) ? "yes" : "NO",
                pushes.stream().mapToLong(it -> it.git().fetches()).average().orElseThrow(),
                pushes.stream().mapToLong(it -> it.git().looks()).average().orElseThrow(),
                pushes.stream().mapToLong(MonorepoPush::requestsInAll).average().orElseThrow(),
                ifAny(one, "%.1f".formatted(spread(pushes, MonorepoPush::toLastCommand).median())),
                ifAny(one, spread(pushes, MonorepoPush::cpuToLastCommand).toString()),
                ifAny(
                        one,
                        "%.1f".formatted(spread(pushes, MonorepoPush::cpuToLastStatus).median())),
                spread(pushes, MonorepoPush::floor).median(),
                spread(pushes, MonorepoPush::fetch).median());
    }

    private static String ifAny(MonorepoPush push, String figure) {
        return push.expected() == 0 ? "-" : figure;
    }

    private Map<String, Object> report(List<MonorepoPush> pushes) {
        var verdicts = new Verdicts();
        verdicts.add(
                "refreshed exactly the affected set, every push",
                pushes.stream().allMatch(MonorepoPush::exact));
        verdicts.add(
                "at most 1 fetch a push, none where nobody is affected",
                pushes.stream().allMatch(it -> it.git().fetches() <= (it.expected() == 0 ? 0 : 1)));
        verdicts.add(
                "nobody only looked at the refs",
                pushes.stream().allMatch(it -> it.git().looks() == 0));
        verdicts.add(
                "API requests: one status write for each affected, nothing else",
                pushes.stream().allMatch(it -> it.requestsInAll() == it.expected()));
        for (var kind : PushKind.values()) {
            if (kind != PushKind.NOBODY) {
                cpu(pushes, kind, verdicts);
            }
        }
        for (var kind : List.of(PushKind.ONE_FILE, PushKind.UNLISTED)) {
            growth(pushes, kind, verdicts);
        }
        var result = new LinkedHashMap<String, Object>();
        result.put("verdicts", verdicts.printed());
        result.put("pushes", pushes);
        return result;
    }

    /// Of the largest size.
    private void cpu(List<MonorepoPush> pushes, PushKind kind, Verdicts verdicts) {
        var largest = of(pushes, kind, options.applications().getLast(), options.refs().getLast());
        var spread = spread(largest, MonorepoPush::cpuDecided);
        double target = TARGET_MILLIS + TARGET_MILLIS_EACH * largest.getFirst().expected();
        verdicts.add(
                "%s: CPU ms to the last command%s %s <= %.0f"
                        .formatted(
                                kind.title(),
                                kind == PushKind.UNLISTED ? ", less a bare fetch's," : "",
                                spread,
                                target),
                spread.atMost(target));
    }

    /// The exponent with which CPU time grows with the number of Applications that a push does not
    /// touch, round by round.
    private void growth(List<MonorepoPush> pushes, PushKind kind, Verdicts verdicts) {
        var sizes = options.applications().stream().filter(it -> it > 0).toList();
        if (sizes.size() < 2) {
            return;
        }
        int refs = options.refs().getFirst();
        var few = means(of(pushes, kind, sizes.getFirst(), refs), MonorepoPush::cpuToLastCommand);
        var many = means(of(pushes, kind, sizes.getLast(), refs), MonorepoPush::cpuToLastCommand);
        double times = (sizes.getLast() - 1.0) / (sizes.getFirst() - 1.0);
        var exponents =
                Statistics.spread(
                        IntStream.range(0, few.size())
                                .mapToObj(
                                        it ->
                                                Math.log(many.get(it) / few.get(it))
                                                        / Math.log(times))
                                .toList());
        verdicts.add(
                "%s: grows with %d to %d unaffected Applications to the power of %s <= %s"
                        .formatted(
                                kind.title(),
                                sizes.getFirst() - 1,
                                sizes.getLast() - 1,
                                exponents,
                                TARGET_EXPONENT),
                exponents.atMost(TARGET_EXPONENT));
    }
}
