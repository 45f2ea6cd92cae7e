package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.diff.Attribution.Setter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttributionTest {

    private static final Setter EDIT = new Setter("kubectl-edit", "Update", "2026-01-01T10:02:00Z");
    private static final Setter APPLY =
            new Setter("argocd-controller", "Apply", "2026-01-01T10:00:00Z");

    @Test
    void drift_has_an_author() {
        var attribution =
                Attribution.of(
                        live(
                                note(APPLY, Map.of("f:spec", Map.of("f:paused", Map.of()))),
                                note(EDIT, Map.of("f:spec", Map.of("f:replicas", Map.of())))));

        assertThat(attribution.of("spec.replicas")).contains(EDIT);
        assertThat(attribution.of("spec.paused")).contains(APPLY);
    }

    @Test
    void the_paths_of_a_comparison_are_found() {
        var container =
                Map.of(
                        "k:{\"name\":\"web\"}",
                        Map.of(
                                ".",
                                Map.of(),
                                "f:image",
                                Map.of(),
                                "f:ports",
                                Map.of(
                                        "k:{\"containerPort\":80,\"protocol\":\"TCP\"}",
                                        Map.of("f:name", Map.of()))));
        var attribution =
                Attribution.of(
                        live(note(EDIT, Map.of("f:spec", Map.of("f:containers", container)))));

        assertThat(attribution.of("spec.containers[web].image")).contains(EDIT);
        assertThat(attribution.of("spec.containers[web]")).contains(EDIT);
        assertThat(attribution.of("spec.containers[web].ports[80].name")).contains(EDIT);
    }

    @Test
    void what_is_below_a_field_that_is_owned_as_a_whole_is_its_owners() {
        var attribution =
                Attribution.of(
                        live(
                                note(
                                        EDIT,
                                        Map.of(
                                                "f:spec",
                                                Map.of(
                                                        "f:tolerations",
                                                        Map.of(),
                                                        "f:x",
                                                        Map.of())))));

        assertThat(attribution.of("spec.tolerations[0].key")).contains(EDIT);
        assertThat(attribution.of("spec.tolerations")).contains(EDIT);
    }

    @Test
    void of_several_owners_the_one_that_wrote_last_is_named() {
        Map<String, Object> fields = Map.of("f:spec", Map.of("f:replicas", Map.of()));

        assertThat(
                        Attribution.of(live(note(EDIT, fields), note(APPLY, fields)))
                                .of("spec.replicas"))
                .contains(EDIT);
        assertThat(
                        Attribution.of(live(note(APPLY, fields), note(EDIT, fields)))
                                .of("spec.replicas"))
                .contains(EDIT);
    }

    @Test
    void what_is_missing_nobody_set() {
        var attribution =
                Attribution.of(live(note(EDIT, Map.of("f:spec", Map.of("f:replicas", Map.of())))));

        assertThat(attribution.of("data.key")).isEmpty();
        assertThat(attribution.of("")).isEmpty();
        assertThat(attribution.of("metadata.labels.a.b/c")).isEmpty();
    }

    @Test
    void notes_that_cannot_be_read_name_nobody() {
        var live =
                Map.<String, Object>of(
                        "metadata",
                        Map.of(
                                "managedFields",
                                List.of("text", 5, Map.of("fieldsV1", List.of(1)))));

        assertThat(Attribution.of(live).of("spec.replicas")).isEmpty();
    }

    @SafeVarargs
    private static Map<String, Object> live(Map<String, Object>... notes) {
        return Map.of("metadata", Map.of("managedFields", List.of(notes)));
    }

    private static Map<String, Object> note(Setter setter, Map<String, Object> fields) {
        return Map.of(
                "manager",
                setter.manager(),
                "operation",
                setter.operation(),
                "time",
                setter.time(),
                "fieldsV1",
                fields);
    }
}
