package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Tracking;
import io.tiphys.dev.sandbox.Sandbox;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the cache knows of owners and of what names an Application otherwise, against the sandbox's
/// API server.
class OwnedResourcesTest {

    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private final List<LiveChange> changes = new CopyOnWriteArrayList<>();
    private SandboxedApi started;
    private Sandbox sandbox;
    private KubernetesApi api;
    private Cluster cluster;

    @BeforeEach
    void start() {
        started = SandboxedApi.lifeless();
        sandbox = started.sandbox();
        api = started.api();
        cluster = Cluster.of(api);
    }

    @AfterEach
    void stop() {
        cluster.cache().close();
        started.close();
    }

    @Test
    void what_a_resource_owns_is_held_with_it_and_told_as_owned() {
        watch();
        var root = cluster.applier().apply(tracked("root"));

        create(owned("of-another", Json.with(root.object(), "another", "metadata", "uid")));
        create(owned("leaf", root.object()));
        await().until(() -> family("root").contains("leaf"));

        assertThat(family("root")).containsExactlyInAnyOrder("root", "leaf");
        assertThat(sandbox.audit()).doesNotContainKey("get configmaps");
        assertThat(cluster.cache().liveState("shop", List.of())).containsOnlyKeys(key("root"));
        assertThat(changes.getLast().applications()).containsExactly("shop");
        assertThat(changes.getLast().owned()).isTrue();
    }

    @Test
    void what_may_not_be_seen_is_not_read_and_hides_what_it_owns() {
        watch();
        var root = create(object("root", Map.of()));
        var middle = create(owned("middle", root));
        create(owned("leaf", middle));
        await().until(() -> family("root").contains("leaf"));
        long reads = sandbox.audit().get("get configmaps");

        assertThat(family("root", it -> !it.name().equals("middle"))).containsExactly("root");
        assertThat(family("root", _ -> false)).isEmpty();
        assertThat(sandbox.audit()).containsEntry("get configmaps", reads + 1);
    }

    @Test
    void a_kind_that_is_left_out_is_known_no_more_until_it_is_not() {
        watch();
        var root = cluster.applier().apply(tracked("root"));
        create(owned("leaf", root.object()));
        await().until(() -> family("root").contains("leaf"));

        cluster.cache().exclude((_, kind) -> kind.equals("ConfigMap"));

        assertThat(resources()).isEmpty();
        assertThat(family("root")).isEmpty();

        cluster.cache().exclude((_, _) -> false);

        await().until(() -> resources().contains(key("root")) && family("root").contains("leaf"));
    }

    @Test
    void what_was_there_before_its_owner_was_tracked_is_read_once() {
        watch();
        var root = create(object("root", Map.of()));
        create(owned("leaf", root));
        await().until(() -> cluster.cache().exists(key("leaf")));

        cluster.applier().apply(tracked("root"));

        assertThat(family("root")).containsExactlyInAnyOrder("root", "leaf");
        assertThat(family("root")).containsExactlyInAnyOrder("root", "leaf");
        assertThat(sandbox.audit()).containsEntry("get configmaps", 1L);
    }

    @Test
    void what_is_held_of_a_version_is_not_packed_again() {
        var holding = new Holding(cluster.types(), new LiveIndex());
        var resource = LiveResource.of(tracked("root").object());
        var packed = new AtomicInteger();
        Supplier<PackedObject> packs =
                () -> {
                    packed.incrementAndGet();
                    return Holding.packed(resource.object());
                };

        var held = holding.of(resource, 5, null, packs);
        var same = holding.of(resource, 5, held, packs);

        assertThat(same).isEqualTo(held);
        assertThat(packed).hasValue(1);
        assertThat(holding.of(resource, 6, held, packs)).isNotEqualTo(held);
        assertThat(packed).hasValue(2);
    }

    @Test
    void owners_are_read_before_what_they_own() {
        var set =
                api.create(
                        "/apis/apps/v1/namespaces/default/deployments",
                        tracked(deployment()).object());
        var replicas = Json.with(deployment(), "ReplicaSet", "kind");
        api.create(
                "/apis/apps/v1/namespaces/default/replicasets",
                Json.with(replicas, List.of(reference(set)), "metadata", "ownerReferences"));

        watch();

        var root = new ResourceKey("apps", "Deployment", "default", "web");
        assertThat(cluster.cache().family(Set.of(root), _ -> true))
                .containsOnlyKeys(root, new ResourceKey("apps", "ReplicaSet", "default", "web"));
        assertThat(sandbox.audit()).doesNotContainKey("get replicasets");
    }

