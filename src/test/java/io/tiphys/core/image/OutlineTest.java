package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

class OutlineTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: 'y'\nb: [1]\n---\nc: 1",
                "a: &y y\nb: [1]\n---\nc: 1",
                "a: !y y\nb: [1]\n---\nc: 1",
                "a: 1\nb: [1]\n---\nc: 1",
                "a: y\nb: [2]\n---\nc: 1",
                "a: y\nb: ['1']\n---\nc: 1",
                "a: y\nb: [1, 1]\n---\nc: 1",
                "a: y\nb: [[1]]\n---\nc: 1",
                "a: y\nb: {1}\n---\nc: 1",
                "a: y\nb: !x [1]\n---\nc: 1",
                "a: y\nb: 1\n---\nc: 1",
                "b: [1]\na: y\n---\nc: 1",
                "a: y\nb: [1]\nc: 1",
                "a: y\nb: [1]\nd: 1\n---\nc: 1",
                "a: y\nb: [1]\n---\nc: 1\n---\n",
                "a: y\nb: [1]",
            })
    void whatever_else_differs_is_noticed(String after) {
        assertThat(outline(after)).isNotEqualTo(outline("a: x\nb: [1]\n---\nc: 1"));
    }

    @Test
    void what_is_left_out_may_differ_and_layout_does_not_count() {
        assertThat(outline("a:   y # z\n\nb: [ 1 ]")).isEqualTo(outline("a: x\nb:\n- 1"));
    }

    @Test
    void an_alias_that_comes_loose_is_noticed() {
        var before = outline("a: x\nb: &b 1\nc: *b\nd: *b");

        assertThat(outline("a: y\nb: &b 1\nc: *b\nd: *b")).isEqualTo(before);
        assertThat(outline("a: y\nb: &b 1\nc: *b\nd: 1")).isNotEqualTo(before);
        assertThat(outline("a: &b y\nb: &b 1\nc: *b\nd: *b")).isNotEqualTo(before);
    }

    @Test
    void what_leads_back_to_itself_ends() {
        assertThat(outline("a: x\nb: &b [*b]")).isNotEqualTo(outline("a: x\nb: &b [&c [*b]]"));
    }

    /// Values that look like what is written beside them.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a: x, b: [u, v] | a: x, b: [u-:v]",
                "a: x, b: [u, v] | a: x, b: [u-1:v]",
                "a: x, b: [u, ''] | a: x, b: ['u-:']",
                "a: x, b: '*1 ' | a: x, b: *x",
                "a: x, y: &y 1, b: *x | a: x, y: &y 1, b: *y",
            })
    void no_value_is_taken_for_structure(String one, String other) {
        assertThat(outline("{x: &x 1, " + one + "}"))
                .isNotEqualTo(outline("{x: &x 1, " + other + "}"));
    }

    /// Without what `a` says.
    private static String outline(String text) {
        var documents = YamlText.parse(text);
        var first = (MappingNode) documents.getFirst();
        var without = YamlFile.field(first, "a").orElseThrow();
        return Outline.of(
                documents,
                without.getTag().equals(Tag.STR) ? Set.of((ScalarNode) without) : Set.of());
    }
}
