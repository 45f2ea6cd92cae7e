package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.LiveResource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonRulesTest {

    private static final LiveResource LIVE =
            live(Map.of("ports", List.of(Map.of("port", 80)), "type", "ClusterIP"));

    @Test
    void a_difference_remains_if_an_apply_would_change_its_field_or_what_holds_it() {
        var another =
                live(
                        Map.of(
                                "ports",
                                List.of(Map.of("port", 80), Map.of("port", 81)),
                                "type",
                                "ClusterIP"));

        assertThat(remaining("spec.ports[81]", another)).isNotEmpty();
        assertThat(remaining("spec.ports[80].name", another)).isNotEmpty();
        assertThat(remaining("spec.type", another)).isEmpty();
    }

    @Test
    void a_difference_remains_if_an_apply_would_change_something_in_it() {
        var named =
                live(
                        Map.of(
                                "ports",
                                List.of(Map.of("port", 80, "name", "web")),
                                "type",
                                "ClusterIP"));

        assertThat(remaining("spec.ports", named)).isNotEmpty();
        assertThat(remaining("spec.ports[80].name", named)).isNotEmpty();
    }

    @Test
    void fields_whose_names_begin_alike_are_others() {
        var changed =
                live(
                        Map.of(
                                "ports",
                                List.of(Map.of("port", 80)),
                                "type",
                                "ClusterIP",
                                "typeOf",
                                "x"));

        assertThat(remaining("spec.type", changed)).isEmpty();
    }

    private static List<String> remaining(String difference, LiveResource predicted) {
        return ComparisonRules.NONE.remaining(List.of(difference), predicted, LIVE);
    }

    private static LiveResource live(Map<String, Object> spec) {
        return LiveResource.of(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Service",
                        "metadata",
                        Map.of("name", "a", "namespace", "n"),
                        "spec",
                        spec));
    }
}
