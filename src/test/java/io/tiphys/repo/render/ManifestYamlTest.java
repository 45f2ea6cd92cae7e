package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Json;
import io.tiphys.repo.ManifestFailure;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestYamlTest {

    @ParameterizedTest
    @ValueSource(strings = {"y", "Y", "yes", "Yes", "YES", "on", "On", "true", "True", "TRUE"})
    void yes_is_true_as_in_yaml_1_1(String text) {
        assertThat(value(text)).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "N", "no", "No", "NO", "off", "Off", "false", "False"})
    void no_is_false_as_in_yaml_1_1(String text) {
        assertThat(value(text)).isEqualTo(false);
    }

    @ParameterizedTest
    @CsvSource({
        "0644, 420",
        "0o644, 420",
        "-0644, -420",
        "08, 8",
        "1e3, 1000",
        "1.0, 1",
        "-1.0, -1",
        "0x1F, 31",
        "0b11, 3",
        "1_000, 1000",
        "-5, -5",
        "+5, 5",
        "0, 0"
    })
    void whole_numbers_have_yaml_1_1_notations(String text, int number) {
        assertThat(value(text)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"1.5, 1.5", "1.5e-1, 0.15", ".5, 0.5", "1e30, 1e30", "99999999999999999999, 1e20"})
    void fractions_are_numbers(String text, double number) {
        assertThat(value(text)).isEqualTo(number);
    }

    @Test
    void a_number_keeps_all_its_digits() {
        assertThat(value("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(value("18446744073709551615")).hasToString("18446744073709551615");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12:30:45",
                "1:20",
                "2026-01-01",
                "2026-01-01T12:00:00Z",
                "1.2.3",
                "yes please",
                "'yes'",
                "\"0644\"",
                "a=b",
                "1e",
                "0x",
                "08x",
                "1e999",
                "!!str 5",
                "!custom 5",
                "!!timestamp 2026-01-01",
            })
    void what_only_looks_like_something_else_stays_text(String text) {
        assertThat(value(text)).isEqualTo(text.replaceAll("['\"]|![!a-z]* ", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "~", "null", "Null", "NULL"})
    void nothing_is_null(String text) {
        var document = Json.object(one("a: " + text));

        assertThat(document).containsKey("a");
        assertThat(document.get("a")).isNull();
    }

    @Test
    void keys_are_text_whatever_they_look_like() {
        assertThat(Json.object(one("1: a\nyes: b\n1.5: c"))).containsOnlyKeys("1", "true", "1.5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"~: a", "? [a]\n: b", "{a: b}: c", "<<: text", "<<: [text]"})
    void a_key_that_json_cannot_have_is_refused(String text) {
        assertFails(text, "file.yaml: line 1: ");
    }

    @Test
    void tags_say_what_a_text_is() {
        assertThat(value("!!int '5'")).isEqualTo(5);
        assertThat(value("!!binary aGVsbG8=")).isEqualTo("hello");
        assertThat(value("!!set {a, b}")).isInstanceOf(Map.class);
        assertThat(value("!!java.net.URL [\"http://127.0.0.1:1/\"]")).isInstanceOf(List.class);
    }

    @Test
    void merge_keys_and_anchors_are_resolved() {
        var document =
                one(
                        """
                        base: &base {a: 1, b: 2}
                        merged: {<<: *base, b: 3}
                        same: *base
                        """);

        assertThat(Json.object(document, "merged")).isEqualTo(Map.of("a", 1, "b", 3));
        assertThat(Json.object(document, "same")).isEqualTo(Map.of("a", 1, "b", 2));
    }

    @Test
    void what_is_merged_goes_before_the_keys_above_it_and_behind_those_below() {
        assertThat(one("a: 1\n<<: {a: 2, b: 2}\nb: 3")).isEqualTo(Map.of("a", 2, "b", 3));
        assertThat(one("<<: [{a: 1}, {a: 2, b: 2}]")).isEqualTo(Map.of("a", 1, "b", 2));
        assertThat(one("'<<': {a: 1}")).isEqualTo(Map.of("<<", Map.of("a", 1)));
    }

    @Test
    void a_file_has_many_documents_and_the_empty_ones_do_not_count() {
        assertThat(read("---\n---\na: 1\n---\n# nothing\n---\nb: 2\n...\n"))
                .containsExactly(Map.of("a", 1), Map.of("b", 2));
        assertThat(read("")).isEmpty();
        assertThat(read("# only a comment\n")).isEmpty();
    }

    @Test
    void json_is_read_whatever_it_is_indented_with() {
        assertThat(one("{\n  \"a\": [1, true, null, \"\\u00e9\"]\n}\n"))
                .isEqualTo(one("{\"a\": [1, true, null, \"é\"]}"));
        assertThat(one("{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n"))
                .isEqualTo(Map.of("a", Map.of("b", 1)));
    }

    @Test
    void the_last_of_two_equal_keys_wins() {
        assertThat(one("a: 1\na: 2")).isEqualTo(Map.of("a", 2));
    }

    @Test
    void byte_order_marks_say_how_a_file_is_written() {
        var text = "a: é\n";

        assertThat(ManifestYaml.documents("f", text.getBytes(UTF_8)))
                .containsExactly(Map.of("a", "é"));
        assertThat(ManifestYaml.documents("f", ("\uFEFF" + text).getBytes(UTF_8)))
                .containsExactly(Map.of("a", "é"));
        assertThat(ManifestYaml.documents("f", ("\uFEFF" + text).getBytes(UTF_16LE)))
                .containsExactly(Map.of("a", "é"));
        assertThat(ManifestYaml.documents("f", ("\uFEFF" + text).getBytes(UTF_16BE)))
                .containsExactly(Map.of("a", "é"));
    }

    @Test
    void aliases_that_multiply_are_refused_at_once() {
        var bomb = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }

        assertFails(bomb.toString(), "more than 1,000,000 values");
    }

    @Test
    void many_aliases_of_little_are_fine() {
        assertThat(
                        Json.array(
                                Json.object(one("a: &a [1]\nb: [" + "*a, ".repeat(3000) + "]"))
                                        .get("b")))
                .hasSize(3000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: &a [*a]", "a: &a {b: *a}", "&a [*a]"})
    void a_structure_that_holds_itself_is_refused(String text) {
        assertFails(text, "file.yaml: ");
    }

    @Test
    void deep_nesting_is_refused() {
        assertFails("[".repeat(20_000), "deeper than 100");
        assertFails("a: " + "[".repeat(150) + "]".repeat(150), "deeper than 100");
        assertThat(read("a: " + "[".repeat(50) + "]".repeat(50))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!!binary a",
                "!!int text",
                "!!float yes",
                "!!bool 1",
                "!!null text",
                ".inf",
                "!!float .nan",
            })
    void a_value_without_a_json_form_is_refused_with_its_line(String text) {
        assertFails("a: 1\nb: " + text, "file.yaml: line 2: ");
    }

    @Test
    void malformed_text_is_refused_with_its_line() {
        assertFails("a: 1\nb: [1\nc: 2\n", "file.yaml: line 3: ");
        assertFails("a: 1\n\tb: 2\n", "file.yaml: line 2: ");
        assertFails("a: *nobody\n", "file.yaml: line 1: ");
    }

    @Test
    void hostile_text_gives_documents_or_a_failure_of_its_file() {
        var random = new Random(7);
        var parts =
                List.of(
                        "a",
                        ": ",
                        "\n",
                        "  ",
                        "- ",
                        "[",
                        "]",
                        "{",
                        "}",
                        ", ",
                        "&a ",
                        "*a",
                        "!!int ",
                        "!!binary ",
                        "!",
                        "'",
                        "\"",
                        "\\",
                        "|",
                        ">",
                        "---\n",
                        "...",
                        "<<: ",
                        "? ",
                        "%YAML 1.1\n",
                        "#",
                        "0644",
                        "1e9",
                        "~",
                        "\t",
                        "\r",
                        "\uFEFF",
                        "\u2028",
                        "é",
                        "@",
                        "`",
                        "apiVersion: v1\n",
                        "kind: A\n");
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            try {
                assertThat(read(text.toString())).doesNotContainNull();
            } catch (ManifestFailure refused) {
                assertThat(refused).hasMessageStartingWith("file.yaml: ");
            }
        }
    }

    @Test
    void large_files_are_read_whatever_their_lines_are() {
        assertThat(value("x".repeat(9_000_000))).asString().hasSize(9_000_000);
        assertThat(value("'" + "x ".repeat(4_000_000) + "'")).asString().hasSize(8_000_000);
        assertThat(value("9".repeat(1_000_000))).asString().hasSize(1_000_000);
        assertThat(read("---\n".repeat(900_000) + "a: 1\n")).hasSize(1);
        assertThat(read("# comment\n".repeat(900_000))).isEmpty();
        assertFails("[" + "a,".repeat(1_100_000) + "]", "more than 1,000,000 values");
        assertFails("- ".repeat(1_000_000), "deeper than 100");
        assertFails("{".repeat(1_000_000), "deeper than 100");
    }

    @Test
    void control_characters_are_refused() {
        assertFails("a: \u0001\n", "file.yaml: ");
    }

    private static Object value(String text) {
        return Json.object(one("a: " + text)).get("a");
    }

    private static Object one(String text) {
        return read(text).getFirst();
    }

    private static List<Object> read(String text) {
        return ManifestYaml.documents("file.yaml", text.getBytes(UTF_8));
    }

    private static void assertFails(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("file.yaml: ")
                .hasMessageContaining(message);
    }
}
