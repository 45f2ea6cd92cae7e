package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Random payloads, whole and broken: what Jackson takes is taken and read as the same, what it
/// refuses is refused, and nothing but the typed refusal is ever thrown.
class PayloadReaderAgainstJacksonTest {

    private static final int PAYLOADS = 10_000;
    private static final int BROKEN_OF_EACH = 4;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JACKSON =
            JsonMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final ObjectMapper LENIENT =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private static final List<String> TEXTS =
            List.of(
                    "",
                    "a",
                    "refs/heads/main",
                    "seven..",
                    "eight...",
                    "nine.....",
                    "\"\\/\b\f\n\r\t",
                    "\u0000\u001f\u007f",
                    "é",
                    "naïve text that is longer than eight bytes",
                    "日本語",
                    "😀 and more",
                    "\ufffd\uffff",
                    "x".repeat(100));

    /// Longer than they need be, half of a pair, beyond the last; and one that is one.
    private static final List<byte[]> NO_CHARACTERS =
            Stream.of("c080", "e08080", "eda080", "f0808080", "f4908080", "f09f9880")
                    .map(HexFormat.of()::parseHex)
                    .toList();

    private final Random random = new Random(20261121);

    @Test
    void the_two_agree_on_what_is_a_payload_and_what_it_says() throws Exception {
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < PAYLOADS; i++) {
            var whole = bytes(object(3));
            assertSame(whole);
            for (int j = 0; j < BROKEN_OF_EACH; j++) {
                if (assertSame(broken(whole))) {
                    taken++;
                } else {
                    refused++;
                }
            }
        }
        assertThat(taken).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(1_000);
    }

    /// @return whether it was taken
    private static boolean assertSame(byte[] body) {
        var expected = byJackson(LENIENT, body);
        assertThat(isTaken(body)).as(shown(body)).isEqualTo(expected.isPresent());
        byJackson(JACKSON, body)
                .ifPresent(
                        tree -> {
                            var found = NODES.objectNode();
                            PayloadReader.read(
                                    body,
                                    (json, name) -> found.set(name, value(json, tree.get(name))));
                            assertThat(found.toString()).as(shown(body)).isEqualTo(tree.toString());
                        });
        return expected.isPresent();
    }

    private static boolean isTaken(byte[] body) {
        try {
            PayloadReader.read(body, (_, _) -> {});
            return true;
        } catch (MalformedDeliveryException _) {
            return false;
        }
    }

    /// Reads a value as what it is expected to be.
    private static JsonNode value(PayloadReader json, JsonNode like) {
        return switch (like) {
            case ObjectNode object -> {
                var found = NODES.objectNode();
                json.object(name -> found.set(name, value(json, object.get(name))));
                yield found;
            }
            case ArrayNode array -> {
                assertThat(json.isArray()).isTrue();
                var found = NODES.arrayNode();
                json.array(() -> found.add(value(json, array.get(found.size()))));
                yield found;
            }
            case TextNode _ -> NODES.textNode(json.string());
            case BooleanNode _ -> NODES.booleanNode(json.bool());
            case NullNode _ -> {
                assertThat(json.isNull()).isTrue();
                yield NODES.nullNode();
            }
            case JsonNode number when number.isIntegralNumber() && number.canConvertToLong() ->
                    NODES.numberNode(json.number());
            default -> like;
        };
    }

    private static Optional<JsonNode> byJackson(ObjectMapper mapper, byte[] body) {
        try {
            // Its parser of bytes would take other encodings, and some that are no UTF-8.
            var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            return Optional.of(mapper.readTree(text)).filter(JsonNode::isObject);
        } catch (CharacterCodingException | JsonProcessingException _) {
            return Optional.empty();
        }
    }

    private byte[] bytes(JsonNode tree) throws JsonProcessingException {
        var writer =
                (random.nextBoolean() ? JACKSON.writer() : JACKSON.writerWithDefaultPrettyPrinter())
                        .with(
                                random.nextBoolean()
                                        ? JsonGenerator.Feature.ESCAPE_NON_ASCII
                                        : JsonGenerator.Feature.QUOTE_FIELD_NAMES);
        return writer.writeValueAsBytes(tree);
    }

    private byte[] broken(byte[] whole) {
        var bytes = new ArrayList<Byte>();
        for (byte one : whole) {
            bytes.add(one);
        }
        int place = random.nextInt(bytes.size());
        switch (random.nextInt(6)) {
            case 0 -> bytes.subList(place, bytes.size()).clear();
            case 1 -> bytes.remove(place);
            case 2 -> bytes.add(place, interesting());
            case 3 -> bytes.set(place, interesting());
            case 4 -> {
                for (byte one : NO_CHARACTERS.get(random.nextInt(NO_CHARACTERS.size()))) {
                    bytes.add(place, one);
                    place++;
                }
            }
            default -> bytes.set(place, (byte) random.nextInt(256));
        }
        var broken = new byte[bytes.size()];
        for (int i = 0; i < broken.length; i++) {
            broken[i] = bytes.get(i);
        }
        return broken;
    }

    private byte interesting() {
        var bytes = "{}[]\",:\\ \n\t0123456789-+.eEtfnu/".getBytes(UTF_8);
        return bytes[random.nextInt(bytes.length)];
    }

    private ObjectNode object(int depth) {
        var object = NODES.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            object.set(text() + random.nextInt(5), any(depth));
        }
        return object;
    }

    private JsonNode any(int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> LongNode.valueOf(random.nextLong() >> random.nextInt(64));
            case 3 -> DoubleNode.valueOf(random.nextGaussian() * Math.pow(10, random.nextInt(40)));
            case 4, 5 -> NODES.textNode(text());
            case 6 -> object(depth - 1);
            default -> {
                var array = NODES.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(any(depth - 1));
                }
                yield array;
            }
        };
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private static String shown(byte[] body) {
        return new String(body, UTF_8) + " = " + HexFormat.of().formatHex(body);
    }
}
