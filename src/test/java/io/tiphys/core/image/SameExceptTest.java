package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

class SameExceptTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: x\nb: [1]\n---\nc: 1",
                "a: z\nb: [1]\n---\nc: 1",
                "a: 'y'\nb: [1]\n---\nc: 1",
                "a: &y y\nb: [1]\n---\nc: 1",
                "a: !y y\nb: [1]\n---\nc: 1",
                "a: y\nb: [2]\n---\nc: 1",
                "a: y\nb: [1, 1]\n---\nc: 1",
                "a: y\nb: {1}\n---\nc: 1",
                "a: y\nb: 1\n---\nc: 1",
                "b: [1]\na: y\n---\nc: 1",
                "a: y\nb: [1]\nd: 1\n---\nc: 1",
                "a: y\nb: [1]",
            })
    void whatever_else_differs_is_noticed(String after) {
        assertThat(becomes("a: x\nb: [1]\n---\nc: 1", after)).isFalse();
    }

    @Test
    void the_intended_value_may_differ_and_layout_does_not_count() {
        assertThat(becomes("a: x\nb: [1]", "a:   y # z\n\nb: [ 1 ]")).isTrue();
    }

    @Test
    void an_alias_that_comes_loose_is_noticed() {
        assertThat(becomes("a: x\nb: &b 1\nc: *b\nd: *b", "a: y\nb: &b 1\nc: *b\nd: *b")).isTrue();
        assertThat(becomes("a: x\nb: &b 1\nc: *b\nd: *b", "a: y\nb: &b 1\nc: *b\nd: 1")).isFalse();
    }

    /// Whether the first value may become `y` and the text this other one.
    private static boolean becomes(String before, String after) {
        var documents = YamlText.parse(before);
        var first = ((MappingNode) documents.getFirst()).getValue().getFirst().getValueNode();
        return new SameExcept(Map.of((ScalarNode) first, "y"))
                .compare(documents, YamlText.parse(after));
    }
}
