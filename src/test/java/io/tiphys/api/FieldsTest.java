package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldsTest {

    private static final Map<String, Object> ANSWER =
            Map.of(
                    "items",
                    List.of(
                            Map.of(
                                    "metadata", Map.of("name", "a", "uid", "1"),
                                    "spec", Map.of("project", "p", "source", Map.of("path", "x"))),
                            Map.of("metadata", Map.of("name", "b"), "status", Map.of())));

    @Test
    void without_fields_all_is_there() {
        assertThat(Fields.parse("").of(ANSWER)).isEqualTo(ANSWER);
    }

    @Test
    void only_named_fields_of_each_element_are_there() {
        assertThat(Fields.parse("items.metadata.name,items.spec").of(ANSWER))
                .isEqualTo(
                        Map.of(
                                "items",
                                List.of(
                                        Map.of(
                                                "metadata", Map.of("name", "a"),
                                                "spec",
                                                        Map.of(
                                                                "project",
                                                                "p",
                                                                "source",
                                                                Map.of("path", "x"))),
                                        Map.of("metadata", Map.of("name", "b")))));
    }

    @Test
    void a_leading_minus_leaves_the_named_fields_out() {
        assertThat(Fields.parse("-items.spec,items.metadata.uid").of(ANSWER))
                .isEqualTo(
                        Map.of(
                                "items",
                                List.of(
                                        Map.of("metadata", Map.of("name", "a")),
                                        Map.of(
                                                "metadata",
                                                Map.of("name", "b"),
                                                "status",
                                                Map.of()))));
    }

    @Test
    void the_wider_of_two_paths_counts_in_either_order() {
        var wide = Map.of("items", List.of(Map.of("metadata", Map.of("name", "a", "uid", "1"))));
        var one = Map.<String, Object>of("items", List.of(((List<?>) ANSWER.get("items")).get(0)));

        assertThat(Fields.parse("items.metadata,items.metadata.name").of(one)).isEqualTo(wide);
        assertThat(Fields.parse("items.metadata.name,items.metadata").of(one)).isEqualTo(wide);
    }

    @Test
    void what_is_not_there_is_not_made_up() {
        assertThat(Fields.parse("nothing.at.all").of(ANSWER)).isEmpty();
    }

    @Test
    void too_many_fields_are_refused() {
        assertThatThrownBy(() -> Fields.parse("a,".repeat(300)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("200");
    }
}
