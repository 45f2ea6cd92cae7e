package io.tiphys.journey;

import static io.tiphys.support.Tiphys.asSoonAs;
import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Bystander;
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
            Bystander.HOOK.formatted("PreSync")
                    + """
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

    private static Bystander bystander;
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
        bystander = Bystander.start(data);
        tiphys = bystander.tiphys();
    }

    @AfterAll
    static void end() {
        if (bystander != null) {
            bystander.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_sync_goes_on_although_the_service_was_killed_at(Moment moment) throws Exception {
        // Given
        var name = moment.name().toLowerCase(Locale.ROOT).replace('_', '-');
        bystander.push(name, MANIFESTS);
        boolean hookFirst = moment.compareTo(Moment.HOOK_NOTED) <= 0;

        // When
        tiphys.create(APPLICATION.formatted(name, name));
        if (!hookFirst) {
            HeldPods.letGo(tiphys, name + "-before");
        }
        asSoonAs(
                switch (moment) {
                    case BEGUN -> () -> phase(name).equals("Running");
                    case HOOK_MADE -> () -> bystander.hook(name).isPresent();
                    case HOOK_NOTED -> () -> message(name).contains("completion of hook");
                    case WAVE_APPLIED -> () -> gate(name).isPresent();
                    case WAVE_NOTED -> () -> message(name).contains("healthy state of");
                });
        var startedAt = startedAt(name);
        var made = bystander.hook(name);
        tiphys.kill();
        tiphys.restart();

        // Then
        var hook = eventually().until(() -> bystander.hook(name), Optional::isPresent);
        assertThat(hook.get()).isEqualTo(made.orElse(hook.get()));
        if (hookFirst) {
            HeldPods.letGo(tiphys, name + "-before");
        }
        var gate = eventually().until(() -> gate(name), Optional::isPresent);
        assertThat(hasLast(name)).isFalse();
        HeldPods.letGo(tiphys, name + "-gate");
        eventually().until(() -> phase(name).equals("Succeeded"));
        assertThat(startedAt(name)).isEqualTo(startedAt);
        assertThat(bystander.hook(name)).isEqualTo(hook);
        assertThat(gate(name)).isEqualTo(gate);
        assertThat(hasLast(name)).isTrue();
    }

    private static String phase(String name) {
        return bystander.text(name, "/status/operationState/phase");
    }

    private static String message(String name) {
        return bystander.text(name, "/status/operationState/message");
    }

    private static String startedAt(String name) {
        return bystander.text(name, "/status/operationState/startedAt");
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
