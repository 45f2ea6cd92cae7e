package io.tiphys.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
/// `headers.properties`, `parameters.properties` where the URL has some, and `expected.json`.
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

    /// The delivery in a case's folder.
    public static Delivery delivery(Path folder) throws IOException {
        var headers = properties(folder.resolve("headers.properties"));
        var parameters = properties(folder.resolve("parameters.properties"));
        return new Delivery(
                "192.0.2.1",
                name -> headers.getOrDefault(name.toLowerCase(Locale.ROOT), ""),
                name -> parameters.getOrDefault(name.toLowerCase(Locale.ROOT), ""),
                Files.readAllBytes(folder.resolve("payload.json")));
    }

    private static void check(Dialect dialect, Path folder) throws IOException {
        var expected = JSON.readTree(folder.resolve("expected.json").toFile());

        assertThat(JSON.valueToTree(meaning(dialect, delivery(folder))).toPrettyString())
                .isEqualTo(expected.toPrettyString());
    }

    private static Map<String, Object> meaning(Dialect dialect, Delivery delivery) {
        var meaning = new LinkedHashMap<String, Object>();
        try {
            var contents = dialect.read(delivery);
            meaning.put("delivery", contents.delivery());
            meaning.put("gitEvents", contents.gitEvents());
            meaning.put("imageEvents", contents.imageEvents());
            meaning.put("note", contents.note());
            if (!contents.reply().isEmpty()) {
                meaning.put("reply", contents.reply());
            }
        } catch (MalformedDeliveryException malformed) {
            meaning.put("malformed", malformed.getMessage());
        }
        return meaning;
    }

    private static Map<String, String> properties(Path file) throws IOException {
        var values = new TreeMap<String, String>();
        if (Files.exists(file)) {
            var properties = new Properties();
            try (var text = Files.newBufferedReader(file)) {
                properties.load(text);
            }
            properties.forEach(
                    (name, value) ->
                            values.put(name.toString().toLowerCase(Locale.ROOT), value.toString()));
        }
        return values;
    }
}
