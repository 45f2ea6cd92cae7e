package io.tiphys.dev.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.SyncStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What an API server makes of a manifest is in sync with it, without a question; and whatever else
/// is declared is not.
class ComparedTest {

    private static final Path MANIFESTS = Path.of("src/test/resources/golden/diff");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// What another object has, or nobody asks for.
    private static final Set<List<Object>> IDENTITY =
            Set.of(
                    List.of("apiVersion"),
                    List.of("kind"),
                    List.of("metadata", "name"),
                    List.of("metadata", "namespace"));

    private static ASandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = ASandbox.still();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @TestFactory
    Stream<DynamicTest> compared() throws IOException {
        return manifests("manifests.yaml")
                .map(it -> Json.with(Json.object(it), "default", "metadata", "namespace"))
                .map(ComparedTest::compared);
    }

    @TestFactory
    Stream<DynamicTest> compared_in_no_namespace() throws IOException {
        return manifests("manifests-of-clusters.yaml")
                .map(Json::object)
                .map(ComparedTest::compared);
    }

    private static Stream<?> manifests(String file) throws IOException {
        var text = Files.readString(MANIFESTS.resolve(file));
        return ((List<?>) new Load(LoadSettings.builder().build()).loadFromString(text)).stream();
    }

    private static DynamicTest compared(Map<String, Object> target) {
        return DynamicTest.dynamicTest(
                Json.string(target, "kind") + " " + Json.string(target, "metadata", "name"),
                () -> check(target));
    }

    private static void check(Map<String, Object> target) throws JsonProcessingException {
        var live = applied(target);

        var same = compare(target, live);

        assertThat(same.differences()).isEmpty();
        assertThat(same.status()).isEqualTo(SyncStatus.SYNCED);
        var leaves = new ArrayList<List<Object>>();
        leaves(target, List.of(), leaves);
        leaves.removeAll(IDENTITY);
        for (var leaf : leaves) {
            var changed = Json.object(changed(target, leaf));
            assertThat(compare(changed, live).status())
                    .as("%s of %s", leaf, target)
                    .isEqualTo(SyncStatus.OUT_OF_SYNC);
        }
    }

    private static Comparison.Resource compare(Map<String, Object> target, LiveResource live) {
        return Comparison.of(List.of(new Manifest(target, "")), Map.of(live.key(), live))
                .resources()
                .getFirst();
    }

    private static LiveResource applied(Map<String, Object> target) throws JsonProcessingException {
        var apiVersion = Json.string(target, "apiVersion");
        var kind = Json.string(target, "kind").toLowerCase(Locale.ROOT);
        var plural = kind.endsWith("ss") ? kind + "es" : kind.replaceFirst("y$", "ie") + "s";
        var namespace = Json.string(target, "metadata", "namespace");
        var path =
                "%s/%s/%s%s/%s"
                        .formatted(
                                apiVersion.contains("/") ? "/apis" : "/api",
                                apiVersion,
                                namespace.isEmpty() ? "" : "namespaces/" + namespace + "/",
                                plural,
                                Json.string(target, "metadata", "name"));
        var answer = sandbox.apply(path, "argocd-controller", MAPPER.writeValueAsString(target));
        assertThat(answer.code()).as("%s", answer.body()).isBetween(200, 201);
        return LiveResource.of(
                MAPPER.convertValue(
                        sandbox.get(path).body(), new TypeReference<Map<String, Object>>() {}));
    }

    private static void leaves(Object node, List<Object> path, List<List<Object>> leaves) {
        switch (node) {
            case null -> {}
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

    private static Object changed(Object node, List<Object> path) {
        if (path.isEmpty()) {
            return switch (node) {
                case Boolean truth -> !truth;
                case Number number -> number.intValue() + 1;
                default -> "9" + node;
            };
        }
        var rest = path.subList(1, path.size());
        if (node instanceof List<?> list) {
            var copy = new ArrayList<Object>(list);
            int index = (Integer) path.getFirst();
            copy.set(index, changed(list.get(index), rest));
            return copy;
        }
        var copy = new LinkedHashMap<>(Json.object(node));
        copy.put(path.getFirst().toString(), changed(copy.get(path.getFirst()), rest));
        return copy;
    }
}
