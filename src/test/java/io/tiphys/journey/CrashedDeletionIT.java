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

/// A service that is killed in the middle of an Application's deletion goes on with it after the
/// next start, and runs no hook twice.
class CrashedDeletionIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: %s
              namespace: argocd
              finalizers: [resources-finalizer.argocd.argoproj.io]
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: %s}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String MANIFESTS =
            Bystander.HOOK.formatted("PreDelete")
                    + """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata:
                      name: NAME-held
                      annotations: {argocd.argoproj.io/sync-wave: "1"}
                      finalizers: [example.org/held]
                    ---
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: NAME-first}
                    """;

    private static Bystander bystander;
    private static Tiphys tiphys;

    /// Points on a deletion's way, each seen from outside.
    enum Moment {
        ASKED,
        HOOK_MADE,
        HOOK_SAID,
        WAVE_DELETED,
        WAVE_SAID
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
    void a_deletion_goes_on_although_the_service_was_killed_at(Moment moment) throws Exception {
        // Given
        var name = moment.name().toLowerCase(Locale.ROOT).replace('_', '-');
        bystander.push(name, MANIFESTS);
        tiphys.create(APPLICATION.formatted(name, name));
        eventually().until(() -> finalizers(name).contains("pre-delete-finalizer"));
        eventually().until(() -> has(name + "-held") && has(name + "-first"));
        boolean hookFirst = moment.compareTo(Moment.HOOK_SAID) <= 0;

        // When
        tiphys.applications().withName(name).delete();
        if (!hookFirst) {
            HeldPods.letGo(tiphys, name + "-before");
        }
        asSoonAs(
                switch (moment) {
                    case ASKED -> () -> true;
                    case HOOK_MADE -> () -> bystander.hook(name).isPresent();
                    case HOOK_SAID -> () -> conditions(name).contains("completion of hook");
                    case WAVE_DELETED -> () -> isLeaving(name + "-held");
                    case WAVE_SAID -> () -> conditions(name).contains("held by example.org/held");
                });
        var made = bystander.hook(name);
        tiphys.kill();
        tiphys.restart();

        // Then
        if (hookFirst) {
            var hook = eventually().until(() -> bystander.hook(name), Optional::isPresent);
            assertThat(hook).isEqualTo(made.or(() -> hook));
            HeldPods.letGo(tiphys, name + "-before");
        }
        eventually().until(() -> isLeaving(name + "-held"));
        assertThat(has(name + "-first")).isTrue();
        tiphys.cluster()
                .configMaps()
                .inNamespace("default")
                .withName(name + "-held")
                .edit(
                        it -> {
                            it.getMetadata().setFinalizers(null);
                            return it;
                        });
        eventually().until(() -> tiphys.applications().withName(name).get() == null);
        assertThat(has(name + "-held")).isFalse();
        assertThat(has(name + "-first")).isFalse();
        assertThat(bystander.hook(name)).isEmpty();
    }

    private static String conditions(String name) {
        return bystander.text(name, "/status/conditions");
    }

    private static String finalizers(String name) {
        return bystander.text(name, "/metadata/finalizers");
    }

    private static boolean has(String map) {
        return tiphys.cluster().configMaps().inNamespace("default").withName(map).get() != null;
    }

    private static boolean isLeaving(String map) {
        var found = tiphys.cluster().configMaps().inNamespace("default").withName(map).get();
        return found != null && found.getMetadata().getDeletionTimestamp() != null;
    }
}
