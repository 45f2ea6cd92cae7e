package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.dev.PushHook;
import io.tiphys.dev.SampleRepository;
import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.support.EventLog;
import io.tiphys.support.ExternalBroker;
import io.tiphys.support.GitHost;
import io.tiphys.support.Installed;
import io.tiphys.support.Monorepo;
import io.tiphys.support.OciRegistry;
import io.tiphys.support.SampleClone;
import io.tiphys.support.Tiphys;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two replicas on one broker and one cluster, of which one is killed now and then.
///
/// Long because all is here that needs two replicas: they take their time to start.
class ReplicasIT {

    private static final int APPLICATIONS = 24;

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: shared-%1$d, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "%2$s", targetRevision: main, path: "%3$s"}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String IMAGE_APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: image-%1$d
              namespace: argocd
              annotations:
                argocd-image-updater.argoproj.io/image-list: own=%3$s/team/image-%1$d:1.x
                argocd-image-updater.argoproj.io/own.platforms: linux/amd64
                argocd-image-updater.argoproj.io/write-back-method: git
                argocd-image-updater.argoproj.io/write-back-target: manifests
            spec:
              project: default
              source: {repoURL: "%2$s", targetRevision: main, path: image-%1$d}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: image-%1$d}
            # Whoever pushes next wins.
            spec: {containers: [{name: main, image: "%2$s/team/image-%1$d:1.0.0"}]}
            """;

    private static final String REGISTRIES =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: argocd-image-updater-config, namespace: argocd}
            data:
              registries.conf: |
                registries:
                - name: own
                  prefix: %1$s
                  api_url: http://%1$s
                  credentials: secret:argocd/registry#login
                  limit: 0
            """;

    private static final String LOGIN =
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: registry, namespace: argocd}
            stringData: {login: "%s:%s"}
            """
                    .formatted(OciRegistry.USER, OciRegistry.PASSWORD);

    /// As whom the replicas log in at the Git host.
    private static final String SERVICE = "tiphys";

    private static final String GIT_LOGIN =
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: sample
              namespace: argocd
              labels: {argocd.argoproj.io/secret-type: repository}
            stringData: {url: "%s", username: %s, password: any, forceHttpBasicAuth: "true"}
            """;

    private static final int IMAGES = 6;
    private static final int ROUNDS = 4;

    @TempDir static Path folder;

    private static Vertx vertx;
    private static Sandbox sandbox;
    private static ExternalBroker broker;
    private static Tiphys one;
    private static Tiphys two;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        sandbox = Sandbox.start(vertx, SandboxSettings.inMemory());
        broker = ExternalBroker.start(folder.resolve("kafka"));
        one = start("one");
        two = start("two");
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable it : new AutoCloseable[] {one, two, broker, sandbox}) {
            if (it != null) {
                it.close();
            }
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void startAgain() {
        for (var replica : List.of(one, two)) {
            if (!replica.isAlive()) {
                replica.restart();
            }
        }
    }

    @Test
    void each_application_is_one_replicas_and_anothers_when_that_one_is_killed() throws Exception {
        Files.createDirectory(folder.resolve("git"));
        var monorepo = Monorepo.create(folder.resolve("git/mono.git"), APPLICATIONS);
        try (var host = GitHost.start(folder.resolve("git"))) {
            var log = new EventLog(Map.copyOf(broker.clientSettings()));

            // Given
            var first = monorepo.tip();
            for (int i = 0; i < APPLICATIONS; i++) {
                one.create(APPLICATION.formatted(i, host.address("mono.git"), Monorepo.folder(i)));
            }

            // Then
            awaitSynced(one, first);
            eventually().until(() -> shown(one) + shown(two) == APPLICATIONS);
            assertThat(shown(one)).isPositive();
            assertThat(shown(two)).isPositive();
            assertSyncs(log, 1);

            // When
            var second = change(monorepo, "second");
            refresh(one);

            // Then
            awaitSynced(two, second);
            assertSyncs(log, 2);

            // When
            two.kill();
            var third = change(monorepo, "third");
            refresh(one);

            // Then
            awaitSynced(one, third);
            awaitSyncs(log, 3);
            assertThat(shown(one)).isEqualTo(APPLICATIONS);

            // When
            two.restart();

            // Then
            eventually().until(() -> shown(two) > 0 && shown(one) + shown(two) == APPLICATIONS);
            var fourth = change(monorepo, "fourth");
            refresh(two);
            awaitSynced(two, fourth);
            assertSyncs(log, 4);
        }
    }

    /// A real registry tells both replicas of each push. The one that writes is killed when its
    /// push has arrived and it has not heard of that, and people push all the while.
    @Test
    void what_images_bring_is_written_once_beside_what_people_push() throws Exception {
        assumeTrue(Installed.isOnPath("docker-registry"), "needs docker-registry");
        assumeTrue(Installed.isOnPath("skopeo"), "needs skopeo");
        var killing = new AtomicReference<Optional<Tiphys>>(Optional.empty());
        var unheard = new AtomicReference<>("");
        PushHook hook =
                (_, _, update) -> {
                    if (update.pusher().equals(SERVICE)) {
                        killing.getAndSet(Optional.empty())
                                .ifPresent(
                                        it -> {
                                            it.kill();
                                            unheard.set(update.after().name());
                                        });
                    }
                };
        try (var sample = SampleRepository.start(folder.resolve("sample.git"), 0, hook);
                var clone = SampleClone.of(sample.cloneUrl());
                var registry =
                        OciRegistry.start(Files.createDirectory(folder.resolve("r")), one, two)) {
            // Given
            var host = registry.host();
            one.create(LOGIN);
            one.create(REGISTRIES.formatted(host));
            one.create(GIT_LOGIN.formatted(sample.cloneUrl(), SERVICE));
            for (int i = 0; i < IMAGES; i++) {
                clone.write(pod(i), POD.formatted(i, host));
            }
            var first = clone.push("Add what has images");
            for (int i = 0; i < IMAGES; i++) {
                one.create(IMAGE_APPLICATION.formatted(i, sample.cloneUrl(), host));
            }
            for (int i = 0; i < IMAGES; i++) {
                one.awaitSynced("image-" + i, first);
            }

            // When
            pushImages(registry, clone, 1);
            awaitTags(clone, 1);
            // All of one branch is one replica's.
            eventually().until(() -> (one.log() + two.log()).contains("Wrote " + host));
            var writer = one.log().contains("Wrote " + host) ? one : two;
            killing.set(Optional.of(writer));
            pushImages(registry, clone, 2);
            eventually().until(() -> !unheard.get().isEmpty());
            pushImages(registry, clone, 3);
            awaitTags(clone, 3);
            writer.restart();
            pushImages(registry, clone, ROUNDS);
            awaitTags(clone, ROUNDS);

            // Then
            var commits = new ArrayList<>(clone.commits(first, clone.tip()).reversed());
            assertThat(commits).contains(unheard.get());
            commits.addFirst(first);
            for (int i = 1; i < commits.size(); i++) {
                var before = tags(clone, commits.get(i - 1));
                var after = tags(clone, commits.get(i));
                assertThat(after.equals(before))
                        .as("whoever is no person brings a tag")
                        .isEqualTo(clone.message(commits.get(i)).startsWith("Round "));
                for (int image = 0; image < IMAGES; image++) {
                    assertThat(after.get(image)).isGreaterThanOrEqualTo(before.get(image));
                }
            }
            for (int round = 1; round <= ROUNDS; round++) {
                assertThat(clone.read("people/" + round)).isEqualTo("round " + round);
            }
            for (int i = 0; i < IMAGES; i++) {
                var pod = POD.formatted(i, host).replace("1.0.0", tag(ROUNDS));
                assertThat(clone.read(pod(i)))
                        .isEqualTo(i > 0 ? pod : pod.replaceFirst("#.*", "# Round " + ROUNDS));
                int number = i;
                eventually().until(() -> pod.contains('"' + image(number) + '"'));
            }
        }
    }

    /// Of every image another one, while a person pushes something else.
    private static void pushImages(OciRegistry registry, SampleClone clone, int round)
            throws Exception {
        for (int i = 0; i < IMAGES; i++) {
            registry.copyImage("team/image-" + i, tag(round));
        }
        push(clone, round);
    }

    private static void awaitTags(SampleClone clone, int round) {
        for (int i = 0; i < IMAGES; i++) {
            int number = i;
            eventually().until(() -> clone.update().read(pod(number)).contains(tag(round)));
        }
    }

    /// What runs; nobody tells of the commits of people here, and so not every revision is seen.
    private static String image(int number) {
        var pods = one.cluster().pods().inNamespace("default");
        var pod = pods.withName("image-" + number).get();
        return pod.getSpec().getContainers().getFirst().getImage();
    }

    /// Whoever is too late looks at what came and pushes once more.
    private static void push(SampleClone clone, int round) throws Exception {
        while (true) {
            var tip = clone.update().tip();
            try {
                clone.edit(pod(0), it -> it.replaceFirst("#.*", "# Round " + round));
                clone.write("people/" + round, "round " + round).push("Round " + round);
                return;
            } catch (AssertionError late) {
                clone.reset(tip);
            }
        }
    }

    private static String pod(int image) {
        return "image-%d/pod.yaml".formatted(image);
    }

    private static String tag(int round) {
        return "1.%d.0".formatted(round);
    }

    private static List<String> tags(SampleClone clone, String commit) throws IOException {
        var files = clone.files(commit);
        return IntStream.range(0, IMAGES)
                .mapToObj(it -> files.get("100644 " + pod(it)))
                .map(it -> it.replaceAll("(?s).*image-\\d+:([0-9.]+)\".*", "$1"))
                .toList();
    }

    private static Tiphys start(String name) throws Exception {
        var kubeconfig = folder.resolve(name + ".kubeconfig");
        Files.writeString(kubeconfig, sandbox.kubeconfig());
        var settings = new ArrayList<String>();
        settings.add("tiphys.dev.kubeconfig=" + kubeconfig);
        broker.clientSettings().forEach((key, value) -> settings.add("kafka." + key + "=" + value));
        return Tiphys.start(folder.resolve(name), settings.toArray(String[]::new));
    }

    private static String change(Monorepo monorepo, String value) throws Exception {
        var files = new TreeMap<String, String>();
        for (int i = 0; i < APPLICATIONS; i++) {
            files.put(Monorepo.file(i, 0), Monorepo.manifest(i, 0, value));
        }
        return monorepo.commit(files);
    }

    private static void refresh(Tiphys tiphys) {
        names().forEach(it -> tiphys.refresh(it, "normal"));
    }

    private static void awaitSynced(Tiphys tiphys, String commit) {
        names().forEach(it -> tiphys.awaitSynced(it, commit));
    }

    private static List<String> names() {
        return IntStream.range(0, APPLICATIONS).mapToObj(it -> "shared-" + it).toList();
    }

    /// How many Applications a replica looks after, as its metrics say.
    private static long shown(Tiphys tiphys) {
        return tiphys.get("/metrics")
                .body()
                .lines()
                .filter(it -> it.startsWith("argocd_app_info{"))
                .filter(it -> it.contains("name=\"shared-"))
                .count();
    }

    /// A sync is told of after its Application says that it is synced.
    private static void awaitSyncs(EventLog log, long each) {
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(syncs(log))
                                        .hasSize(APPLICATIONS)
                                        .allSatisfy(
                                                (_, n) ->
                                                        assertThat(n)
                                                                .isGreaterThanOrEqualTo(each)));
    }

    private static void assertSyncs(EventLog log, long each) {
        awaitSyncs(log, each);
        assertThat(syncs(log)).allSatisfy((_, n) -> assertThat(n).isEqualTo(each));
    }

    /// How many syncs have ended of each.
    private static Map<String, Long> syncs(EventLog log) {
        return log.records("tiphys.application-events").stream()
                .filter(
                        it ->
                                new String(
                                                it.headers().lastHeader("ce_type").value(),
                                                StandardCharsets.UTF_8)
                                        .equals("io.tiphys.application.operation-finished"))
                .filter(it -> it.key().startsWith("argocd/shared-"))
                .collect(Collectors.groupingBy(it -> it.key(), Collectors.counting()));
    }
}
