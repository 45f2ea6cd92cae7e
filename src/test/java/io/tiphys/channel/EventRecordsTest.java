package io.tiphys.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What anybody may write to the topics of events, and what not. The schemas in `kafka/` are asked
/// the same: who follows them must not be refused here, and who is refused should learn it there.
class EventRecordsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOLDEN = Path.of("src/test/resources/golden/webhook");
    private static final String PUSH = "io.tiphys.git.pushed";
    private static final String PULL_REQUEST = "io.tiphys.git.pull-request-changed";
    private static final String IMAGE = "io.tiphys.image.pushed";
    private static final String ARTIFACT = "io.tiphys.image.artifact-pushed";

    @ParameterizedTest
    @ValueSource(strings = {PUSH, PULL_REQUEST, IMAGE, ARTIFACT})
    void the_example_of_a_schema_is_valid(String type) throws IOException {
        var example = example(type);

        assertThat(refusal(type, example)).isEmpty();
        assertThat(schemaFaults(type, example)).isEmpty();
    }

    static Stream<Path> deliveries() throws IOException {
        try (var files = Files.walk(GOLDEN)) {
            return files.filter(it -> it.endsWith("expected.json")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("deliveries")
    void all_that_is_made_of_deliveries_is_valid(Path expected) throws IOException {
        var delivery = JSON.readTree(expected.toFile());

        for (var event : delivery.path("gitEvents")) {
            assertIsValid(event.has("action") ? PULL_REQUEST : PUSH, event);
        }
        for (var event : delivery.path("imageEvents")) {
            assertIsValid(event.has("kind") ? ARTIFACT : IMAGE, event);
        }
    }

    private static void assertIsValid(String type, JsonNode event) throws IOException {
        assertThat(refusal(type, event)).as(event.toString()).isEmpty();
        assertThat(schemaFaults(type, event)).as(event.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "id, ''",
        "repository, ''",
        "repository, shop",
        "repository, https://github.com/acme/shop",
        "repository, github.com/Acme/shop",
        "repository, github.com/acme/shop.git",
        "repository, github.com/acme/shop/",
        "repository, git@github.com:acme/shop",
        "repository, github.com:acme/shop",
        "repository, user:secret@github.com/acme/shop",
        "ref, main",
        "ref, ''",
        "ref, refs/",
        "ref, refs//main",
        "ref, refs/heads/",
        "ref, refs/heads/a..b",
        "ref, refs/heads/.a",
        "ref, refs/heads/a.lock",
        "ref, refs/heads/a.lock/b",
        "ref, refs/heads/a.",
        "ref, refs/heads/a b",
        "ref, refs/heads/a~1",
        "ref, refs/heads/a^",
        "ref, refs/heads/a:b",
        "ref, refs/heads/a?",
        "ref, refs/heads/*",
        "ref, refs/heads/a[b",
        "ref, refs/heads/a\\b",
        "ref, refs/heads/@{1}",
        "before, ''",
        "before, abc",
        "before, A94F3C1E0B7D4F5286C9D0E1F2A3B4C5D6E7F809",
        "after, 0c1d2e3f405162738495a6b7c8d9eafb0c1d2e3",
        "after, 0c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f0",
        "defaultBranch, a..b",
        "defaultBranch, /main",
    })
    void a_push_with_a_wrong_field_is_refused(String field, String value) throws IOException {
        assertIsRefused(PUSH, field, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../a", "a/../b", "a//b", "a/", "./a", "", "a\u0000b"})
    void a_push_with_a_path_that_leads_elsewhere_is_refused(String path) throws IOException {
        var event = example(PUSH);
        event.putArray("changedPaths").add("fine.yaml").add(path);

        assertIsRefused(PUSH, "changedPaths", event);
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", "a b/ü.yaml", ".github/x", "a..b", "a\nb"})
    void a_path_may_be_whatever_git_can_hold(String path) throws IOException {
        var event = example(PUSH);
        event.putArray("changedPaths").add(path);

        assertIsValid(PUSH, event);
    }

    @ParameterizedTest
    @CsvSource({
        "action, burned",
        "sourceRepository, https://github.com/jo/shop",
        "sourceBranch, ''",
        "targetBranch, a b",
        "head, abc",
    })
    void a_pull_request_with_a_wrong_field_is_refused(String field, String value)
            throws IOException {
        assertIsRefused(PULL_REQUEST, field, value);
    }

    @ParameterizedTest
    @CsvSource({
        "repository, nginx",
        "repository, registry.example.com/Payments/api",
        "repository, REGISTRY.example.com/payments/api",
        "repository, registry.example.com/payments/api:1.0",
        "repository, https://registry.example.com/payments/api",
        "repository, registry.example.com/payments//api",
        "tag, ''",
        "tag, -1",
        "tag, a/b",
        "tag, a b",
        "digest, 3f3f",
        "digest, 'sha256:3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F'",
        "mediaType, bücher",
        "pushedAt, yesterday",
    })
    void an_image_with_a_wrong_field_is_refused(String field, String value) throws IOException {
        assertIsRefused(IMAGE, field, value);
        assertIsRefused(ARTIFACT, field, value);
    }

    @Test
    void an_artifact_is_of_a_known_kind() throws IOException {
        assertIsRefused(ARTIFACT, "kind", "image");
    }

    @ParameterizedTest
    @CsvSource({
        "nginx",
        "docker.io/nginx",
        "index.docker.io/library/nginx",
        "payments/api",
    })
    void an_image_is_named_with_its_registry_in_one_spelling_alone(String repository)
            throws IOException {
        assertThat(refusal(IMAGE, example(IMAGE).put("repository", repository)))
                .get()
                .asString()
                .contains("'repository'");
    }

    @ParameterizedTest
    @CsvSource({
        "id, 2500",
        "ref, 1000",
        "repository, 1000",
        "defaultBranch, 1000",
        "provider, 200"
    })
    void no_text_is_longer_than_its_bound_and_none_is_repeated(String field, int longest)
            throws IOException {
        var event = example(PUSH);
        var start = event.path(field).asText();

        var most = event.deepCopy().put(field, start + "x".repeat(longest - start.length()));
        var more = event.deepCopy().put(field, start + "x".repeat(longest - start.length() + 1));

        assertIsValid(PUSH, most);
        assertIsRefused(PUSH, field, more);
        assertThat(refusal(PUSH, more)).get().asString().hasSizeLessThan(400);
    }

    @Test
    void no_push_lists_more_paths_than_a_delivery_may() throws IOException {
        var event = example(PUSH);
        var paths = event.putArray("changedPaths");
        IntStream.range(0, 10_000).forEach(it -> paths.add("f" + it));
        assertIsValid(PUSH, event);

        paths.add("one/more");

        assertIsRefused(PUSH, "changedPaths", event);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0007b", "a\nb"})
    void control_characters_are_refused_in_names(String id) throws IOException {
        assertIsRefused(PUSH, "id", id);
        assertIsRefused(IMAGE, "id", id);
    }

    @Test
    void half_a_character_is_refused_as_it_could_not_be_written_again() {
        var half = "{\"id\":\"\\ud800\",\"repository\":\"h/r\",\"ref\":\"refs/heads/\\ud800\"";
        var rest =
                ",\"before\":\"%1$s\",\"after\":\"%1$s\",\"changedPaths\":[\"\\udc00\"],"
                        + "\"pathsComplete\":true,\"defaultBranch\":\"\",\"provider\":\"ci\"}";

        var refusal = refusal(PUSH, "h/r", (half + rest).formatted("a".repeat(40)).getBytes(UTF_8));

        assertThat(refusal).get().asString().contains("'id'", "'ref'", "'changedPaths'");
    }

    @Test
    void all_that_is_wrong_is_said_at_once() throws IOException {
        var event = example(PUSH).put("ref", "main").put("after", "abc");

        assertThat(refusal(PUSH, event))
                .hasValue(
                        "The field 'ref' should be the full name of a ref, such as"
                                + " refs/heads/main, as Git allows it. The field 'after' should be"
                                + " a commit: 40 or 64 hexadecimal digits in lower case, all zeros"
                                + " if the ref is gone");
    }

    @Test
    void the_key_is_the_repository() throws IOException {
        var push = JSON.writeValueAsBytes(example(PUSH));
        var image = JSON.writeValueAsBytes(example(IMAGE));

        assertThat(refusal(PUSH, "github.com/acme/other", push)).get().asString().contains("key");
        assertThat(refusal(PUSH, null, push)).get().asString().contains("key");
        assertThat(refusal(IMAGE, "", image)).get().asString().contains("key");
    }

    @Test
    void another_version_of_cloud_events_is_refused() throws IOException {
        var one = record(PUSH, "github.com/acme/shop", JSON.writeValueAsBytes(example(PUSH)));
        one.headers().add("ce_specversion", "1.0".getBytes(UTF_8));
        assertThat(EventRecords.read(one, Object.class)).isInstanceOf(GitEvent.class);

        one.headers().add("ce_specversion", "0.3".getBytes(UTF_8));

        assertThatThrownBy(() -> EventRecords.read(one, Object.class))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessage("The header 'ce_specversion' should be 1.0");
    }

    private static void assertIsRefused(String type, String field, String value)
            throws IOException {
        assertIsRefused(type, field, example(type).put(field, value));
    }

    /// By the code with the field's name, and by the schema.
    private static void assertIsRefused(String type, String field, JsonNode event)
            throws IOException {
        assertThat(refusal(type, event)).get().asString().contains("The field '" + field + "'");
        assertThat(schemaFaults(type, event)).containsExactly(field);
    }

    private static Optional<String> refusal(String type, JsonNode event) throws IOException {
        return refusal(type, event.path("repository").asText(), JSON.writeValueAsBytes(event));
    }

    private static Optional<String> refusal(String type, String key, byte[] value) {
        try {
            var event = EventRecords.read(record(type, key, value), Object.class);
            assertThat(event instanceof GitEvent || event instanceof ImageEvent).isTrue();
            return Optional.empty();
        } catch (UnreadableRecordException refused) {
            return Optional.of(refused.getMessage());
        }
    }

    private static ConsumerRecord<String, Received<Object>> record(
            String type, String key, byte[] value) {
        return new ConsumerRecord<>("tiphys.git-events", 0, 0, key, new Received<>(type, value));
    }

    private static ObjectNode example(String type) throws IOException {
        return (ObjectNode) schema(type).path("examples").path(0);
    }

    private static JsonNode schema(String type) throws IOException {
        return JSON.readTree(Path.of("kafka/schemas", type + ".json").toFile());
    }

    /// The fields that do not fit, by the words of JSON Schema that our schemas use.
    private static List<String> schemaFaults(String type, JsonNode event) throws IOException {
        var faults = new ArrayList<String>();
        schema(type)
                .path("properties")
                .properties()
                .forEach(
                        it -> {
                            if (!fits(it.getValue(), event.path(it.getKey()))) {
                                faults.add(it.getKey());
                            }
                        });
        return faults;
    }

    private static boolean fits(JsonNode schema, JsonNode value) {
        if (value.isArray()) {
            return value.size() <= schema.path("maxItems").asInt()
                    && value.valueStream().allMatch(it -> fits(schema.path("items"), it));
        }
        var text = value.asText();
        var isListed = schema.path("enum").valueStream().anyMatch(it -> it.asText().equals(text));
        return (!schema.has("enum") || isListed)
                && (!schema.has("pattern") || matches(schema.path("pattern").asText(), text))
                && text.length() >= schema.path("minLength").asInt()
                && text.length() <= schema.path("maxLength").asInt(Integer.MAX_VALUE);
    }

    /// Where a schema's pattern ends, the text does; Java would let a line break follow.
    private static boolean matches(String pattern, String text) {
        return Pattern.compile(pattern.replaceFirst("\\$$", "\\\\z")).matcher(text).find();
    }
}
