package io.tiphys.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.Json;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Holds the public description of the event log in `kafka/` against the code.
class KafkaFilesTest {

    private static final Path FILES = Path.of("kafka");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> TRACE =
            Map.of(
                    "traceparent",
                    "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01",
                    "tracestate",
                    "vendor=1");

    @Test
    void the_declared_topics_are_those_of_the_code() throws IOException {
        var declared = yaml("topics.yaml");

        assertThat(declared.stream().map(it -> Json.string(it, "spec", "topicName")))
                .containsExactlyInAnyOrderElementsOf(Topics.names());
        for (var topic : declared) {
            assertThat(Json.string(topic, "kind")).isEqualTo("KafkaTopic");
            assertThat(Json.string(topic, "metadata", "name"))
                    .isEqualTo(Json.string(topic, "spec", "topicName"));
            assertThat(Json.number(topic, 0, "spec", "partitions"))
                    .isEqualTo(Topics.DEFAULT_PARTITIONS);
            assertThat(Json.number(topic, 0, "spec", "replicas")).isEqualTo(3);
        }
    }

    @Test
    void the_declared_topics_keep_records_as_the_code_does() throws IOException {
        var declared =
                yaml("topics.yaml").stream()
                        .collect(
                                Collectors.toMap(
                                        it -> Json.string(it, "spec", "topicName"),
                                        KafkaFilesTest::settings));

        for (var topic : Topics.values()) {
            assertThat(declared.get(topic.topicName())).containsAllEntriesOf(topic.settings());
        }
    }

    @Test
    void every_record_type_has_a_schema_and_every_schema_a_record_type() throws IOException {
        try (var files = Files.list(FILES.resolve("schemas"))) {
            assertThat(files.map(it -> it.getFileName().toString().replaceFirst("\\.json$", "")))
                    .containsExactlyInAnyOrderElementsOf(RecordTypes.CLASSES.keySet());
        }
    }

    @Test
    void schemas_have_the_fields_of_their_records_all_required() throws IOException {
        for (var type : RecordTypes.CLASSES.entrySet()) {
            var schema = schema(type.getKey());

            assertThat(schema.path("$schema").asText())
                    .isEqualTo("https://json-schema.org/draft/2020-12/schema");
            assertThat(schema.path("$id").asText()).isEqualTo("urn:tiphys:schema:" + type.getKey());
            assertFits(type.getKey(), schema, type.getValue());
        }
    }

    @Test
    void the_example_of_every_schema_can_be_read_and_is_what_would_be_written() throws IOException {
        for (var type : RecordTypes.CLASSES.keySet()) {
            var example = schema(type).path("examples").path(0);

            var event = RecordTypes.read(type, JSON.writeValueAsBytes(example));

            assertThat(event).isInstanceOf(RecordTypes.CLASSES.get(type));
            assertThat(JSON.readTree(RecordTypes.write(event))).as(type).isEqualTo(example);
        }
    }

    @Test
    void a_write_back_of_an_older_replica_does_not_say_of_how_many_it_is() throws IOException {
        var type = "io.tiphys.write-back.requested";
        var older = (ObjectNode) schema(type).path("examples").path(0).deepCopy();
        older.remove("together");

        var request = (WriteBack) RecordTypes.read(type, JSON.writeValueAsBytes(older));

        assertThat(request.together()).isZero();
        assertThat(request.cause()).isNotEmpty();
    }

    @Test
    void what_is_told_of_changes_is_as_the_examples_have_it() throws IOException {
        var url = "git@github.com:Team/Shop.git";
        var request = "https://github.com/team/shop/pull/42";
        var commit = "0c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f";
        var now = Instant.parse("2026-11-21T10:00:00Z");

        var events =
                List.of(
                        ChangeEvent.created(url, request, now),
                        ChangeEvent.updated(url, request, commit, now),
                        ChangeEvent.abandoned(url, request, now),
                        ChangeEvent.merged(url, commit, now));

        for (var event : events) {
            assertThat(RecordTypes.typeOf(event)).isEqualTo(event.context().type());
            assertThat(JSON.readTree(RecordTypes.write(event)))
                    .isEqualTo(schema(event.context().type()).path("examples").path(0));
        }
    }

