package io.tiphys.webhook.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.core.image.ImageEventFaults;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.Golden;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.RegistryDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Whatever is cut, overwritten or put in another place: a delivery is read as events with which
/// nothing is wrong, or refused by the one exception, with words that quote nothing of it.
class GarbledPayloadsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int ROUNDS = 150;

    @TestFactory
    Stream<DynamicTest> none_escapes() {
        return Registries.all().stream()
                .map(it -> DynamicTest.dynamicTest(it.provider(), () -> garble(it)));
    }

    private static void garble(RegistryDialect registry) throws IOException {
        var random = new Random(20_261_121);
        int read = 0;
        int refused = 0;
        for (var sample : samples(registry)) {
            var body = sample.body();
            for (int i = 0; i < ROUNDS; i++) {
                var garbled = random.nextInt(3) == 0 ? bytes(body, random) : values(body, random);
                try {
                    var contents =
                            registry.read(
                                    new Delivery(
                                            "192.0.2.1",
                                            sample.headers(),
                                            sample.parameters(),
                                            garbled));
                    assertThat(contents.imageEvents())
                            .hasSizeLessThan(20)
                            .allSatisfy(it -> assertThat(ImageEventFaults.of(it)).isEmpty());
                    read++;
                } catch (MalformedDeliveryException expected) {
                    assertThat(expected)
                            .hasMessageMatching(
                                    "(The (field|body|parameter|header)|Neither the header).*");
                    refused++;
                }
            }
        }

        assertThat(read).isPositive();
        assertThat(refused).isPositive();
    }

    private static List<Delivery> samples(RegistryDialect registry) throws IOException {
        var folder = Path.of("src/test/resources/golden/webhook", registry.provider());
        var samples = new ArrayList<Delivery>();
        try (var cases = Files.list(folder)) {
            for (var it : cases.sorted().toList()) {
                var delivery = Golden.delivery(it);
                if (delivery.body().length > 0 && !it.endsWith("form")) {
                    samples.add(delivery);
                }
            }
        }
        return samples;
    }

    private static byte[] bytes(byte[] body, Random random) {
        var garbled = body.clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
            int at = random.nextInt(garbled.length);
            int other = random.nextInt(garbled.length);
            byte there = garbled[at];
            garbled[at] = random.nextBoolean() ? garbled[other] : (byte) random.nextInt(256);
            garbled[other] = there;
        }
        return Arrays.copyOf(
                garbled, random.nextBoolean() ? garbled.length : random.nextInt(garbled.length));
    }

    private static byte[] values(byte[] body, Random random) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (IOException _) {
            return bytes(body, random);
        }
        for (int i = 0; i <= random.nextInt(3); i++) {
            replaceOne(root, random);
        }
        return JSON.writeValueAsBytes(root);
    }

    private static void replaceOne(JsonNode node, Random random) {
        if (node.isEmpty()) {
            return;
        }
        int at = random.nextInt(node.size());
        switch (node) {
            case ObjectNode object -> {
                var names = new ArrayList<String>();
                object.fieldNames().forEachRemaining(names::add);
                var child = object.get(names.get(at));
                if (child.isContainerNode() && random.nextInt(4) != 0) {
                    replaceOne(child, random);
                } else {
                    object.set(names.get(at), other(child, random));
                }
            }
            case ArrayNode array -> {
                if (array.get(at).isContainerNode() && random.nextInt(4) != 0) {
                    replaceOne(array.get(at), random);
                } else {
                    array.set(at, other(array.get(at), random));
                }
            }
            default -> throw new IllegalStateException("Only objects and arrays have values");
        }
    }

    private static JsonNode other(JsonNode value, Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(random.nextLong());
            case 2 -> NODES.numberNode(Double.MAX_VALUE);
            case 3 -> NODES.booleanNode(random.nextBoolean());
            case 4 -> NODES.textNode("");
            case 5 -> NODES.textNode(noise(random));
            case 6 -> NODES.arrayNode().add(value.deepCopy()).add(NODES.nullNode());
            case 7 -> NODES.objectNode().set("data", value.deepCopy());
            default ->
                    NODES.textNode(
                            value.asText() + "/@:?%&=".charAt(random.nextInt(7)) + value.asText());
        };
    }

    private static String noise(Random random) {
        var noise = new StringBuilder();
        random.ints(random.nextInt(1, 40), 0, 0x10000).forEach(it -> noise.append((char) it));
        return noise.toString();
    }
}
