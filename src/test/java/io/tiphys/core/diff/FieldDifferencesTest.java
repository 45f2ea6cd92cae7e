package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
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
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class FieldDifferencesTest {

    private static final ComparisonSettings SETTINGS = ComparisonSettings.read(Map.of());

    private static final Path CASES = Path.of("src/test/resources/golden/diff");

    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream()
                    .map(
                            folder ->
                                    DynamicTest.dynamicTest(
                                            folder.getFileName().toString(), () -> check(folder)));
        }
    }

    private static void check(Path folder) throws IOException {
        var target = Json.object(yaml(folder.resolve("target.yaml")));
        var live = Json.object(yaml(folder.resolve("live.yaml")));

        assertThat(FieldDifferences.of(target, live, SETTINGS))
                .containsExactlyInAnyOrderElementsOf(texts(yaml(folder.resolve("expected.yaml"))));
    }

    @Test
    void no_more_differences_are_named_than_people_read() {
        var target = new LinkedHashMap<String, Object>();
        for (int i = 0; i < 50; i++) {
            target.put("key" + i, "value");
        }

        assertThat(FieldDifferences.of(Map.of("data", target), Map.of("data", Map.of()), SETTINGS))
                .hasSize(20);
    }

    /// Whatever Git declares, a change of it in the cluster is seen.
    @Test
    void a_change_to_any_declared_field_is_seen() {
        var random = new Random(11);
        for (int round = 0; round < 3_000; round++) {
            var target = Map.<String, Object>of("spec", tree(random, 4));
            var leaves = new ArrayList<List<Object>>();
            leaves(target, List.of(), leaves);
            if (leaves.isEmpty()) {
                continue;
            }
            var path = leaves.get(random.nextInt(leaves.size()));

            var live = Json.object(changed(target, path, random.nextBoolean()));

            assertThat(FieldDifferences.of(target, target, SETTINGS)).isEmpty();
            assertThat(FieldDifferences.of(target, live, SETTINGS))
                    .as("%s at %s", target, path)
                    .isNotEmpty();
        }
    }

    private static Map<String, Object> tree(Random random, int depth) {
        var tree = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            tree.put("f" + i, value(random, depth - 1));
        }
        return tree;
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 3)) {
            case 0 -> random.nextInt(5);
            case 1 -> random.nextBoolean();
            case 2 -> "text" + random.nextInt(5);
            case 3 -> tree(random, depth);
            case 4 -> List.of(value(random, depth - 1), value(random, depth - 1));
            default ->
                    List.of(
                            Map.of("name", "a", "value", value(random, depth - 1)),
                            Map.of("name", "b", "value", value(random, depth - 1)));
        };
    }

    private static void leaves(Object node, List<Object> path, List<List<Object>> leaves) {
        switch (node) {
            case Map<?, ?> map ->
                    map.forEach((key, below) -> leaves(below, with(path, key), leaves));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    leaves(list.get(i), with(path, i), leaves);
                }
            }
            default -> leaves.add(path);
        }
    }

    private static List<Object> with(List<Object> path, Object last) {
        return Stream.concat(path.stream(), Stream.of(last)).toList();
    }

    /// The tree with another value at the path, or none where a field can be left out.
    private static Object changed(Object node, List<Object> path, boolean leaveOut) {
        if (path.isEmpty()) {
            return "changed";
        }
        var below = path.subList(1, path.size());
        if (node instanceof List<?> list) {
            var copy = new ArrayList<Object>(list);
            int index = (Integer) path.getFirst();
            copy.set(index, changed(copy.get(index), below, leaveOut));
            return copy;
        }
        var copy = new LinkedHashMap<>(Json.object(node));
        var key = path.getFirst().toString();
        if (below.isEmpty() && leaveOut) {
            copy.remove(key);
        } else {
            copy.put(key, changed(copy.get(key), below, leaveOut));
        }
        return copy;
    }

    private static Object yaml(Path file) throws IOException {
        return new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    }

    private static List<String> texts(Object list) {
        return Json.array(list).stream().map(Object::toString).toList();
    }
}
