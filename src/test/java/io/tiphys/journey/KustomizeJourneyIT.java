package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.support.Installed;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Two overlays of one base: a push to the base reaches both. Their Applications do not say which
/// paths they come from, so every push of the repository is looked at.
@ExtendWith(SharedTiphys.class)
class KustomizeJourneyIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %1$s, namespace: argocd}
            spec:
              project: default
              source:
                repoURL: "@SAMPLE@"
                path: kustomize/overlays/%2$s
                targetRevision: main
                kustomize:
                  commonAnnotations: {of: "$ARGOCD_APP_NAME"}
                  commonAnnotationsEnvsubst: true
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String BASE =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kustomized}
            data: {level: %s}
            """;

    private final Tiphys tiphys;
    private final SampleClone clone;

    KustomizeJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @BeforeAll
    static void needTool() {
        assumeTrue(
                Installed.isOnPath("kustomize") || Installed.isOnPath("kubectl"),
                "needs kustomize or kubectl");
    }

    @Test
    void a_change_of_a_shared_base_reaches_every_overlay() throws Exception {
        // Given
        clone.update()
                .write("kustomize/base/kustomization.yaml", "resources: [map.yaml]\n")
                .write("kustomize/base/map.yaml", BASE.formatted("info"))
                .write("kustomize/overlays/left/kustomization.yaml", overlay("left"))
                .write("kustomize/overlays/right/kustomization.yaml", overlay("right"));
        var first = clone.push("Two overlays of one base");
        tiphys.create(APPLICATION.formatted("kustomize-left", "left"));
        tiphys.create(APPLICATION.formatted("kustomize-right", "right"));
        tiphys.awaitSynced("kustomize-left", first);
        tiphys.awaitSynced("kustomize-right", first);

        // When
        var second =
                clone.write("kustomize/base/map.yaml", BASE.formatted("debug"))
                        .push("More to read");

        // Then
        for (var side : new String[] {"left", "right"}) {
            var application = tiphys.awaitSynced("kustomize-" + side, second);
            assertThat(application.at("/status/sourceType").asText()).isEqualTo("Kustomize");
            assertThat(data(side + "-kustomized")).isEqualTo(Map.of("level", "debug"));
        }
    }

    @Test
    void a_push_to_a_base_elsewhere_reaches_who_names_it() throws Exception {
        // Given
        var own =
                clone.update()
                        .write(
                                "kustomize/overlays/far/kustomization.yaml",
                                overlay(
                                        "far",
                                        "'%s//far/base?ref=bases'"
                                                .formatted(tiphys.endpoint("sampleRepository"))))
                        .push("An overlay of what lies elsewhere");
        clone.branch("bases")
                .write("far/base/kustomization.yaml", "resources: [map.yaml]\n")
                .write("far/base/map.yaml", BASE.formatted("info"))
                .push("A base that is elsewhere");
        // Its own revision stays: as in Argo CD, only who heals syncs that once more.
        tiphys.create(
                APPLICATION
                        .formatted("kustomize-far", "far")
                        .replace("automated: {}", "automated: {selfHeal: true}"));
        tiphys.awaitSynced("kustomize-far", own);
        assertThat(data("far-kustomized")).isEqualTo(Map.of("level", "info"));

        // When
        clone.write("far/base/map.yaml", BASE.formatted("debug")).push("More to read from afar");

        // Then
        eventually().until(() -> data("far-kustomized").equals(Map.of("level", "debug")));
        tiphys.awaitSynced("kustomize-far", own);
    }

    @Test
    void what_the_tool_says_is_a_condition_until_it_is_mended() throws Exception {
        // Given
        clone.update()
                .write("kustomize/overlays/broken/kustomization.yaml", "resuorces: [map.yaml]\n")
                .write("kustomize/overlays/broken/map.yaml", BASE.formatted("info"))
                .push("A typing error");

        // When
        tiphys.create(APPLICATION.formatted("kustomize-broken", "broken"));

        // Then
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                tiphys.application("kustomize-broken")
                                                        .at("/status/conditions")
                                                        .toString())
                                        .contains("ComparisonError", "resuorces"));

        // When
        var mended =
                clone.write(
                                "kustomize/overlays/broken/kustomization.yaml",
                                overlay("mended", "map.yaml"))
                        .push("Mended");

        // Then
        var application = tiphys.awaitSynced("kustomize-broken", mended);
        assertThat(application.at("/status/conditions")).isEmpty();
        assertThat(data("mended-kustomized")).isEqualTo(Map.of("level", "info"));
    }

    private static String overlay(String name) {
        return overlay(name, "../../base");
    }

    private static String overlay(String name, String resource) {
        return "namePrefix: %s-\nresources: [%s]\n".formatted(name, resource);
    }

    private Map<String, String> data(String name) {
        var maps = tiphys.cluster().configMaps().inNamespace("default");
        return eventually().until(() -> maps.withName(name).get(), it -> it != null).getData();
    }
}
