package io.tiphys.core.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

class NodeInfoTest {

    private static final Path CASES = Path.of("src/test/resources/golden/tree");

    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        return cases().stream()
                .map(file -> DynamicTest.dynamicTest(file.toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        var expected = new HashMap<>(yaml(file));
        var resource = LiveResource.of(Json.object(expected.remove("object")));

        var node = new LinkedHashMap<String, Object>();
        NodeInfo.of(resource).write(node);

        assertThat(node).isEqualTo(expected);
    }

    @Test
    void no_resource_makes_it_throw() throws IOException {
        var random = new Random(3);
        for (var file : cases()) {
            var object = Json.object(yaml(file), "object");
            for (int round = 0; round < 50; round++) {
                var broken = new HashMap<>(Json.object(broken(object, random)));
                broken.put("apiVersion", object.get("apiVersion"));
                broken.put("kind", object.get("kind"));

                assertThat(NodeInfo.of(LiveResource.of(broken)).images()).doesNotContain("");
            }
        }
    }

    /// The same tree with some values of another type.
    private static Object broken(Object tree, Random random) {
        if (random.nextInt(8) == 0) {
            return List.of("text", 7, true, List.of(1), new HashMap<>()).get(random.nextInt(5));
        }
        if (tree instanceof Map<?, ?> map) {
            var copy = new HashMap<Object, Object>();
            map.forEach((key, value) -> copy.put(key, broken(value, random)));
            return copy;
        }
        return tree instanceof List<?> list
                ? list.stream().map(it -> broken(it, random)).toList()
                : tree;
    }

    private static List<Path> cases() throws IOException {
        try (var files = Files.list(CASES.resolve("nodes"))) {
            return files.sorted().toList();
        }
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return Json.object(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }
}