    @Test
    void a_resource_without_a_namespace_may_own_in_all() {
        watch();
        var role = object("reader", Map.of("rules", List.of()), "rbac.authorization.k8s.io/v1");
        role.put("kind", "ClusterRole");
        role.put("metadata", Map.of("name", "reader"));
        var root = cluster.applier().apply(tracked(role)).object();

        create(owned("leaf", root));
        await().until(() -> cluster.cache().exists(key("leaf")));

        assertThat(cluster.cache().family(Set.of(new Manifest(root, "").key()), _ -> true))
                .containsKey(key("leaf"));
    }

    @Test
    void what_somebody_owns_is_not_an_applications_own_whatever_its_annotations_say() {
        watch();
        var root = create(object("root", Map.of()));

        create(Json.merged(tracked("leaf").object(), owned("leaf", root)));
        await().until(() -> cluster.cache().exists(key("leaf")));

        assertThat(cluster.cache().liveState("shop", List.of())).isEmpty();
    }

    @Test
    void what_goes_below_an_application_is_told() {
        watch();
        var root = cluster.applier().apply(tracked("root"));
        create(owned("leaf", root.object()));
        await().until(() -> family("root").contains("leaf"));
        long before = version();

        api.delete(CONFIG_MAPS + "/leaf", "Background");
        await().until(() -> !cluster.cache().exists(key("leaf")));

        assertThat(family("root")).containsExactly("root");
        assertThat(changes.getLast().after()).isNull();
        assertThat(changes.getLast().owned()).isTrue();
        assertThat(version()).isNotEqualTo(before);
    }

    @Test
    void the_version_of_a_state_stays_until_something_of_it_changes() {
        watch();
        cluster.applier().apply(tracked("root"));
        create(object("theirs", Map.of("data", Map.of("value", "1"))));
        await().until(() -> cluster.cache().exists(key("theirs")));
        long before = version();

        api.mergePatch(CONFIG_MAPS + "/theirs", Map.of("data", Map.of("value", "2")));
        create(object("more", Map.of()));
        await().until(() -> cluster.cache().exists(key("more")));
        assertThat(version()).isEqualTo(before);

        api.mergePatch(CONFIG_MAPS + "/root", Map.of("data", Map.of("value", "2")));
        await().until(() -> version() != before);
    }

    @Test
    void strays_are_those_that_nobody_owns_and_no_application_that_is_there() {
        watch();
        var root = cluster.applier().apply(tracked("root"));
        create(owned("leaf", root.object()));
        create(object("stray", Map.of()));
        await().until(() -> cluster.cache().exists(key("stray")));

        assertThat(strays("shop")).contains("stray").doesNotContain("root", "leaf");
        assertThat(strays("another")).contains("stray", "root").doesNotContain("leaf");
    }

    @Test
    void another_way_of_tracking_counts_at_once() {
        watch();
        create(tracked("annotated").object());
        var labels = Map.<String, Object>of("app.kubernetes.io/instance", "shop");
        create(Json.with(object("labelled", Map.of()), labels, "metadata", "labels"));
        await().until(() -> resources().contains(key("annotated")));

        cluster.cache().track(Tracking.read(Map.of("application.resourceTrackingMethod", "label")));

        await().untilAsserted(() -> assertThat(resources()).containsExactly(key("labelled")));
        assertThat(cluster.cache().exists(key("annotated"))).isTrue();
        create(Json.with(object("later", Map.of()), labels, "metadata", "labels"));
        await().until(() -> resources().contains(key("later")));
    }

    @Test
    void what_follows_a_deleted_definition_is_told_and_comes_back_with_it() {
        watch();
        var definition = definition();
        cluster.applier().apply(new Manifest(definition, ""));
        var widget = object("ours", Map.of(), "example.org/v1");
        widget.put("kind", "Widget");
        await().ignoreExceptionsInstanceOf(ApiFailure.class)
                .until(() -> cluster.applier().apply(tracked(widget)) != null);
        var key = new Manifest(widget, "").key();

        api.delete(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.org",
                "Background");

        await().until(() -> !cluster.cache().exists(key));
        await().until(() -> resources().isEmpty());
        assertThat(changes.getLast().after()).isNull();
        cluster.applier().apply(new Manifest(definition, ""));
        await().ignoreExceptionsInstanceOf(ApiFailure.class)
                .until(() -> cluster.applier().apply(tracked(widget)) != null);
        assertThat(resources()).containsExactly(key);
    }

