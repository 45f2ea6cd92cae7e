package io.tiphys.core.jq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class JqPathsTest {

    private static final Path CASES = Path.of("src/test/resources/golden/jq/paths.yaml");

    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        var groups =
                (List<?>)
                        new Load(LoadSettings.builder().build())
                                .loadFromString(Files.readString(CASES));
        return groups.stream().flatMap(group -> cases((Map<?, ?>) group));
    }

    private static Stream<DynamicTest> cases(Map<?, ?> group) {
        var tree = tree(group.get("tree"));
        var tests = new ArrayList<DynamicTest>();
        map(group.get("paths"))
                .forEach(
                        (text, paths) ->
                                tests.add(
                                        DynamicTest.dynamicTest(
                                                text.toString(),
                                                () ->
                                                        assertThat(paths(text.toString(), tree))
                                                                .isEqualTo(paths))));
        for (var text : list(group.get("unread"))) {
            tests.add(
                    DynamicTest.dynamicTest(
                            "'%s'".formatted(text),
                            () ->
                                    assertThatThrownBy(() -> JqPaths.read(text.toString()))
                                            .isInstanceOf(JqFailure.class)));
        }
        for (var text : list(group.get("misfits"))) {
            tests.add(
                    DynamicTest.dynamicTest(
                            "'%s'".formatted(text),
                            () ->
                                    assertThatThrownBy(() -> paths(text.toString(), tree))
                                            .isInstanceOfSatisfying(
                                                    JqFailure.class,
                                                    it -> assertThat(it.isExcessive()).isFalse())));
        }
        return tests.stream();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select(range(1e18) < 0)",
                ".a | select(range(1e18) < 0)",
                "recurse(.)",
                "recurse(.; true)",
                "first(recurse(.))",
                "getpath([range(1e9)])",
                "(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)"
                        + "|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)|(.,.)",
                "select(\"aaaaaaaaaaaaaaaa\" as $a | ($a+$a+$a+$a+$a+$a+$a+$a) as $b"
                        + " | ($b+$b+$b+$b+$b+$b+$b+$b) as $c | ($c+$c+$c+$c+$c+$c+$c+$c) as $d"
                        + " | ($d+$d+$d+$d+$d+$d+$d+$d) as $e | ($e+$e+$e+$e+$e+$e+$e+$e) as $f"
                        + " | ($f+$f+$f+$f+$f+$f+$f+$f) as $g | $g+$g+$g+$g == \"\")",
                "select([range(2000)] | map([range(2000)]) | add | length == 0)",
            })
    void what_would_run_for_ever_is_stopped(String expression) {
        var tree =
                Map.<String, Object>of(
                        "a", List.of(1, 2, 3, 4), "b", Map.of("c", List.of(1, 2, 3, 4)));

        assertThatThrownBy(() -> JqPaths.read(expression).of(tree))
                .isInstanceOfSatisfying(
                        JqFailure.class, it -> assertThat(it.isExcessive()).isTrue());
    }

    @Test
    void a_failure_that_comes_of_too_much_is_not_caught_by_the_expression() {
        assertThatThrownBy(() -> JqPaths.read("try select(range(1e18) < 0) catch .a").of(Map.of()))
                .isInstanceOfSatisfying(
                        JqFailure.class, it -> assertThat(it.isExcessive()).isTrue());
        assertThatThrownBy(() -> JqPaths.read("select(range(1e18) < 0) // .a").of(Map.of()))
                .isInstanceOfSatisfying(
                        JqFailure.class, it -> assertThat(it.isExcessive()).isTrue());
    }

    @Test
    void what_is_nested_or_long_beyond_sense_is_not_read() {
        for (var text :
                List.of(
                        "(".repeat(4_000) + "." + ")".repeat(4_000),
                        "[".repeat(9_999),
                        "-".repeat(9_999) + "1",
                        ".a" + ".a".repeat(4_000),
                        "\"\\(".repeat(3_000),
                        "if ".repeat(3_000),
                        " ".repeat(20_000) + ".")) {
            assertThatThrownBy(() -> JqPaths.read(text)).isInstanceOf(JqFailure.class);
        }
    }

    @Test
    void a_large_object_can_be_searched() {
        var items = new ArrayList<Object>();
        for (int i = 0; i < 20_000; i++) {
            items.add(Map.of("name", "n" + i, "value", "v"));
        }

        var paths = paths(".. | select(.name? == \"n19999\")", Map.of("spec", items));

        assertThat(paths).isEqualTo(List.of(List.of("spec", 19_999)));
    }

    /// Whatever is typed, what comes back is an expression or the one failure.
    @Test
    void garbage_is_refused_and_nothing_else_happens() {
        var random = new Random(5);
        var alphabet = ". .. .a [ ] ( ) { } | , : ; \" \\ ? // select has 1 -2 == and as $x not";
        var words = alphabet.split(" ");
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                text.append(words[random.nextInt(words.length)]);
                text.append(random.nextBoolean() ? " " : "");
            }
            try {
                JqPaths.read(text.toString()).of(Map.of("a", List.of(1, Map.of("a", "b"))));
            } catch (JqFailure expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void messages_do_not_tell_what_is_in_objects() {
        var tree = Map.<String, Object>of("data", Map.of("password", "hunter2"));

        assertThatThrownBy(() -> paths(".data | [.] | .[0].password | {a: .}", tree))
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> paths("[.data]", tree)).hasMessageNotContaining("hunter2");
    }

    private static Object paths(String text, Map<String, Object> tree) {
        return JqPaths.read(text).of(tree);
    }

    private static Map<String, Object> tree(Object value) {
        var tree = new LinkedHashMap<String, Object>();
        map(value).forEach((key, child) -> tree.put(key.toString(), child));
        return tree;
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
