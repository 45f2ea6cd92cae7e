package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Json;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownDocumentsTest {

    private static final String MANIFEST =
            """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s}
            """;

    @Test
    void a_document_is_not_read_again_when_others_beside_it_change() {
        var before = read(MANIFEST.formatted("kept") + MANIFEST.formatted("old"));

        var after =
                read(
                        "# It moved\n"
                                + MANIFEST.formatted("new")
                                + MANIFEST.formatted("more")
                                + MANIFEST.formatted("kept"));

        assertThat(after).hasSize(3);
        assertThat(after.get(2)).isSameAs(before.get(0));
        assertThat(Json.string(after.get(0), "metadata", "name")).isEqualTo("new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: 1\n--- {b: 2}\n--- |\n text\n---\tc\n---\n",
                "a: 1\n---b: 2\n",
                "a: 'one\n\n---x'\n---\nb: 2\n",
                "a: |\n  ---\n  text\n---\nb: 2\n",
                "%YAML 1.1\n---\na: yes\n",
                "a: 1\n...\n%TAG ! tag:x.org,2026:\n---\nb: !c 2\n",
                "a: 1\n...\n---\nb: 2\n",
                "a: &a [1]\n---\nb: &a [2]\nc: *a\n",
                "a: 1\r\n---\r\nb: 2\r\n",
                "a: 1\r---\rb: 2\n---\nc: 3",
                "a: 1\u2028---\u2028\n---\nb: 2",
                "text alone\n---\n[1, 2]\n---\n{}\n---\n~\n"
            })
    void a_stream_holds_the_same_documents_as_read_at_once(String text) {
        // Long enough to be read by parts.
        var padded = text + "---\n# " + "x".repeat(400) + "\n";

        assertSame(padded);
        assertSame(padded);
    }

    @Test
    void a_failure_is_told_with_its_line_in_the_file_after_what_comes_before_it() {
        var documents = new ArrayList<Object>();

        assertThatThrownBy(
                        () ->
                                KnownDocuments.read(
                                        "f.yaml",
                                        MANIFEST.formatted("a") + "---\na: [1\nb: 2\n",
                                        documents))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("f.yaml: line 7: ");
        assertThat(documents).hasSize(1);
    }

    @Test
    void values_are_counted_over_all_documents() {
        var bomb = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 6; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }

        assertThat(read(bomb.toString())).hasSize(1);
        assertThatThrownBy(() -> read((bomb + "---\n").repeat(3)))
                .hasMessageContaining("more than 1,000,000 values");
    }

    @Test
    void so_many_documents_that_none_can_be_a_manifest_are_read_at_once() {
        assertThat(read("---\n".repeat(900_000) + "a: 1\n")).containsExactly(Map.of("a", 1));
    }

    @Test
    void hostile_streams_give_what_they_give_when_read_at_once() {
        var random = new Random(11);
        var words =
                List.of(
                        "a",
                        ": ",
                        "\n",
                        "\n",
                        "  ",
                        "- ",
                        "[",
                        "]",
                        "{",
                        "}",
                        "&a ",
                        "*a",
                        "!",
                        "'",
                        "\"",
                        "|",
                        ">",
                        "\n---\n",
                        "\n---",
                        "--- ",
                        "\n...\n",
                        "\r---\r",
                        "<<: ",
                        "\n%YAML 1.1\n",
                        "#",
                        "0644",
                        "\t",
                        "\r",
                        "\u2028",
                        MANIFEST.formatted("x"));
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                text.append(words.get(random.nextInt(words.size())));
            }
            text.append("\n---\n# ").append("x".repeat(300)).append('\n');
            assertSame(text.toString());
        }
    }

    private static void assertSame(String text) {
        var whole = new ArrayList<Object>();
        var byParts = new ArrayList<Object>();
        assertThat(attempt(() -> KnownDocuments.read("f.yaml", text, byParts)))
                .as(text)
                .isEqualTo(attempt(() -> ManifestYaml.read("f.yaml", text, whole)));
        assertThat(byParts).as(text).isEqualTo(whole);
    }

    private static String attempt(Runnable reading) {
        try {
            reading.run();
            return "";
        } catch (ManifestFailure refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private static List<Object> read(String text) {
        var documents = new ArrayList<Object>();
        KnownDocuments.read("f.yaml", text, documents);
        return documents;
    }
}
