package io.tiphys.core.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.SyncStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/// Comparisons of single resources, from tables: of values at one place, and of whole objects.
class ComparisonTablesTest {

    private static final Path TABLES = Path.of("src/test/resources/golden/diff");

    @TestFactory
    Stream<DynamicTest> spellings() throws IOException {
        return yaml("spellings.yaml").stream()
                .flatMap(
                        place ->
                                Json.array(place, "rows").stream()
                                        .map(row -> spelling(place, (List<?>) row)));
    }

    private static DynamicTest spelling(Object place, List<?> row) {
        var at = Json.string(place, "at").split(" ", 3);
        var rules = ComparisonRules.of(Map.of(), settings(at, Json.array(place, "types")));
        return DynamicTest.dynamicTest(
                "%s: %s %s %s".formatted(at[2], row.get(0), row.get(2), row.get(1)),
                () -> {
                    var compared = compare(object(at, row.get(0)), object(at, row.get(1)), rules);

                    if (row.get(2).equals("same")) {
                        assertThat(compared.differences()).isEmpty();
                        assertThat(compared.status()).isEqualTo(SyncStatus.SYNCED);
                    } else {
                        assertThat(compared.differences())
                                .singleElement()
                                .asString()
                                .startsWith(at[2]);
                        assertThat(compared.status()).isEqualTo(SyncStatus.OUT_OF_SYNC);
                    }
                });
    }

    private static ComparisonSettings settings(String[] at, List<Object> types) {
        var type = new Manifest(object(at, null), "").type();
        return ComparisonSettings.read(
                Map.of(
                        "resource.customizations.knownTypeFields.%s_%s"
                                .formatted(type.group(), type.kind()),
                        text(types)));
    }

    /// The object with a value at a place such as `spec.containers[web].image`; none if it is null.
    private static Map<String, Object> object(String[] at, Object value) {
        var object = named(at[0], at[1], Map.of());
        return Json.object(put(object, at[2], value));
    }

    private static Object put(Object node, String path, Object value) {
        if (path.isEmpty()) {
            return value;
        }
        var map = new LinkedHashMap<>(Json.object(node));
        if (path.startsWith("[")) {
            var key = path.substring(1, path.indexOf(']'));
            var rest = path.substring(path.indexOf(']') + 1);
            return new ArrayList<>(List.of(put(item(key), rest.replaceFirst("^\\.", ""), value)));
        }
        var name = path.split("[.\\[]", 2)[0];
        if (path.matches("(annotations|labels|hard|limits|requests|max)\\..*")) {
            var last = path.substring(name.length() + 1);
            var below = new LinkedHashMap<>(Json.object(map.get(name)));
            below.put(last, value);
            below.values().removeIf(it -> it == null);
            map.put(name, below);
            return map;
        }
        var rest = path.substring(name.length()).replaceFirst("^\\.", "");
        map.put(name, put(map.get(name), rest, value));
        map.values().removeIf(it -> it == null);
        return map;
    }

    private static Map<String, Object> item(String key) {
        return key.startsWith("/")
                ? Map.of("mountPath", key)
                : key.equals("0")
                        ? Map.of()
                        : key.matches("[0-9]+")
                                ? Map.of("port", Integer.valueOf(key))
                                : Map.of("name", key);
    }

    @TestFactory
    Stream<DynamicTest> lists_and_defaults() throws IOException {
        return yaml("lists-and-defaults.yaml").stream().map(ComparisonTablesTest::whole);
    }

    @TestFactory
    Stream<DynamicTest> ignored() throws IOException {
        return yaml("ignored.yaml").stream().map(ComparisonTablesTest::whole);
    }

    @TestFactory
    Stream<DynamicTest> respected() throws IOException {
        return yaml("respected.yaml").stream()
                .map(
                        given ->
                                DynamicTest.dynamicTest(
                                        Json.string(given, "case"), () -> checkApplied(given)));
    }

