package io.tiphys.core.sync;

import static io.tiphys.core.sync.Samples.annotated;
import static io.tiphys.core.sync.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.sync.TargetResources.Warning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetResourcesTest {

    @Test
    void a_namespaced_resource_without_a_namespace_goes_to_the_destinations() {
        assertThat(keys(prepare(without(object("v1", "ConfigMap", "c"), "namespace"))))
                .containsExactly(new ResourceKey("", "ConfigMap", "target", "c"));
    }

    @Test
    void a_namespace_that_is_declared_stays() {
        assertThat(keys(prepare(object("v1", "ConfigMap", "c"))))
                .containsExactly(new ResourceKey("", "ConfigMap", "shop", "c"));
    }

    @Test
    void a_cluster_scoped_resource_loses_its_namespace() {
        var resources = prepare(object("rbac.authorization.k8s.io/v1", "ClusterRole", "r"));

        assertThat(keys(resources))
                .containsExactly(
                        new ResourceKey("rbac.authorization.k8s.io", "ClusterRole", "", "r"));
        assertThat(Json.object(resources.manifests().getFirst().object(), "metadata"))
                .doesNotContainKey("namespace");
    }

    @Test
    void the_scope_of_a_kind_that_the_manifests_bring_is_known_from_them() {
        var definition =
                Json.with(
                        object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "ws.x.org"),
                        Map.of(
                                "group", "x.org",
                                "scope", "Cluster",
                                "names", Map.of("kind", "Widget")),
                        "spec");

        assertThat(keys(prepare(object("x.org/v1", "Widget", "w"), definition)))
                .contains(new ResourceKey("x.org", "Widget", "", "w"));
        assertThat(keys(prepare(object("y.org/v1", "Widget", "w"), definition)))
                .contains(new ResourceKey("y.org", "Widget", "shop", "w"));
    }

    @Test
    void a_secrets_text_is_encoded_as_the_api_server_keeps_it_and_wins() {
        var secret = new LinkedHashMap<>(object("v1", "Secret", "s"));
        secret.put("data", Map.of("a", "b2xk", "b", "Yg=="));
        secret.put("stringData", Map.of("a", "n\u00e9w"));

        var prepared = prepare(secret).manifests().getFirst().object();

        assertThat(prepared).doesNotContainKey("stringData");
        assertThat(Json.strings(prepared, "data"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "bsOpdw==", "b", "Yg=="));
    }

    @Test
    void a_secret_that_the_api_server_would_refuse_is_left_for_it_to_refuse() {
        var secret = new LinkedHashMap<>(object("v1", "Secret", "s"));
        secret.put("stringData", Map.of("a", "text", "b", 5));

        assertThat(prepare(secret).manifests().getFirst().object())
                .containsEntry("stringData", Map.of("a", "text", "b", 5));
    }

    @Test
    void another_kind_of_the_name_secret_is_none() {
        var other = new LinkedHashMap<>(object("x.org/v1", "Secret", "s"));
        other.put("stringData", Map.of("a", "text"));

        assertThat(prepare(other).manifests().getFirst().object()).containsKey("stringData");
    }

    @Test
    void hooks_are_not_kept_and_are_placed_like_the_rest() {
        var resources =
                prepare(
                        annotated(
                                without(object("batch/v1", "Job", "migrate"), "namespace"),
                                Annotations.HOOK,
                                "PreSync"),
                        annotated(
                                object("v1", "Pod", "after"),
                                Annotations.HELM_HOOK,
                                "post-install, test"),
                        object("v1", "ConfigMap", "c"));

        assertThat(keys(resources)).extracting(ResourceKey::name).containsExactly("c");
        assertThat(resources.hooks())
                .extracting(Manifest::key)
                .containsExactly(
                        new ResourceKey("batch", "Job", "target", "migrate"),
                        new ResourceKey("", "Pod", "shop", "after"));
        assertThat(resources.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "helm.sh/hook, test",
        "helm.sh/hook, 'test-success,test-failure'",
        "helm.sh/hook, 'pre-rollback, post-rollback'",
        "helm.sh/hook, ''",
        "argocd.argoproj.io/hook, Skip",
    })
    void what_is_never_run_is_left_out_without_a_word(String annotation, String value) {
        var resources = prepare(annotated(object("v1", "Pod", "p"), annotation, value));

        assertThat(resources.manifests()).isEmpty();
        assertThat(resources.hooks()).isEmpty();
        assertThat(resources.warnings()).isEmpty();
    }

    @Test
    void what_helm_installs_before_all_else_is_kept_like_the_rest() {
        var definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "d");

        var resources = prepare(annotated(definition, Annotations.HELM_HOOK, "crd-install"));

        assertThat(keys(resources)).extracting(ResourceKey::name).containsExactly("d");
        assertThat(resources.warnings()).isEmpty();
    }

    @Test
    void what_is_left_out_is_asked_once_for_each_kind() {
        var asked = new ArrayList<String>();

        var resources =
                prepare(
                                object("v1", "ConfigMap", "a"),
                                object("v1", "ConfigMap", "b"),
                                object("x.org/v1", "Widget", "a"),
                                object("x.org/v1", "Widget", "b"))
                        .without(
                                (group, kind) -> {
                                    asked.add(group + "/" + kind);
                                    return kind.equals("Widget");
                                });

        assertThat(asked).containsExactly("/ConfigMap", "x.org/Widget");
        assertThat(keys(resources)).extracting(ResourceKey::kind).containsOnly("ConfigMap");
        assertThat(resources.warnings())
                .extracting(Warning::message)
                .containsExactly(
                        "Resource x.org/Widget a is excluded in the settings",
                        "Resource x.org/Widget b is excluded in the settings");
    }

    @Test
    void the_last_of_two_declarations_wins_with_a_warning() {
        var first = Json.with(object("v1", "ConfigMap", "c"), Map.of("a", "1"), "data");
        var last = Json.with(without(first, "namespace"), Map.of("a", "2"), "data");
        var elsewhere = Json.with(first, "target", "metadata", "namespace");

        var resources = prepare(first, elsewhere, last);

        assertThat(keys(resources)).hasSize(2);
        assertThat(Json.string(resources.manifests().getLast().object(), "data", "a"))
                .isEqualTo("2");
        assertThat(resources.warnings())
                .containsExactly(
                        new Warning(
                                "RepeatedResourceWarning",
                                "Resource /ConfigMap/target/c appears more than once; the last one"
                                        + " counts"));
    }

    @Test
    void every_resource_carries_the_id_of_its_application() {
        var foreign = annotated(object("v1", "ConfigMap", "c"), Annotations.TRACKING_ID, "other:x");

        assertThat(prepare(foreign).manifests().getFirst().annotations())
                .containsEntry(Annotations.TRACKING_ID, "shop-app:/ConfigMap:shop/c");
    }

    private static List<ResourceKey> keys(TargetResources resources) {
        return resources.manifests().stream().map(Manifest::key).toList();
    }

    @SafeVarargs
    private static TargetResources prepare(Map<String, Object>... objects) {
        var manifests = new ArrayList<Manifest>();
        for (var object : objects) {
            manifests.add(new Manifest(object, "file.yaml"));
        }
        return TargetResources.prepare(
                manifests, "shop-app", Tracking.DEFAULT, "target", TargetResourcesTest::namespaced);
    }

    /// What a cluster without further kinds says.
    private static Optional<Boolean> namespaced(GroupVersionKind type) {
        return switch (type.group()) {
            case "x.org", "y.org" -> Optional.empty();
            case "rbac.authorization.k8s.io", "apiextensions.k8s.io" -> Optional.of(false);
            default -> Optional.of(true);
        };
    }

    private static Map<String, Object> without(Map<String, Object> object, String field) {
        var metadata = new LinkedHashMap<>(Json.object(object, "metadata"));
        metadata.remove(field);
        return Json.with(object, metadata, "metadata");
    }
}
