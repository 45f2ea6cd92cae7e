package io.tiphys.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PayloadReaderTest {

    @Test
    void a_wrong_type_is_named_with_its_place() {
        assertThatThrownBy(
                        () ->
                                read(
                                        """
                                        {"other": [{}],
                                         "list": [{"skipped": {"a": [1]}}, {"text": 7}]}
                                        """))
                .isInstanceOf(MalformedDeliveryException.class)
                .hasMessage("The field 'list[1].text' should be a string (line 2, column 45)");
        assertThatThrownBy(() -> read("{\"list\": [[]]}"))
                .hasMessage("The field 'list[0]' should be an object (line 1, column 11)");
        assertThatThrownBy(() -> read("{\"list\": {}}"))
                .hasMessage("The field 'list' should be an array (line 1, column 10)");
        assertThatThrownBy(() -> read("[]"))
                .hasMessage("The body should be an object (line 1, column 1)");
        assertThatThrownBy(() -> read("null"))
                .hasMessage("The body should be an object (line 1, column 1)");
    }

    @Test
    void what_is_no_json_is_placed_and_not_quoted() {
        assertThatThrownBy(() -> read("{\"list\":\n  hunter2}"))
                .hasMessage("The field 'list' should be an array (line 2, column 3)");
        assertThatThrownBy(() -> read("{\"other\":\n  hunter2}"))
                .message()
                .startsWith("The body is not valid JSON at line 2, column ")
                .doesNotContain("hunter2");
        assertThatThrownBy(() -> read("{\"list\": [{\"text\": \"abc"))
                .message()
                .startsWith("The body ends in the middle of its JSON at line 1, column ");
        assertThatThrownBy(() -> read("{} {}"))
                .hasMessage("The body goes on after the end of its JSON object (line 1, column 4)");
        assertThatThrownBy(() -> read("")).hasMessage("The body is empty; it should be JSON");
        assertThatThrownBy(
                        () -> PayloadReader.read(new byte[] {'{', '"', (byte) 0xff}, (_, _) -> {}))
                .isInstanceOf(MalformedDeliveryException.class);
    }

    @Test
    void depth_and_length_are_bounded() {
        assertThatThrownBy(() -> read("{\"x\":" + "[".repeat(100_000)))
                .message()
                .startsWith("The body is nested too deeply or");
        assertThatThrownBy(() -> read("{\"" + "n".repeat(100_000) + "\":1}"))
                .isInstanceOf(MalformedDeliveryException.class);
        assertThatThrownBy(() -> read("{\"list\": [{\"number\": 1" + "0".repeat(5_000) + "}]}"))
                .isInstanceOf(MalformedDeliveryException.class);
        assertThatThrownBy(() -> read("{\"list\": [{\"number\": 99999999999999999999}]}"))
                .message()
                .startsWith("The field 'list[0].number' should be a smaller number");
        assertThatThrownBy(() -> read("{\"list\": [{\"text\": \"" + "t".repeat(100_000) + "\"}]}"))
                .isInstanceOf(MalformedDeliveryException.class);
    }

    @Test
    void what_nobody_asked_for_is_skipped_whatever_its_length() {
        assertThat(read("{\"x\": \"" + "x".repeat(100_000) + "\", \"list\": [{\"text\": \"a\"}]}"))
                .isEqualTo("a");
    }

    private static String read(String json) {
        var found = new StringBuilder();
        PayloadReader.read(
                json.getBytes(UTF_8),
                (reader, name) -> {
                    if (name.equals("list")) {
                        reader.array(
                                () ->
                                        reader.object(
                                                field -> {
                                                    switch (field) {
                                                        case "text" ->
                                                                found.append(reader.string());
                                                        case "number" ->
                                                                found.append(reader.number());
                                                        default -> {
                                                            // Skipped.
                                                        }
                                                    }
                                                }));
                    }
                });
        return found.toString();
    }
}
