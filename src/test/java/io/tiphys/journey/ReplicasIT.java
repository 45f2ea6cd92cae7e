package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.dev.sandbox.Sandbox;
import io.tiphys.dev.sandbox.SandboxSettings;
import io.tiphys.support.EventLog;
import io.tiphys.support.ExternalBroker;
import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import io.tiphys.support.Tiphys;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two replicas on one broker and one cluster.
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

    @TempDir Path folder;

    @Test
    void each_application_is_one_replicas_and_anothers_when_that_one_is_killed() throws Exception {
        var vertx = Vertx.vertx();
        Files.createDirectory(folder.resolve("git"));
        var monorepo = Monorepo.create(folder.resolve("git/mono.git"), APPLICATIONS);
        try (var sandbox = Sandbox.start(vertx, SandboxSettings.inMemory());
                var host = GitHost.start(folder.resolve("git"));
                var broker = ExternalBroker.start(folder.resolve("kafka"));
                var one = start("one", sandbox, broker);
                var two = start("two", sandbox, broker)) {
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
            assertThat(syncs(log))
                    .hasSize(APPLICATIONS)
                    .allSatisfy((_, n) -> assertThat(n).isOne());

            // When
            var second = change(monorepo, "second");
            refresh(one);

            // Then
            awaitSynced(two, second);
            assertThat(syncs(log))
                    .hasSize(APPLICATIONS)
                    .allSatisfy((_, n) -> assertThat(n).isEqualTo(2));

            // When
            two.kill();
            var third = change(monorepo, "third");
            refresh(one);

            // Then
            awaitSynced(one, third);
            assertThat(shown(one)).isEqualTo(APPLICATIONS);

            // When
            two.restart();

            // Then
            eventually().until(() -> shown(two) > 0 && shown(one) + shown(two) == APPLICATIONS);
            var fourth = change(monorepo, "fourth");
            refresh(two);
            awaitSynced(two, fourth);
            assertThat(syncs(log))
                    .hasSize(APPLICATIONS)
                    .allSatisfy((_, n) -> assertThat(n).isEqualTo(4));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private Tiphys start(String name, Sandbox sandbox, ExternalBroker broker) throws Exception {
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
