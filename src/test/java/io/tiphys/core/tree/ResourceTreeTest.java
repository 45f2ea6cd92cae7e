package io.tiphys.core.tree;

import static io.tiphys.core.tree.Trees.family;
import static io.tiphys.core.tree.Trees.live;
import static io.tiphys.core.tree.Trees.uid;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.health.RuleTable;
import io.tiphys.core.health.UserRules;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceTreeTest {

    private static final ResourceTree TREE =
            new ResourceTree(
                    new HealthAssessor(UserRules.none(), RuleTable.of(Map.of()), false),
                    Instant.EPOCH);

    private static final LiveResource DEPLOYMENT = live("apps/v1", "Deployment", "web");
    private static final LiveResource REPLICA_SET =
            live("apps/v1", "ReplicaSet", "web-1", DEPLOYMENT);

    @Test
    void a_node_says_who_it_is_whose_it_is_and_how_it_is() {
        var pod =
                live(
                        "v1",
                        "Pod",
                        "web-1-a",
                        Map.of(
                                "metadata",
                                Map.of(
                                        "ownerReferences",
                                        List.of(
                                                Map.of(
                                                        "apiVersion", "apps/v1",
                                                        "kind", "ReplicaSet",
                                                        "name", "web-1",
                                                        "uid", "1"))),
                                "status",
                                Map.of("phase", "Pending", "message", "wait")));

        var node = nodes(TREE.of(Map.of(), family(pod), Map.of(), List.of())).getFirst();

        assertThat(node)
                .containsEntry("version", "v1")
                .containsEntry("kind", "Pod")
                .containsEntry("namespace", "shop")
                .containsEntry("name", "web-1-a")
                .containsEntry("uid", uid("Pod", "web-1-a"))
                .containsEntry("resourceVersion", "7")
                .containsEntry("createdAt", "2026-01-02T03:04:05Z")
                .containsEntry("health", Map.of("status", "Progressing", "message", "wait"))
                .doesNotContainKey("group");
        assertThat(Json.array(node, "parentRefs"))
                .containsExactly(
                        Map.of(
                                "group", "apps",
                                "version", "v1",
                                "kind", "ReplicaSet",
                                "namespace", "shop",
                                "name", "web-1",
                                "uid", "1"));
    }

    @Test
    void what_is_declared_and_not_there_is_a_node_without_a_uid() {
        var key = new ResourceKey("apps", "Deployment", "shop", "gone");

        var tree =
                TREE.of(
                        Map.of(key, new GroupVersionKind("apps", "v1", "Deployment")),
                        family(REPLICA_SET, DEPLOYMENT),
                        Map.of(),
                        List.of());

        assertThat(nodes(tree))
                .extracting(it -> Json.string(it, "name"))
                .containsExactly("gone", "web", "web-1");
        assertThat(nodes(tree).getFirst())
                .isEqualTo(
                        Map.of(
                                "group", "apps",
                                "version", "v1",
                                "kind", "Deployment",
                                "namespace", "shop",
                                "name", "gone"));
        assertThat(tree).containsOnlyKeys("nodes");
    }

    @Test
    void a_parent_that_is_known_by_name_only_gets_its_uid() {
        var tree =
                TREE.of(
                        Map.of(),
                        family(live("v1", "Service", "web"), live("v1", "Endpoints", "web")),
                        Map.of(),
                        List.of());

        assertThat(Json.array(nodes(tree).getFirst(), "parentRefs"))
                .extracting(it -> Json.string(it, "uid"))
                .containsExactly(uid("Service", "web"));
    }

    @Test
    void a_claim_hangs_below_the_stateful_set_that_has_its_template() {
        var claims = List.of(Map.of("metadata", Map.of("name", "data")));
        var set =
                live(
                        "apps/v1",
                        "StatefulSet",
                        "db",
                        Map.of("spec", Map.of("volumeClaimTemplates", claims)));
        var claim = live("v1", "PersistentVolumeClaim", "data-db-0");

        var tree = TREE.of(Map.of(), family(claim, set), Map.of(), List.of());

        assertThat(Json.array(nodes(tree).getFirst(), "parentRefs"))
                .extracting(it -> Json.string(it, "name"))
                .containsExactly("db");
    }

    @Test
    void orphans_are_kept_apart() {
        var tree =
                TREE.of(
                        Map.of(),
                        family(DEPLOYMENT),
                        family(live("v1", "Secret", "b"), live("v1", "ConfigMap", "a")),
                        List.of());

        assertThat(nodes(tree)).hasSize(1);
        assertThat(Json.array(tree, "orphanedNodes"))
                .extracting(it -> Json.string(it, "name"))
                .containsExactly("a", "b");
    }

    @Test
    void a_host_says_what_the_applications_pods_ask_of_it() {
        var node =
                live(
                        "v1",
                        "Node",
                        "one",
                        Map.of(
                                "metadata",
                                Map.of("namespace", "", "labels", Map.of("zone", "a")),
                                "status",
                                Map.of(
                                        "capacity",
                                        Map.of("cpu", "4", "memory", "8Ki", "pods", "110"),
                                        "nodeInfo",
                                        Map.of("architecture", "arm64"))));
        var pods = family(pod("a", "one", "100m"), pod("b", "one", "1"), pod("c", "two", "1"));

        var tree = TREE.of(Map.of(), pods, Map.of(), List.of(node));

        assertThat(ResourceTree.hosts(pods.values())).containsExactly("one", "two");
        assertThat(Json.array(tree, "hosts"))
                .containsExactly(
                        Map.of(
                                "name",
                                "one",
                                "resourcesInfo",
                                List.of(
                                        Map.of(
                                                "resourceName", "cpu",
                                                "requestedByApp", 1100L,
                                                "capacity", 4000L),
                                        Map.of("resourceName", "memory", "capacity", 8192000L)),
                                "systemInfo",
                                Map.of("architecture", "arm64"),
                                "labels",
                                Map.of("zone", "a")));
    }

    @Test
    void no_value_of_a_secret_is_in_the_tree() {
        var secret = live("v1", "Secret", "s", Map.of("data", Map.of("password", "aHVudGVyMg==")));

        assertThat(TREE.of(Map.of(), family(secret), Map.of(), List.of()).toString())
                .doesNotContain("aHVudGVyMg");
    }

    private static LiveResource pod(String name, String node, String cpu) {
        return live(
                "v1",
                "Pod",
                name,
                Map.of(
                        "spec",
                        Map.of(
                                "nodeName",
                                node,
                                "containers",
                                List.of(
                                        Map.of(
                                                "resources",
                                                Map.of("requests", Map.of("cpu", cpu)))))));
    }

    private static List<Map<String, Object>> nodes(Map<String, Object> tree) {
        return Json.array(tree, "nodes").stream().map(Json::object).toList();
    }
}
