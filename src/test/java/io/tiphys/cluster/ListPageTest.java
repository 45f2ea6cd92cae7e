package io.tiphys.cluster;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ListPageTest {

    private static final int PAGES = 2_000;

    private static final int[] LETTERS =
            "ab\"\\{}[],: \n\u0001Ä€\uD83D\uDE80".codePoints().toArray();

    private static final String PAGE =
            """
            {"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {"resourceVersion": "7",
              "continue": "next"}, "items": [
              {"metadata": {"name": "a", "managedFields": [
                {"manager": "kubectl", "fieldsV1": {"f:data": {"]": {}}}},
                {"fieldsV1": {"f:data": {"f:x": {}}}, "manager": "argocd-controller"},
                {"manager": "kube-controller-manager"}], "labels": {"Ä": "\\"}"}},
               "data": {"metadata": "{]", "x": null}},
              {"kind": "Secret", "apiVersion": "v2", "type": "Opaque", "metadata": {"name": "b"}}]}
            """;

    @Test
    void a_page_says_what_comes_next_and_as_of_when_it_is() throws IOException {
        var page = read(PAGE);

        assertThat(page.more()).isEqualTo("next");
        assertThat(page.resourceVersion()).isEqualTo("7");
        assertThat(page.objects()).hasSize(2);
    }

    @Test
    void objects_come_without_what_is_noted_of_fields_of_others() throws IOException {
        var tree = read(PAGE).objects().getFirst().tree();

        assertThat(tree)
                .isEqualTo(
                        ApiJson.parse(
                                """
                                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a",
                                  "managedFields": [{"fieldsV1": {"f:data": {"f:x": {}}},
                                    "manager": "argocd-controller"}],
                                  "labels": {"Ä": "\\"}"}},
                                 "data": {"metadata": "{]", "x": null}}
                                """));
    }

    @Test
    void an_object_that_says_what_it_is_is_that() throws IOException {
        var object = read(PAGE).objects().get(1);

        assertThat(object.tree()).containsEntry("kind", "Secret").containsEntry("apiVersion", "v2");
        assertThat(object.head()).isEqualTo(object.tree());
    }

    @Test
    void what_is_listed_is_what_is_written_whatever_that_is() throws IOException {
        for (long seed = 0; seed < PAGES; seed++) {
            var random = new Random(seed);
            var items = new ArrayList<Map<String, Object>>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                items.add(object(random));
            }

            var page = ApiJson.bytes(Map.of("items", items));
            var objects = ListPage.read(page, "v1", "ConfigMap").objects();

            assertThat(objects).as("seed %d", seed).hasSameSizeAs(items);
            for (int i = 0; i < items.size(); i++) {
                var expected = expected(items.get(i));
                assertThat(objects.get(i).tree()).as("seed %d", seed).isEqualTo(expected);
                assertThat(objects.get(i).packed().anew()).as("seed %d", seed).isEqualTo(expected);
                assertThat(objects.get(i).head()).as("seed %d", seed).isEqualTo(head(expected));
            }
        }
    }

    @Test
    void half_a_page_is_none_wherever_it_ends() {
        var whole = PAGE.strip().getBytes(UTF_8);
        for (int length = 0; length < whole.length; length++) {
            var half = Arrays.copyOf(whole, length);

            assertThatThrownBy(() -> ListPage.read(half, "v1", "ConfigMap"))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void what_is_no_page_is_refused_and_what_is_no_object_is_left_out() throws IOException {
        for (var page : List.of("", "[]", "7", "<html>", "{\"items\": [{\"metadata\": }]}")) {
            assertThatThrownBy(() -> read(page)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> ListPage.read(PAGE.getBytes(UTF_16), "v1", "ConfigMap"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("{\"items\": [" + "[".repeat(5_000)))
                .isInstanceOf(IOException.class);
        var odd = "{}, 1, null, [[]], {\"metadata\": 1}, {\"metadata\": {\"name\": 7}}";
        assertThat(read("{\"items\": [%s]}".formatted(odd)).objects()).isEmpty();
        for (var page : List.of("{}", "{\"items\": null}", "{\"items\": {}, \"metadata\": []}")) {
            assertThat(read(page)).isEqualTo(new ListPage(List.of(), "", ""));
        }
    }

    @Test
    void notes_on_fields_that_are_none_are_passed_over() throws IOException {
        for (var notes : List.of("null", "7", "{\"manager\": []}", "[]", "[7, [], {}, null]")) {
            var page =
                    read(
                            "{\"items\": [{\"metadata\": {\"managedFields\": %s, \"name\": \"a\"}}]}"
                                    .formatted(notes));

            assertThat(page.objects().getFirst().tree())
                    .extracting(it -> Json.string(it, "metadata", "name"))
                    .isEqualTo("a");
        }
    }

    private static ListPage read(String page) throws IOException {
        return ListPage.read(page.getBytes(UTF_8), "v1", "ConfigMap");
    }

    private static Map<String, Object> object(Random random) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", "n" + random.nextInt(9));
        metadata.put("annotations", value(random, 2));
        if (random.nextInt(3) > 0) {
            metadata.put("managedFields", managers(random));
        }
        if (random.nextBoolean()) {
            metadata.put("labels", value(random, 3));
        }
        var object = new LinkedHashMap<String, Object>();
        if (random.nextInt(4) == 0) {
            object.put("kind", "Other");
        }
        object.put("spec", value(random, 0));
        object.put("metadata", metadata);
        if (random.nextInt(4) == 0) {
            object.put("apiVersion", "v3");
        }
        object.put("type", value(random, 2));
        return object;
    }

    private static List<Object> managers(Random random) {
        var managers = new ArrayList<Object>();
        for (int i = random.nextInt(5); i > 0; i--) {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("fieldsV1", value(random, 1));
            entry.put("manager", random.nextBoolean() ? "argocd-controller" : "kubelet");
            entry.put("time", value(random, 3));
            managers.add(entry);
        }
        return managers;
    }

    /// Of any type, down to a depth.
    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth < 3 ? 7 : 5)) {
            case 0 -> random.nextInt(1_000) - 500;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextDouble();
            case 3 -> "";
            case 4 -> text(random);
            case 5 ->
                    random.ints(random.nextInt(3)).mapToObj(_ -> value(random, depth + 1)).toList();
            default -> {
                var object = new LinkedHashMap<String, Object>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.put(text(random), value(random, depth + 1));
                }
                yield object;
            }
        };
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(9); i >= 0; i--) {
            text.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    /// As a tree of all of it would have it.
    private static Map<String, Object> expected(Map<String, Object> item) {
        var expected = new LinkedHashMap<>(item);
        expected.putIfAbsent("apiVersion", "v1");
        expected.putIfAbsent("kind", "ConfigMap");
        if (Json.object(item, "metadata").containsKey("managedFields")) {
            var ours =
                    Json.array(item, "metadata", "managedFields").stream()
                            .filter(it -> Json.string(it, "manager").equals("argocd-controller"))
                            .toList();
            return Json.with(expected, ours, "metadata", "managedFields");
        }
        return expected;
    }

    private static Map<String, Object> head(Map<String, Object> expected) {
        var head = new LinkedHashMap<>(Json.without(expected, "metadata", "managedFields"));
        head.keySet().retainAll(List.of("apiVersion", "kind", "type", "metadata"));
        return head;
    }
}
