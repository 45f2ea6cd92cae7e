package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    private static final Map<String, Object> TREE =
            Map.of(
                    "text",
                    "t",
                    "number",
                    5L,
                    "flag",
                    true,
                    "list",
                    List.of(1),
                    "object",
                    Map.of("below", "b", "count", 2));

    @Test
    void what_is_there_is_read() {
        assertThat(Json.string(TREE, "object", "below")).isEqualTo("b");
        assertThat(Json.number(TREE, 9, "number")).isEqualTo(5);
        assertThat(Json.bool(TREE, "flag")).isTrue();
        assertThat(Json.array(TREE, "list")).containsExactly(1);
        assertThat(Json.object(TREE, "object")).containsKey("below");
        assertThat(Json.strings(TREE, "object")).containsExactly(Map.entry("below", "b"));
    }

    @Test
    void what_is_absent_or_of_another_type_reads_as_empty() {
        assertThat(Json.string(TREE, "number")).isEmpty();
        assertThat(Json.string(TREE, "text", "below")).isEmpty();
        assertThat(Json.number(TREE, 9, "text")).isEqualTo(9);
        assertThat(Json.bool(TREE, "text")).isFalse();
        assertThat(Json.array(TREE, "object")).isEmpty();
        assertThat(Json.object(TREE, "list")).isEmpty();
        assertThat(Json.strings(null, "any")).isEmpty();
        assertThat(Json.at(TREE, "list", "0")).isNull();
    }

    @Test
    void a_changed_copy_leaves_the_original_and_its_neighbours_alone() {
        var copy = Json.with(TREE, "new", "object", "made", "deep");

        assertThat(Json.string(copy, "object", "made", "deep")).isEqualTo("new");
        assertThat(Json.string(copy, "object", "below")).isEqualTo("b");
        assertThat(copy).containsEntry("text", "t");
        assertThat(Json.object(TREE, "object")).doesNotContainKey("made");
    }
}
