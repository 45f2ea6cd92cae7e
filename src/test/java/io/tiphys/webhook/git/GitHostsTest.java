package io.tiphys.webhook.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.GitEventFaults;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.Dialect;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Golden;
import io.tiphys.webhook.MalformedDeliveryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What holds for every Git host, shown with all of their samples.
class GitHostsTest {

    private static final Path SAMPLES = Path.of("src/test/resources/golden/webhook");

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<GitDialect> HOSTS =
            List.of(
                    new GitHub(),
                    new GitLab(),
                    new Bitbucket(),
                    new BitbucketServer(),
                    new Gitea(),
                    new Forgejo(),
                    new Gogs(),
                    new AzureDevOps(),
                    new Gerrit(),
                    new CodeCommit());

    /// A delivery of a host, as a file.
    private record Sample(GitDialect host, Path folder, Delivery delivery) {

        Delivery with(byte[] body) {
            return new Delivery(delivery.sender(), delivery.headers(), delivery.parameters(), body);
        }
    }

    @TestFactory
    Stream<DynamicContainer> samples() throws IOException {
        var containers = new ArrayList<DynamicContainer>();
        for (var host : HOSTS) {
            containers.add(DynamicContainer.dynamicContainer(host.provider(), Golden.cases(host)));
        }
        return containers.stream();
    }

    @Test
    void each_host_is_told_by_its_headers_alone_or_by_the_url() throws IOException {
        for (var sample : all()) {
            var type = sample.delivery.parameter("type");
            var recognising =
                    HOSTS.stream()
                            .filter(it -> it.recognises(sample.delivery))
                            .map(Dialect::provider)
                            .toList();

            if (type.isEmpty()) {
                assertThat(recognising)
                        .as(sample.folder.toString())
                        .containsExactly(sample.host.provider());
            } else {
                assertThat(type).isEqualTo(sample.host.provider());
                assertThat(recognising).as(sample.folder.toString()).isEmpty();
            }
        }
    }

    @Test
    void packages_are_left_to_the_registries() {
        for (var headers :
                List.of(
                        Map.of("X-GitHub-Event", "package"),
                        Map.of("X-GitHub-Event", "registry_package"),
                        Map.of("X-Gitea-Event", "package", "X-Gogs-Event", "package"),
                        Map.of("X-Forgejo-Event", "package", "X-Gitea-Event", "package"),
                        Map.of("X-Gogs-Event", "package", "X-GitHub-Event", "package"))) {
            var delivery =
                    new Delivery(
                            "192.0.2.1",
                            name -> headers.getOrDefault(name, ""),
                            _ -> "",
                            new byte[0]);

            assertThat(HOSTS).noneMatch(it -> it.recognises(delivery));
        }
    }

    @Test
    void azure_devops_is_also_told_by_its_agent() {
        var delivery =
                new Delivery(
                        "192.0.2.1",
                        name -> name.equals("User-Agent") ? "VSServices/20.2" : "",
                        _ -> "",
                        new byte[0]);

        assertThat(HOSTS.stream().filter(it -> it.recognises(delivery)))
                .singleElement()
                .isInstanceOf(AzureDevOps.class);
    }

    @ParameterizedTest
    @CsvSource({
        "CVE-2025-59531, bitbucketserver, missing-links",
        "CVE-2025-59531, bitbucketserver, missing-clone",
        "CVE-2025-59531, bitbucketserver, text-as-clone",
        "CVE-2025-59531, bitbucketserver, text-as-link",
        "CVE-2025-59531, bitbucketserver, number-as-href",
        "CVE-2025-59537, gogs, missing-repository",
        "CVE-2025-59537, gogs, null-repository",
        "CVE-2025-59537, gogs, empty-object",
        "CVE-2025-59538, azuredevops, no-ref-updates",
        "CVE-2025-59538, azuredevops, missing-ref-updates",
        "CVE-2025-59538, azuredevops, null-resource",
    })
    void what_made_others_crash_is_refused(String weakness, String provider, String name)
            throws IOException {
        var delivery = Golden.delivery(SAMPLES.resolve(provider).resolve(name));
        var host = HOSTS.stream().filter(it -> it.isCalled(provider)).findFirst().orElseThrow();

        assertThat(refusal(host, delivery)).as(weakness).startsWith("The field '");
    }

    @Test
    void no_two_events_of_a_delivery_are_one() throws IOException {
        for (var sample : all()) {
            try {
                var events = sample.host.read(sample.delivery).gitEvents();

                assertThat(events.stream().map(GitEvent::id)).doesNotHaveDuplicates();
            } catch (MalformedDeliveryException expected) {
                assertThat(expected).hasMessageStartingWith("The ");
            }
        }
    }

    /// Bytes overwritten or swapped, the end cut off: read, or refused by the one exception.
    @Test
    void no_garbled_body_escapes() throws IOException {
        var random = new Random(20261121);
        for (var sample : all()) {
            for (int i = 0; i < 60; i++) {
                var body = garbled(sample.delivery.body(), random);
                readOrRefuse(sample, body);
            }
        }
    }

