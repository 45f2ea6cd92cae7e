package io.tiphys.bench;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import com.sun.management.OperatingSystemMXBean;
import io.tiphys.bench.ImageFiles.Retag;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// B8: what a new tag of an image costs in commits, Git exchanges and questions to its registry,
/// and how long it takes to be in Git: one Application's, all Applications', and one of each in a
/// short time. A request that cannot be carried out stands among them.
///
/// What is to be in Git is reckoned here, by replacing a text; every file of the branch's tip is
/// held against it.
final class ImageBumps {

    private static final int APPLICATIONS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /// Of a round, whose middle counts: into some, by chance, a collection of garbage falls.
    private static final int TURNS = 5;

    private static final Duration BURST = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    /// When this machine's processors are as busy as that, nothing of a bump is under way.
    private static final double QUIET = 0.1;

    private static final Duration QUIET_FOR = Duration.ofMillis(200);

    private static final String IMAGE_EVENTS = "tiphys.image-events";
    private static final String WRITE_BACKS = "tiphys.write-backs";
    private static final String DEAD_LETTERS = "tiphys.dead-letters";

    private static final double TARGET_OF_FLOOR = 1.3;
    private static final int MOST_COMMITS_OF_BURST = 10;
    private static final int LOOKS_OF_COMMIT = 2;

    /// What asking for an image takes, however many want to know: manifest and configuration.
    private static final int QUESTIONS = 2;

    private static final String LONE = "one image of one Application";
    private static final String SHARED = "one image of all";
    private static final String ASKED = "the same, by platform";
    private static final String EACH = "one image of each in 2 s";

    private final Options options;
    private final ImageFiles files = new ImageFiles(APPLICATIONS);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int next;

    ImageBumps(Options options) {
        this.options = options;
    }

