package io.tiphys.journey;

import static io.tiphys.support.Tiphys.asSoonAs;
import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.support.GivenCluster;
import io.tiphys.support.HeldPods;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A service that is killed in the middle of a sync of several steps goes on with it after the next
/// start: what was made is not made again, and what waits goes on waiting.
class CrashedSyncIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %s, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: %s}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String MANIFESTS =
            """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: NAME-before, annotations: {argocd.argoproj.io/hook: PreSync}}
            spec:
              template:
                metadata: {annotations: HELD}
                spec: {restartPolicy: Never, containers: [{name: c, image: job:1}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: NAME-gate}
            spec:
              selector: {matchLabels: {app: NAME}}
              template:
                metadata: {labels: {app: NAME}, annotations: HELD}
                spec: {containers: [{name: c, image: web:1}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: NAME-last, annotations: {argocd.argoproj.io/sync-wave: "1"}}
            """;

    private static Tiphys tiphys;

    /// Points on a sync's way, each seen from outside.
    enum Moment {
        BEGUN,
        HOOK_MADE,
        HOOK_NOTED,
        WAVE_APPLIED,
        WAVE_NOTED
    }

    @BeforeAll
    static void start(@TempDir Path data) {
        assumeTrue(GivenCluster.chosen().isEmpty(), "needs the sandbox's pods");
        tiphys = Tiphys.start(data);
    }

    @AfterAll
    static void end() {
        if (tiphys != null) {
            tiphys.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_sync_goes_on_although_the_service_was_killed_at(Moment moment) throws Exception {
        // Given
        var name = moment.name().toLowerCase(Locale.ROOT).replace('_', '-');
        push(name);
        boolean hookFirst = moment.compareTo(Moment.HOOK_NOTED) <= 0;

        // When
        tiphys.create(APPLICATION.formatted(name, name));
        if (!hookFirst) {
            HeldPods.letGo(tiphys, name + "-before");
        }
        asSoonAs(
                switch (moment) {
                    case BEGUN -> () -> phase(name).equals("Running");
                    case HOOK_MADE -> () -> hook(name).isPresent();
                    case HOOK_NOTED -> () -> message(name).contains("completion of hook");
                    case WAVE_APPLIED -> () -> gate(name).isPresent();
                    case WAVE_NOTED -> () -> message(name).contains("healthy state of");
                });
        var startedAt = startedAt(name);
        var made = hook(name);
        tiphys.kill();
        tiphys.restart();

        // Then
        var hook = eventually().until(() -> hook(name), Optional::isPresent);
        assertThat(hook.get()).isEqualTo(made.orElse(hook.get()));
        if (hookFirst) {
            HeldPods.letGo(tiphys, name + "-before");
        }
        var gate = eventually().until(() -> gate(name), Optional::isPresent);
        assertThat(hasLast(name)).isFalse();
        HeldPods.letGo(tiphys, name + "-gate");
        eventually().until(() -> phase(name).equals("Succeeded"));
        assertThat(startedAt(name)).isEqualTo(startedAt);
        assertThat(hook(name)).isEqualTo(hook);
        assertThat(gate(name)).isEqualTo(gate);
        assertThat(hasLast(name)).isTrue();
    }

    private static void push(String name) throws Exception {
        try (var clone = tiphys.cloneSample()) {
            clone.write(
                            name + "/all.yaml",
                            MANIFESTS.replace("NAME", name).replace("HELD", HeldPods.ANNOTATION))
                    .push("Add " + name);
        }
    }

    private static String phase(String name) {
        return text(name, "/status/operationState/phase");
    }

    private static String message(String name) {
        return text(name, "/status/operationState/message");
    }

    private static String startedAt(String name) {
        return text(name, "/status/operationState/startedAt");
    }

    private static String text(String name, String path) {
        var answer = tiphys.get("/api/v1/applications/" + name);
        return answer.statusCode() == 200 ? Tiphys.json(answer.body()).at(path).asText() : "";
    }

    /// Which one it is.
    private static Optional<String> hook(String name) {
        return Optional.ofNullable(
                        tiphys.cluster()
                                .batch()
                                .v1()
                                .jobs()
                                .inNamespace("default")
                                .withName(name + "-before")
                                .get())
                .map(it -> it.getMetadata().getUid());
    }

    private static Optional<String> gate(String name) {
        return Optional.ofNullable(
                        tiphys.cluster()
                                .apps()
                                .deployments()
                                .inNamespace("default")
                                .withName(name + "-gate")
                                .get())
                .map(it -> it.getMetadata().getUid());
    }

    private static boolean hasLast(String name) {
        return tiphys.cluster().configMaps().inNamespace("default").withName(name + "-last").get()
                != null;
    }
}