    @Test
    void the_asyncapi_document_names_every_topic_and_every_record_type() throws IOException {
        // Given
        var document = yaml("asyncapi.yaml").getFirst();
        var channels = Json.object(document, "channels");
        var messages = Json.object(document, "components", "messages");

        // When
        var addresses = channels.values().stream().map(it -> Json.string(it, "address"));
        var names = messages.values().stream().map(it -> Json.string(it, "name"));
        var onChannels =
                channels.values().stream()
                        .flatMap(it -> Json.object(it, "messages").values().stream())
                        .map(it -> Json.string(it, "$ref"));

        // Then
        assertThat(addresses).containsExactlyInAnyOrderElementsOf(Topics.names());
        assertThat(names).containsExactlyInAnyOrderElementsOf(RecordTypes.CLASSES.keySet());
        assertThat(onChannels.collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(
                        messages.keySet().stream().map("#/components/messages/"::concat).toList());
        for (var message : messages.values()) {
            assertThat(Json.string(message, "payload", "schema", "$ref"))
                    .isEqualTo("./schemas/" + Json.string(message, "name") + ".json");
        }
    }

    @Test
    void every_reference_inside_the_asyncapi_document_leads_somewhere() throws IOException {
        var document = yaml("asyncapi.yaml").getFirst();
        var text = Files.readString(FILES.resolve("asyncapi.yaml"));

        var references =
                Pattern.compile("'#/([^']+)'").matcher(text).results().map(it -> it.group(1));

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(it -> assertThat(Json.at(document, it.split("/"))).isNotNull());
    }

    @Test
    void the_headers_of_a_trace_are_described() throws IOException {
        var readme = Files.readString(FILES.resolve("README.md"));
        var headers =
                Json.object(
                        yaml("asyncapi.yaml").getFirst(),
                        "components",
                        "schemas",
                        "cloudEventHeaders",
                        "properties");
        var written = new HashSet<String>();
        Trace.of(TRACE::get).write((name, _) -> written.add(name));

        assertThat(written).isEqualTo(TRACE.keySet());
        assertThat(headers).containsKeys(written.toArray(String[]::new));
        assertThat(written).allSatisfy(it -> assertThat(readme).contains("`" + it + "`"));
    }

    @Test
    void the_examples_of_the_readme_can_be_read() throws IOException {
        var readme = Files.readString(FILES.resolve("README.md"));
        var types = group(readme, "ce_type[=:](io[a-z.-]+)");
        var values = group(readme, "(?m)(\\{\"id\".*\\})");

        assertThat(values).hasSize(2).hasSameSizeAs(types);
        for (int i = 0; i < types.size(); i++) {
            assertThat(RecordTypes.read(types.get(i), values.get(i).getBytes(UTF_8)))
                    .isInstanceOf(RecordTypes.CLASSES.get(types.get(i)));
        }
        assertThat(Topics.names()).allSatisfy(it -> assertThat(readme).contains("`" + it + "`"));
    }

    private static void assertFits(String place, JsonNode schema, Type type) {
        assertThat(schema.path("type").asText()).as(place).isEqualTo(jsonType(type));
        if (type instanceof ParameterizedType list) {
            assertFits(place + "[]", schema.path("items"), list.getActualTypeArguments()[0]);
        } else if (type instanceof Class<?> record && record.isRecord()) {
            var components = List.of(record.getRecordComponents());
            var names = components.stream().map(RecordComponent::getName).toList();
            assertThat(fieldNames(schema.path("properties")))
                    .as(place)
                    .isEqualTo(new HashSet<>(names));
            assertThat(texts(schema.path("required")))
                    .as(place)
                    .containsExactlyInAnyOrderElementsOf(names);
            components.forEach(
                    it ->
                            assertFits(
                                    place + "." + it.getName(),
                                    schema.path("properties").path(it.getName()),
                                    it.getGenericType()));
        }
    }

    private static String jsonType(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return "array";
        }
        if (type == String.class) {
            return "string";
        }
        if (type == boolean.class) {
            return "boolean";
        }
        if (type == long.class || type == int.class) {
            return "integer";
        }
        return "object";
    }

    private static Map<String, String> settings(Map<String, Object> topic) {
        return Json.object(topic, "spec", "config").entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().toString()));
    }

    private static List<Map<String, Object>> yaml(String name) throws IOException {
        var documents = new ArrayList<Map<String, Object>>();
        new Load(LoadSettings.builder().build())
                .loadAllFromString(Files.readString(FILES.resolve(name)))
                .forEach(it -> documents.add(Json.object(it)));
        return documents;
    }

    private static JsonNode schema(String type) throws IOException {
        return JSON.readTree(FILES.resolve("schemas").resolve(type + ".json").toFile());
    }

    private static List<String> group(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult it) -> it.group(1))
                .toList();
    }

    private static Set<String> fieldNames(JsonNode object) {
        var names = new HashSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Stream<String> texts(JsonNode array) {
        var texts = Stream.<String>builder();
        array.forEach(it -> texts.add(it.asText()));
        return texts.build();
    }
}
