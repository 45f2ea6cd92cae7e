package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTreeTest {

    private static final PayloadTree TREE =
            tree(
                    """
                    {"a": {"b": [{"c": "x"}, {"c": 7}], "n": 1.5, "none": null}, "text": "t"}
                    """);

    @Test
    void values_are_found_by_their_names() {
        var elements = TREE.at("a", "b").elements();

        assertThat(elements).hasSize(2);
        assertThat(elements.getFirst().at("c").text()).isEqualTo("x");
        assertThat(TREE.at("a", "n").number()).isEqualByComparingTo("1.5");
    }

    @Test
    void what_is_null_is_as_good_as_absent() {
        for (var absent : new PayloadTree[] {TREE.at("a", "none"), TREE.at("a", "other", "x")}) {
            assertThat(absent.isPresent()).isFalse();
            assertThat(absent.text()).isEmpty();
            assertThat(absent.elements()).isEmpty();
            assertThat(absent.number()).isZero();
            assertThat(absent.at("deeper").isPresent()).isFalse();
        }
    }

    @Test
    void a_refusal_names_the_place_and_what_should_be_there() {
        var seven = TREE.at("a", "b").elements().get(1).at("c");

        assertRefused(seven::text, "The field 'a.b[1].c' should be a string");
        assertRefused(seven::elements, "The field 'a.b[1].c' should be an array");
        assertRefused(() -> seven.at("d"), "The field 'a.b[1].c' should be an object");
        assertRefused(() -> TREE.at("text").number(), "The field 'text' should be a number");
        assertRefused(() -> TREE.at("a", "x").requiredText(), "The field 'a.x' is missing");
        assertRefused(TREE::text, "The body should be a string");
    }

    @Test
    void a_payload_within_is_read_at_its_own_place() {
        var outer = tree("{\"data\": \"" + base64("{\"tag\": 1}") + "\"}").at("data");

        assertRefused(outer.embedded().at("tag")::text, "The field 'data.tag' should be a string");
        for (var bad : new String[] {"?", base64("{"), base64("7")}) {
            assertRefused(
                    tree("{\"data\": \"" + bad + "\"}").at("data")::embedded,
                    "The field 'data' should be JSON in Base64");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "7", "\"text\"", "null", "{", "{} {}", "{\"a\": 1,}", "[1"})
    void a_body_that_is_neither_object_nor_array_is_refused(String body) {
        assertThatThrownBy(() -> tree(body))
                .isInstanceOf(MalformedDeliveryException.class)
                .hasMessageStartingWith("The body ");
    }

    @Test
    void nothing_deeper_longer_or_larger_than_any_sender_writes_is_read() {
        assertThatThrownBy(() -> tree("[".repeat(100_000)))
                .hasMessageStartingWith("The body is nested too deeply");
        assertThatThrownBy(() -> tree("{\"a\": \"" + "x".repeat(600_000) + "\"}"))
                .hasMessageStartingWith("The body is nested too deeply or has an overlong");
        assertThatThrownBy(() -> tree("{\"a\": " + "1".repeat(200) + "}"))
                .hasMessageStartingWith("The body is nested too deeply or has an overlong");
        assertThatThrownBy(() -> PayloadTree.read(new byte[5_000_000]))
                .hasMessageStartingWith("The body is larger than");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(MalformedDeliveryException.class).hasMessage(message);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static PayloadTree tree(String json) {
        return PayloadTree.read(json.getBytes(UTF_8));
    }
}
