package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPointerTest {

    private static final Map<String, Object> TREE =
            Map.of("a", Map.of("b/c", 1, "d~e", 2), "list", List.of("x", Map.of("y", 3)));

    @Test
    void a_field_is_removed_and_the_rest_stays() {
        assertThat(removed("/a/b~1c")).isEqualTo(Json.with(TREE, Map.of("d~e", 2), "a"));
        assertThat(removed("/a/d~0e")).isEqualTo(Json.with(TREE, Map.of("b/c", 1), "a"));
        assertThat(removed("/a")).containsOnlyKeys("list");
    }

    @Test
    void an_item_of_a_list_is_removed_by_its_number() {
        assertThat(removed("/list/0")).containsEntry("list", List.of(Map.of("y", 3)));
        assertThat(removed("/list/1/y")).containsEntry("list", List.of("x", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/none", "/a/none/b", "/list/2", "/list/-", "/list/99999999999", "/a//"})
    void what_is_not_there_changes_nothing(String pointer) {
        assertThat(removed(pointer)).isEqualTo(TREE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a/b", " /a"})
    void what_is_no_pointer_is_none(String text) {
        assertThat(JsonPointer.read(text)).isEmpty();
        assertThat(JsonPointer.read("/a".repeat(1000))).isEmpty();
    }

    private static Map<String, Object> removed(String pointer) {
        return JsonPointer.read(pointer).orElseThrow().removedFrom(TREE);
    }
}