    @Test
    void a_hostile_object_stops_nothing() {
        watch();
        var cache = cluster.cache();
        cache.written(Map.of());
        cache.written(Map.of("metadata", "text", "kind", 7));
        cache.written(Map.of("metadata", Map.of("ownerReferences", List.of("a", Map.of()))));
        cache.written(Json.with(object("a", Map.of()), "no number", "metadata", "resourceVersion"));
        var large = tracked(object("large", Map.of("data", Map.of("a", "x".repeat(900_000)))));

        cluster.applier().apply(large);

        assertThat(resources()).containsExactly(key("large"));
    }

    private void watch() {
        cluster.cache().start();
        cluster.cache().onChange(changes::add);
    }

    private Set<ResourceKey> resources() {
        return cluster.cache().resources("shop", List.of());
    }

    private long version() {
        return cluster.cache().stateVersion("shop");
    }

    private List<String> family(String root) {
        return family(root, _ -> true);
    }

    private List<String> family(String root, Predicate<ResourceKey> permitted) {
        return cluster.cache().family(List.of(key(root)), permitted).keySet().stream()
                .map(ResourceKey::name)
                .toList();
    }

    private List<String> strays(String application) {
        return cluster.cache().strays("default", application::equals).stream()
                .map(ResourceKey::name)
                .toList();
    }

    private Map<String, Object> create(Map<String, Object> configMap) {
        return api.create(CONFIG_MAPS, configMap);
    }

    private static Manifest tracked(String name) {
        return tracked(object(name, Map.of("data", Map.of("value", "1"))));
    }

    private static Manifest tracked(Map<String, Object> object) {
        return Tracking.DEFAULT.stamp("shop", new Manifest(object, ""));
    }

    private static Map<String, Object> owned(String name, Map<String, Object> owner) {
        return Json.with(
                object(name, Map.of()), List.of(reference(owner)), "metadata", "ownerReferences");
    }

    private static Map<String, Object> reference(Map<String, Object> owner) {
        return Map.of(
                "apiVersion", Json.string(owner, "apiVersion"),
                "kind", Json.string(owner, "kind"),
                "name", Json.string(owner, "metadata", "name"),
                "uid", Json.string(owner, "metadata", "uid"));
    }

    private static Map<String, Object> deployment() {
        var labels = Map.of("app", "web");
        var containers = List.of(Map.of("name", "web", "image", "web:1"));
        var object =
                object(
                        "web",
                        Map.of(
                                "spec",
                                Map.of(
                                        "selector",
                                        Map.of("matchLabels", labels),
                                        "template",
                                        Map.of(
                                                "metadata",
                                                Map.of("labels", labels),
                                                "spec",
                                                Map.of("containers", containers)))),
                        "apps/v1");
        object.put("kind", "Deployment");
        return object;
    }

    private static Map<String, Object> definition() {
        var names =
                Map.of(
                        "kind", "Widget",
                        "plural", "widgets",
                        "singular", "widget",
                        "listKind", "WidgetList");
        var schema = Map.of("type", "object", "x-kubernetes-preserve-unknown-fields", true);
        var version =
                Map.of(
                        "name",
                        "v1",
                        "served",
                        true,
                        "storage",
                        true,
                        "schema",
                        Map.of("openAPIV3Schema", schema));
        var spec = new LinkedHashMap<String, Object>();
        spec.put("group", "example.org");
        spec.put("scope", "Namespaced");
        spec.put("names", names);
        spec.put("versions", List.of(version));
        var definition =
                object("widgets.example.org", Map.of("spec", spec), "apiextensions.k8s.io/v1");
        definition.put("kind", "CustomResourceDefinition");
        definition.put("metadata", Map.of("name", "widgets.example.org"));
        return definition;
    }

    private static Map<String, Object> object(String name, Map<String, Object> more) {
        return object(name, more, "v1");
    }

    private static Map<String, Object> object(
            String name, Map<String, Object> more, String apiVersion) {
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", apiVersion);
        object.put("kind", "ConfigMap");
        object.put("metadata", Map.of("name", name, "namespace", "default"));
        object.putAll(more);
        return object;
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("", "ConfigMap", "default", name);
    }
}