    private static void checkApplied(Object given) {
        var type = Json.string(given, "type").split(" ", 2);
        var target = named(type[0], type[1], Json.object(given, "target"));
        var live = noted(given, named(type[0], type[1], Json.object(given, "live")));
        var rules = rules(given);

        var applied =
                rules.respecting(
                        new Manifest(target, ""),
                        LiveResource.of(live),
                        Boolean.TRUE.equals(Json.at(given, "replaced")));

        assertThat(applied.object())
                .isEqualTo(named(type[0], type[1], Json.object(given, "applied")));
    }

    private static DynamicTest whole(Object given) {
        return DynamicTest.dynamicTest(Json.string(given, "case"), () -> check(given));
    }

    private static void check(Object given) {
        var type = Json.string(given, "type").split(" ", 2);
        var target = named(type[0], type[1], Json.object(given, "target"));
        var live = noted(given, named(type[0], type[1], Json.object(given, "live")));

        var comparison = comparison(target, live, rules(given));

        var unclear = Json.string(given, "unclear");
        var resource = comparison.resources().getFirst();
        if (unclear.isEmpty()) {
            assertThat(comparison.problems()).isEmpty();
            assertThat(resource.differences())
                    .containsExactlyElementsOf(
                            Json.array(given, "expected").stream().map(String::valueOf).toList());
        } else {
            assertThat(comparison.problems())
                    .singleElement()
                    .asString()
                    .isEqualTo("%s is not compared: %s".formatted(resource.key(), unclear));
            assertThat(resource.status()).isEqualTo(SyncStatus.UNKNOWN);
            assertThat(comparison.status()).isEqualTo(SyncStatus.UNKNOWN);
        }
    }

    private static ComparisonRules rules(Object given) {
        return ComparisonRules.of(
                Map.of("spec", Map.of("ignoreDifferences", Json.array(given, "ignore"))),
                ComparisonSettings.read(Json.strings(given, "settings")));
    }

    /// With the notes of managers and the annotation of kubectl's.
    private static Map<String, Object> noted(Object given, Map<String, Object> live) {
        var notes = new ArrayList<>(Json.array(live, "metadata", "managedFields"));
        if (Json.at(given, "ours") != null) {
            notes.add(note("argocd-controller", "Apply", Json.object(given, "ours")));
        }
        if (Json.at(given, "others") != null) {
            notes.add(note("kubectl", "Update", Json.object(given, "others")));
        }
        Json.object(given, "managers")
                .forEach((name, fields) -> notes.add(note(name, "Update", fields)));
        var object = notes.isEmpty() ? live : Json.with(live, notes, "metadata", "managedFields");
        var last =
                Json.at(given, "last") == null
                        ? Json.string(given, "lastText")
                        : text(Json.at(given, "last"));
        return last.isEmpty()
                ? object
                : Json.with(object, last, "metadata", "annotations", LastApplied.ANNOTATION);
    }

    private static Map<String, Object> note(String manager, String operation, Object fields) {
        return Map.of("manager", manager, "operation", operation, "fieldsV1", fields);
    }

    private static Comparison comparison(
            Map<String, Object> target, Map<String, Object> live, ComparisonRules rules) {
        var resource = LiveResource.of(live);
        return Comparison.of(
                List.of(new Manifest(target, "")), Map.of(resource.key(), resource), rules);
    }

    private static Comparison.Resource compare(
            Map<String, Object> target, Map<String, Object> live, ComparisonRules rules) {
        return comparison(target, live, rules).resources().getFirst();
    }

    private static Map<String, Object> named(
            String apiVersion, String kind, Map<String, Object> fields) {
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
        object.putAll(fields);
        var metadata = new LinkedHashMap<>(Json.object(fields, "metadata"));
        metadata.put("name", "web");
        metadata.put("namespace", "shop");
        object.put("metadata", metadata);
        return object;
    }

    private static String text(Object tree) {
        return new Dump(
                        DumpSettings.builder()
                                .setDefaultFlowStyle(FlowStyle.FLOW)
                                .setDefaultScalarStyle(ScalarStyle.DOUBLE_QUOTED)
                                .build())
                .dumpToString(tree);
    }

    private static List<Object> yaml(String file) throws IOException {
        var settings = LoadSettings.builder().build();
        var read = new Load(settings).loadFromString(Files.readString(TABLES.resolve(file)));
        return new ArrayList<>(Arrays.asList(((List<?>) read).toArray()));
    }
}
