package io.tiphys.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Of which object in which version a line of a watch tells that it came or changed. Read no
/// further than that takes: what a watch brings of our own writes is known from their answers.
record WatchLine(String namespace, String name, String version) {

    /// @return empty if it tells something else, or not in the order in which API servers write
    /// @throws IOException if it is no JSON object
    static Optional<WatchLine> read(String line) throws IOException {
        try (var parser = ApiJson.parser(line)) {
            boolean comes =
                    parser.nextToken() == JsonToken.START_OBJECT
                            && "type".equals(parser.nextFieldName())
                            && parser.nextToken() == JsonToken.VALUE_STRING
                            && (parser.getText().equals("ADDED")
                                    || parser.getText().equals("MODIFIED"));
            return comes
                            && "object".equals(parser.nextFieldName())
                            && parser.nextToken() == JsonToken.START_OBJECT
                    ? object(parser)
                    : Optional.empty();
        }
    }

    private static Optional<WatchLine> object(JsonParser parser) throws IOException {
        for (var field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            if (parser.nextToken() == JsonToken.START_OBJECT && field.equals("metadata")) {
                var metadata = texts(parser);
                return Optional.of(
                        new WatchLine(
                                metadata.getOrDefault("namespace", ""),
                                metadata.getOrDefault("name", ""),
                                metadata.getOrDefault("resourceVersion", "")));
            }
            parser.skipChildren();
        }
        return Optional.empty();
    }

    private static Map<String, String> texts(JsonParser parser) throws IOException {
        var texts = new HashMap<String, String>();
        for (var field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            if (parser.nextToken() == JsonToken.VALUE_STRING) {
                texts.put(field, parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        return texts;
    }
}
