package io.tiphys.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Deliveries as files, with what they mean: `golden/webhook/<provider>/<case>/payload.json`,
/// `headers.properties` and `expected.json`.
public final class Golden {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    /// One test a case of the dialect's provider.
    public static Stream<DynamicTest> cases(Dialect dialect) throws IOException {
        var folder = Path.of("src/test/resources/golden/webhook", dialect.provider());
        try (var cases = Files.list(folder)) {
            return cases.sorted().toList().stream()
                    .map(
                            it ->
                                    DynamicTest.dynamicTest(
                                            String.valueOf(it.getFileName()),
                                            () -> check(dialect, it)));
        }
    }

    private static void check(Dialect dialect, Path folder) throws IOException {
        var headers = headers(folder.resolve("headers.properties"));
        var body = Files.readAllBytes(folder.resolve("payload.json"));
        var expected = JSON.readTree(folder.resolve("expected.json").toFile());

        assertThat(JSON.valueToTree(meaning(dialect, headers, body)).toPrettyString())
                .isEqualTo(expected.toPrettyString());
    }

    private static Map<String, Object> meaning(Dialect dialect, Headers headers, byte[] body) {
        var meaning = new LinkedHashMap<String, Object>();
        try {
            var contents = dialect.read(headers, body);
            meaning.put("delivery", contents.delivery());
            meaning.put("pushes", contents.pushes());
            meaning.put("images", contents.images());
            meaning.put("note", contents.note());
        } catch (MalformedDeliveryException malformed) {
            meaning.put("malformed", malformed.getMessage());
        }
        return meaning;
    }

    private static Headers headers(Path file) {
        var properties = new Properties();
        try (var text = Files.newBufferedReader(file)) {
            properties.load(text);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        var headers = new TreeMap<String, String>();
        properties.forEach(
                (name, value) ->
                        headers.put(name.toString().toLowerCase(Locale.ROOT), value.toString()));
        return name -> headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}