    /// The JSON stays one, but values are not what they should be.
    @Test
    void no_body_of_wrong_values_escapes() throws IOException {
        var random = new Random(20261122);
        for (var sample : all()) {
            JsonNode tree;
            try {
                tree = JSON.readTree(sample.delivery.body());
            } catch (IOException _) {
                continue;
            }
            for (int i = 0; i < 60; i++) {
                var wrong = tree.deepCopy();
                for (int j = 0; j <= random.nextInt(3); j++) {
                    replaceOne(wrong, random);
                }
                readOrRefuse(sample, JSON.writeValueAsBytes(wrong));
            }
        }
    }

    @Test
    void a_list_of_refs_has_an_end() {
        var change = "{\"refName\":\"main\",\"project\":\"p\",\"oldRev\":\"%s\",\"newRev\":\"%s\"}";
        var changes = change.formatted("1".repeat(40), "2".repeat(40)) + ",";
        var body =
                "{\"type\":\"batch-ref-updated\",\"refUpdates\":["
                        + changes.repeat(2_000)
                        + changes
                        + "null]}";
        var delivery = new Delivery("192.0.2.1", _ -> "", _ -> "https://h", body.getBytes(UTF_8));

        assertThat(refusal(new Gerrit(), delivery))
                .isEqualTo("The field 'refUpdates' has more than 2000 refs");
    }

    @Test
    void a_name_has_an_end() {
        var body = "{\"ref\": \"refs/heads/%s\"}".formatted("x".repeat(1_000));
        var delivery =
                new Delivery(
                        "192.0.2.1",
                        name -> name.equals("X-GitHub-Event") ? "push" : "",
                        _ -> "",
                        body.getBytes(UTF_8));

        assertThat(refusal(new GitHub(), delivery))
                .isEqualTo("The field 'ref' has more than 1000 characters");
    }

    private static void readOrRefuse(Sample sample, byte[] body) {
        try {
            var contents = sample.host.read(sample.with(body));
            var ids = new HashSet<String>();
            for (var event : contents.gitEvents()) {
                assertThat(event.id()).startsWith(contents.delivery());
                assertThat(GitEventFaults.of(event)).isEmpty();
                assertThat(event.provider()).isEqualTo(sample.host.provider());
                assertThat(ids.add(event.id())).as(event.id()).isTrue();
            }
            assertThat(ids.isEmpty()).isEqualTo(!contents.note().isEmpty());
        } catch (MalformedDeliveryException expected) {
            assertThat(expected).hasMessageMatching("The (field|body|parameter) .*");
        }
    }

    private static byte[] garbled(byte[] body, Random random) {
        var garbled = body.clone();
        for (int i = 0; garbled.length > 0 && i <= random.nextInt(4); i++) {
            int at = random.nextInt(garbled.length);
            int other = random.nextInt(garbled.length);
            if (random.nextBoolean()) {
                garbled[at] = (byte) random.nextInt(256);
            } else {
                var moved = garbled[at];
                garbled[at] = garbled[other];
                garbled[other] = moved;
            }
        }
        return random.nextInt(3) == 0
                ? Arrays.copyOf(garbled, random.nextInt(garbled.length + 1))
                : garbled;
    }

    /// Goes down by chance and puts something else where it stops.
    private static void replaceOne(JsonNode tree, Random random) {
        var node = tree;
        while (node instanceof ContainerNode<?> container && !container.isEmpty()) {
            int at = random.nextInt(container.size());
            var child =
                    container instanceof ObjectNode object
                            ? object.get(nameAt(object, at))
                            : container.get(at);
            boolean stop = !(child instanceof ContainerNode<?>) || random.nextInt(4) == 0;
            if (stop) {
                replace(container, at, random);
                return;
            }
            node = child;
        }
    }

    private static void replace(ContainerNode<?> container, int at, Random random) {
        if (container instanceof ObjectNode object) {
            if (random.nextInt(5) == 0) {
                object.remove(nameAt(object, at));
            } else {
                object.set(nameAt(object, at), anything(random));
            }
        } else if (container instanceof ArrayNode array) {
            array.set(at, anything(random));
        }
    }

    private static String nameAt(ObjectNode object, int at) {
        return new ArrayList<>(object.properties()).get(at).getKey();
    }

    private static JsonNode anything(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.getNodeFactory().numberNode(random.nextLong());
            case 2 -> JSON.getNodeFactory().numberNode(-1.5);
            case 3 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            case 4 -> JSON.getNodeFactory().textNode("");
            case 5 -> JSON.getNodeFactory().textNode("\u0000\u0007://[@:%zz\uD800");
            case 6 -> JSON.createArrayNode().addNull();
            case 7 -> JSON.createObjectNode().putNull("ref");
            default -> nested(random.nextInt(150));
        };
    }

    private static JsonNode nested(int depth) {
        JsonNode node = JSON.createArrayNode();
        for (int i = 0; i < depth; i++) {
            node = JSON.createArrayNode().add(node);
        }
        return node;
    }

    private static String refusal(GitDialect host, Delivery delivery) {
        try {
            return "accepted " + host.read(delivery).gitEvents().size();
        } catch (MalformedDeliveryException malformed) {
            return String.valueOf(malformed.getMessage());
        }
    }

    private static List<Sample> all() throws IOException {
        var all = new ArrayList<Sample>();
        for (var host : HOSTS) {
            try (var folders = Files.list(SAMPLES.resolve(host.provider()))) {
                for (var folder : folders.sorted().toList()) {
                    all.add(new Sample(host, folder, Golden.delivery(folder)));
                }
            }
        }
        return all;
    }
}
