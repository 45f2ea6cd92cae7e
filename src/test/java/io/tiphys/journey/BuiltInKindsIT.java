package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tiphys.support.SampleClone;
import io.tiphys.support.Tiphys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What people declare of the kinds that an API server has built in is synced by one sync, and
/// still when controllers and others have done their part, however often somebody looks:
/// `-Dtiphys.test.refreshes=1000` says how often.
class BuiltInKindsIT {

    private static final Path MANIFESTS = Path.of("src/test/resources/golden/diff");
    private static final int REFRESHES = Integer.getInteger("tiphys.test.refreshes", 50);

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: built-in
              namespace: argocd
              finalizers: [resources-finalizer.argocd.argoproj.io]
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: built-in}
              destination: {server: "https://kubernetes.default.svc", namespace: built-in}
              syncPolicy:
                automated: {prune: true, selfHeal: true}
                retry: {limit: 0}
                syncOptions: [CreateNamespace=true]
            """;

    /// What controllers of a cluster write where nobody declares anything.
    private static final String BUNDLE =
            """
            [{"op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": "Q0E="}]
            """;

    @Test
    void what_is_declared_is_synced_and_stays_so(@TempDir Path data) throws Exception {
        try (var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
                var clone = tiphys.cloneSample()) {
            try {
                check(tiphys, clone);
            } finally {
                // A cluster that cannot reach one of its API servers keeps its namespaces.
                var services =
                        tiphys.cluster()
                                .genericKubernetesResources(
                                        "apiregistration.k8s.io/v1", "APIService");
                services.withName("v1.away.example.org").delete();
            }
        }
    }

    private static void check(Tiphys tiphys, SampleClone clone) throws Exception {
        // Given
        var wanted = manifests();
        var commit =
                clone.write("built-in/all.yaml", text(wanted)).push("One of each of the kinds");

        // When
        tiphys.create(APPLICATION);

        // Then
        tiphys.awaitSynced("built-in", commit);
        eventually().until(() -> operation(tiphys).equals("Succeeded"));
        var resources = tiphys.application("built-in").at("/status/resources");
        assertThat(resources).hasSameSizeAs(wanted);
        assertThat(resources)
                .allSatisfy(it -> assertThat(it.path("status").asText()).isEqualTo("Synced"));

        // When
        touch(tiphys);
        settle(tiphys);
        try (var statuses = Statuses.of(tiphys)) {
            for (int i = 1; i <= REFRESHES; i++) {
                var how = i % 10 == 0 ? "hard" : "normal";
                tiphys.get("/api/v1/applications/built-in?refresh=" + how);
            }

            // Then
            eventually().until(() -> statuses.seen.size() > REFRESHES);
            assertThat(statuses.seen).containsOnly(status(tiphys));
        }
        assertThat(tiphys.application("built-in").at("/status/sync/status").asText())
                .isEqualTo("Synced");
        assertThat(tiphys.application("built-in").at("/status/history")).hasSize(1);

        // When
        tiphys.applications().withName("built-in").delete();

        // Then
        eventually().until(() -> tiphys.applications().withName("built-in").get() == null);
        var definitions = tiphys.cluster().apiextensions().v1().customResourceDefinitions();
        assertThat(definitions.withName("gears.kinds.example.org").get())
                .as("a definition stays, for what others made of it")
                .isNotNull();
        definitions.withName("gears.kinds.example.org").delete();
        definitions.withName("plains.plain.example.org").delete();
    }

    /// All of the Application's statuses from now on.
    private record Statuses(List<String> seen, AutoCloseable watch) implements AutoCloseable {

        static Statuses of(Tiphys tiphys) {
            var seen = new CopyOnWriteArrayList<String>();
            var watch =
                    tiphys.applications()
                            .withName("built-in")
                            .watch(
                                    new Watcher<GenericKubernetesResource>() {
                                        @Override
                                        public void eventReceived(
                                                Action action, GenericKubernetesResource it) {
                                            seen.add(status(it));
                                        }

                                        @Override
                                        public void onClose(WatcherException cause) {
                                            seen.add(cause.getMessage());
                                        }
                                    });
            return new Statuses(seen, watch);
        }

        @Override
        public void close() throws Exception {
            watch.close();
        }
    }

    private static String status(Tiphys tiphys) {
        return status(tiphys.applications().withName("built-in").get());
    }

    /// Without the time, and without the health, which is not of the comparison.
    private static String status(GenericKubernetesResource application) {
        var status = (ObjectNode) Tiphys.json(Serialization.asJson(application.get("status")));
        status.remove(List.of("reconciledAt", "health"));
        status.path("resources").forEach(it -> ((ObjectNode) it).remove("health"));
        return status.toString();
    }

    private static String operation(Tiphys tiphys) {
        return tiphys.application("built-in").at("/status/operationState/phase").asText();
    }

    /// As controllers of a cluster do that are not part of it, and people.
    private static void touch(Tiphys tiphys) {
        var cluster = tiphys.cluster();
        var webhooks = cluster.admissionRegistration().v1();
        webhooks.validatingWebhookConfigurations()
                .withName("look")
                .patch(PatchContext.of(PatchType.JSON), BUNDLE);
        webhooks.mutatingWebhookConfigurations()
                .withName("touch")
                .patch(PatchContext.of(PatchType.JSON), BUNDLE);
        cluster.services()
                .inNamespace("built-in")
                .withName("front")
                .editStatus(
                        it ->
                                new ServiceBuilder(it)
                                        .withNewStatus()
                                        .withNewLoadBalancer()
                                        .addNewIngress()
                                        .withIp("192.0.2.7")
                                        .endIngress()
                                        .endLoadBalancer()
                                        .endStatus()
                                        .build());
        cluster.apps()
                .statefulSets()
                .inNamespace("built-in")
                .withName("db")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        """
                        {"spec": {"template": {"metadata": {"annotations":
                          {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}}}}}
                        """);
    }

    /// Waits until controllers have seen what was written.
    private static void settle(Tiphys tiphys) {
        eventually()
                .until(
                        () -> {
                            var web = tiphys.deployment("built-in", "web");
                            var db =
                                    tiphys.cluster()
                                            .apps()
                                            .statefulSets()
                                            .inNamespace("built-in")
                                            .withName("db")
                                            .get();
                            return Integer.valueOf(2).equals(web.getStatus().getUpdatedReplicas())
                                    && db.getMetadata()
                                            .getGeneration()
                                            .equals(db.getStatus().getObservedGeneration());
                        });
    }

    private static List<Object> manifests() throws IOException {
        var all = new ArrayList<Object>();
        for (var file : List.of("manifests-of-clusters.yaml", "manifests.yaml")) {
            var text = Files.readString(MANIFESTS.resolve(file));
            all.addAll((List<?>) new Load(LoadSettings.builder().build()).loadFromString(text));
        }
        return all;
    }

    /// In JSON, which means the same to every reader of YAML.
    private static String text(List<Object> manifests) {
        return manifests.stream().map(Serialization::asJson).collect(Collectors.joining("\n---\n"));
    }
}
