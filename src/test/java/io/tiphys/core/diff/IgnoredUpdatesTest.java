package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IgnoredUpdatesTest {

    private static final String STATUS = "jsonPointers: [/status]";
    private static final String FOR_ALL = "resource.customizations.ignoreResourceUpdates.all";

    private static final Map<String, Object> WEB =
            Map.of(
                    "apiVersion",
                    "apps/v1",
                    "kind",
                    "Deployment",
                    "metadata",
                    Map.of("name", "web", "resourceVersion", "1", "generation", 1),
                    "spec",
                    Map.of("replicas", 1),
                    "status",
                    Map.of("replicas", 1));

    @Test
    void bookkeeping_of_the_api_server_is_ignored_by_default_and_nothing_else() {
        var rules = IgnoredUpdates.read(Map.of());

        assertThat(ignored(rules, "2", "metadata", "resourceVersion")).isTrue();
        assertThat(ignored(rules, 2, "metadata", "generation")).isTrue();
        assertThat(ignored(rules, List.of(Map.of()), "metadata", "managedFields")).isTrue();
        assertThat(ignored(rules, 2, "status", "replicas")).isFalse();
        assertThat(ignored(rules, 2, "spec", "replicas")).isFalse();
        assertThat(ignored(rules, Map.of("a", "b"), "metadata", "labels")).isFalse();
    }

    @Test
    void a_rule_for_all_kinds_is_for_each() {
        var rules = IgnoredUpdates.read(Map.of(FOR_ALL, STATUS));

        assertThat(ignored(rules, 2, "status", "replicas")).isTrue();
        assertThat(ignored(rules, 2, "spec", "replicas")).isFalse();
    }

    @Test
    void a_rule_for_one_kind_is_for_no_other() {
        var rules =
                IgnoredUpdates.read(
                        Map.of(
                                "resource.customizations.ignoreResourceUpdates.apps_Deployment",
                                "jsonPointers: [/spec/replicas]",
                                "resource.customizations.ignoreResourceUpdates.ConfigMap",
                                STATUS));

        assertThat(ignored(rules, 2, "spec", "replicas")).isTrue();
        assertThat(ignored(rules, 2, "status", "replicas")).isFalse();
        var map = LiveResource.of(Map.of("apiVersion", "v1", "kind", "ConfigMap"));
        var changed = LiveResource.of(Json.with(map.object(), "x", "status"));
        assertThat(rules.onlyIgnored(map, changed)).isTrue();
    }

    @Test
    void what_comparisons_ignore_is_ignored_here_unless_users_do_not_want_it() {
        var settings =
                Map.of("resource.customizations.ignoreDifferences.all", "jsonPointers: [/spec]");

        assertThat(ignored(IgnoredUpdates.read(settings), 2, "spec", "replicas")).isTrue();
        var unwanted =
                Json.strings(
                        Json.merged(
                                Json.object(settings),
                                Map.of(
                                        "resource.compareoptions",
                                        "ignoreDifferencesOnResourceUpdates: false")));
        assertThat(ignored(IgnoredUpdates.read(unwanted), 2, "spec", "replicas")).isFalse();
    }

    @Test
    void users_may_switch_it_off() {
        var rules =
                IgnoredUpdates.read(
                        Map.of(FOR_ALL, STATUS, "resource.ignoreResourceUpdatesEnabled", "false"));

        assertThat(ignored(rules, 2, "status", "replicas")).isFalse();
        assertThat(ignored(rules, "2", "metadata", "resourceVersion")).isTrue();
    }

    @Test
    void what_is_unreadable_is_told_and_the_rest_counts() {
        var rules =
                IgnoredUpdates.read(
                        Map.of(
                                FOR_ALL,
                                "jsonPointers: [status, /status]",
                                "resource.customizations.ignoreResourceUpdates.apps_Deployment",
                                "a: [",
                                "resource.compareoptions",
                                "- no map"));

        assertThat(rules.problems())
                .hasSize(2)
                .contains(FOR_ALL + ": status is no JSON pointer")
                .anySatisfy(it -> assertThat(it).contains("apps_Deployment is no YAML"));
        assertThat(ignored(rules, 2, "status", "replicas")).isTrue();
    }

    private static boolean ignored(IgnoredUpdates rules, Object value, String... path) {
        return rules.onlyIgnored(
                LiveResource.of(WEB), LiveResource.of(Json.with(WEB, value, path)));
    }
}