    /// All that takes part.
    private record Bench(
            Service service,
            Broker broker,
            HostedTwins twins,
            CountedRegistry registry,
            BareWriter floor,
            String token) {}

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB8 Image bump: %d Applications in one repository, %d rounds (the first %d not"
                        + " counted)%n%n",
                APPLICATIONS, options.rounds(), options.warmUp());
        var folder = Files.createTempDirectory("tiphys-bench-images-");
        try (var apart = Apart.start(folder, options);
                var service = Service.start(flags(apart));
                var cluster = service.cluster();
                var broker = new Broker(service.kafka());
                var registry = new CountedRegistry()) {
            for (var sample : List.of("guestbook", "orders")) {
                cluster.delete(Cluster.APPLICATIONS + "/" + sample);
            }
            cluster.create("/api/v1/namespaces/argocd/configmaps", settings(registry));
            try (var twins = new HostedTwins(service.folder("host"), files.files());
                    var hops = new TopicHops(service.kafka());
                    var floor =
                            new BareWriter(
                                    service.folder("bare").resolve("twin.git"),
                                    twins.twinAddress(),
                                    hops)) {
                var address = twins.address();
                cluster.create(Cluster.APPLICATIONS, ImageFiles.broken(address));
                new Registered(cluster, n -> ImageFiles.application(n, address)).grow(APPLICATIONS);
                var token = cluster.webhookSecret("webhook.distribution.secret");
                return report(measure(new Bench(service, broker, twins, registry, floor, token)));
            }
        } finally {
            Service.delete(folder);
        }
    }

    /// Of what is counted, nothing is asked by the clock.
    private static String[] flags(Apart apart) {
        var flags = new ArrayList<>(apart.flags());
        flags.add("-Dtiphys.application.sweep=24h");
        flags.add("-Dtiphys.repo.poll=0s");
        flags.add("-Dtiphys.image.poll=0s");
        return flags.toArray(String[]::new);
    }

    private static String settings(CountedRegistry registry) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "argocd-image-updater-config", "namespace": "argocd"},
         "data": {"registries.conf":
          "registries: [{name: own, prefix: %s, api_url: '%s', limit: 0}]"}}
        """
                .formatted(ImageFiles.HOST, registry.address());
    }

    private List<ImageBump> measure(Bench bench) throws IOException {
        var bumps = new ArrayList<ImageBump>();
        for (int round = 0; round < options.rounds(); round++) {
            tidy(bench);
            for (int turn = 0; turn < TURNS; turn++) {
                bumps.add(bump(bench, LONE, round, files.each(1, tag()), Duration.ZERO));
                bumps.add(everywhere(bench, SHARED, round, ImageFiles.SHARED));
                bumps.add(everywhere(bench, ASKED, round, ImageFiles.ASKED));
            }
            bumps.add(bump(bench, EACH, round, files.each(APPLICATIONS, tag()), BURST));
        }
        return bumps;
    }

    private static void tidy(Bench bench) throws IOException {
        bench.twins.tidy();
        bench.floor.tidy();
    }

    private ImageBump everywhere(Bench bench, String what, int round, String image)
            throws IOException {
        return bump(bench, what, round, files.everywhere(image, tag()), Duration.ZERO);
    }

    private String tag() {
        return "1.%d.0".formatted(++next);
    }

    /// @param span over which the deliveries are spread
    private ImageBump bump(Bench bench, String what, int round, List<Retag> retags, Duration span)
            throws IOException {
        awaitQuiet();
        var before = bench.twins.tip();
        var git = bench.twins.host().traffic();
        long asked = bench.registry.asked();
        long letters = bench.broker.records(DEAD_LETTERS);
        files.expect(retags);
        long began = System.nanoTime();
        deliver(bench, retags, span);
        Patience.until(
                PATIENCE,
                "the last of the tags is in Git",
                () -> {
                    // The host says when it came; to look all the time would take a processor.
                    Patience.pause(LOOK_EVERY);
                    return bench.twins
                            .content(retags.getLast().file())
                            .equals(expected(retags.getLast()));
                });
        bench.broker.awaitHandled(IMAGE_EVENTS, "tiphys-pipeline-image");
        bench.broker.awaitHandled(WRITE_BACKS, "tiphys-image");
        // The refreshes that follow are no part of it, and would disturb what comes next.
        bench.broker.awaitHandled(CommandLog.TOPIC, "tiphys-application");
        var commits = bench.twins.commits(before);
        long last =
                commits.stream()
                        .mapToLong(it -> bench.twins.host().pushed().get(it))
                        .max()
                        .orElse(0);
        var since = bench.twins.host().traffic().since(git);
        awaitQuiet();
        return new ImageBump(
                what,
                round,
                commits.size(),
                since.pushes(),
                since.fetches(),
                since.looks(),
                bench.registry.asked() - asked,
                bench.broker.records(DEAD_LETTERS) - letters,
                bench.twins.contents(ImageFiles.ROOT).equals(files.files()),
                (last - began) / 1e6,
                bench.floor.write(retags),
                BareCheck.millis(retags.stream().map(this::expected).toList()));
    }

    /// What follows from a bump, such as Events and what is told of Applications, is no part of the
    /// next one, nor of the floor.
    private static void awaitQuiet() {
        var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Patience.until(
                PATIENCE,
                "nothing is under way any more",
                () -> {
                    var _ = machine.getCpuLoad();
                    Patience.pause(QUIET_FOR);
                    return machine.getCpuLoad() < QUIET;
                });
    }

    private String expected(Retag retag) {
        return files.files().get(retag.file());
    }

    /// Tells the service of each image once, as the registry would.
    private void deliver(Bench bench, List<Retag> retags, Duration span) throws IOException {
        var told = new ArrayList<Future<Integer>>();
        var images = new ArrayList<Retag>();
        Set<String> known = new HashSet<>();
        retags.stream().filter(it -> known.add(it.image())).forEach(images::add);
        long start = System.nanoTime();
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < images.size(); i++) {
                var image = images.get(i);
                long meant = start + span.toNanos() / images.size() * i;
                Patience.pause(Duration.ofNanos(Math.max(0, meant - System.nanoTime())));
                told.add(senders.submit(() -> post(bench, image)));
            }
            for (var one : told) {
                if (one.get() != 202) {
                    throw new IOException("A delivery was answered " + one.get());
                }
            }
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }

    private int post(Bench bench, Retag image) throws IOException, InterruptedException {
        var body =
                """
                {"events": [{"id": "%1$s-%2$s", "timestamp": "2026-01-01T00:00:00Z",
                  "action": "push",
                  "target": {"mediaType": "application/vnd.oci.image.manifest.v1+json",
                             "digest": "%3$s", "repository": "%1$s", "tag": "%2$s"},
                  "request": {"host": "%4$s", "method": "PUT"}}]}
                """
                        .formatted(
                                image.image(),
                                image.tag(),
                                CountedRegistry.digest(image.tag()),
                                ImageFiles.HOST);
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        bench.service
                                                .webhook()
                                                .toString()
                                                .replace(
                                                        "/api/webhook",
                                                        "/api/registry-webhook/distribution")))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + bench.token)
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private Map<String, Object> report(List<ImageBump> bumps) {
        var verdicts = new Verdicts();
        System.out.printf(
                "%-30s %8s %7s %8s %6s %9s %9s %9s %-20s %s%n",
                "",
                "commits",
                "pushes",
                "fetches",
                "looks",
                "registry",
                "p50 ms",
                "floor",
                "of the floor",
                "of a checking one");
        for (var what : List.of(LONE, SHARED, ASKED, EACH)) {
            var counted = of(bumps, what);
            var ratio = Statistics.spread(ratios(counted, ImageBump::floor));
            System.out.printf(
                    "%-30s %8d %7d %8d %6d %9d %9.1f %9.1f %-20s %s%n",
                    what,
                    most(counted, ImageBump::commits),
                    most(counted, ImageBump::pushes),
                    most(counted, ImageBump::fetches),
                    most(counted, ImageBump::looks),
                    most(counted, ImageBump::registry),
                    median(counted, ImageBump::millis),
                    median(counted, ImageBump::floor),
                    ratio,
                    Statistics.spread(ratios(counted, ImageBump::checkedFloor)));
            if (!what.equals(EACH)) {
                verdicts.add(
                        "%s: 1 commit, 1 push, at most 1 fetch, every time".formatted(what),
                        counted.stream()
                                .allMatch(
                                        it ->
                                                it.commits() == 1
                                                        && it.pushes() == 1
                                                        && it.fetches() <= 1));
                verdicts.add(
                        "%s: event to commit of the floor, p50 of a round %s <= %s"
                                .formatted(what, ratio, TARGET_OF_FLOOR),
                        ratio.atMost(TARGET_OF_FLOOR));
            }
        }
        verdicts.add(
                "what a name decides is asked of no registry",
                bumps.stream()
                        .filter(it -> !it.what().equals(ASKED))
                        .allMatch(it -> it.registry() == 0));
        verdicts.add(
                "what it is asked, it is asked once: at most %d questions for one image of all"
                        .formatted(QUESTIONS),
                most(of(bumps, ASKED), ImageBump::registry) <= QUESTIONS);
        verdicts.add(
                "%s: at most %d commits".formatted(EACH, MOST_COMMITS_OF_BURST),
                most(of(bumps, EACH), ImageBump::commits) <= MOST_COMMITS_OF_BURST);
        verdicts.add(
                "%s: at most %d looks for a commit, to write it and to read it"
                        .formatted(EACH, LOOKS_OF_COMMIT),
                of(bumps, EACH).stream()
                        .allMatch(it -> it.looks() <= LOOKS_OF_COMMIT * it.commits()));
        verdicts.add(
                "every tag is in Git, and not a byte else is changed",
                bumps.stream().allMatch(ImageBump::exact));
        verdicts.add(
                "one that cannot be written is a dead letter, and blocks none of the others",
                of(bumps, SHARED).stream().allMatch(it -> it.exact() && it.deadLetters() == 1));
        var result = new LinkedHashMap<String, Object>();
        result.put("verdicts", verdicts.printed());
        result.put("bumps", bumps);
        return result;
    }

    private List<ImageBump> of(List<ImageBump> bumps, String what) {
        return bumps.stream()
                .filter(it -> it.what().equals(what) && it.round() >= options.warmUp())
                .toList();
    }

    /// Of each round, what is the middle of its turns, and of the floor's.
    private static List<Double> ratios(List<ImageBump> bumps, Function<ImageBump, Double> floor) {
        return bumps.stream()
                .collect(groupingBy(ImageBump::round, TreeMap::new, toList()))
                .values()
                .stream()
                .map(it -> median(it, ImageBump::millis) / median(it, floor))
                .toList();
    }

    private static double median(List<ImageBump> bumps, Function<ImageBump, Double> figure) {
        return Statistics.median(bumps.stream().map(figure).toList());
    }

    private static long most(List<ImageBump> bumps, ToLongFunction<ImageBump> figure) {
        return bumps.stream().mapToLong(figure).max().orElseThrow();
    }
}
