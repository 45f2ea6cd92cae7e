package io.tiphys.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as it is sent to API servers, and as they send it.
final class ApiJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader TREE =
            JSON.readerFor(new TypeReference<Map<String, Object>>() {});
    private static final ObjectReader VALUE = JSON.readerFor(Object.class);

    private ApiJson() {}

    static Map<String, Object> parse(byte[] json) throws IOException {
        return TREE.readValue(json);
    }

    static Map<String, Object> parse(String json) throws IOException {
        return TREE.readValue(json);
    }

    /// To read step by step.
    static JsonParser parser(byte[] json) throws IOException {
        return JSON.createParser(json);
    }

    static JsonParser parser(String json) throws IOException {
        return JSON.createParser(json);
    }

    /// A value of whichever type, at which the parser stands.
    static @Nullable Object value(JsonParser parser) throws IOException {
        return VALUE.readValue(parser);
    }

    static byte[] bytes(Map<String, Object> tree) throws IOException {
        return JSON.writeValueAsBytes(tree);
    }

    static String text(Map<String, ? extends @Nullable Object> tree) throws IOException {
        return JSON.writeValueAsString(tree);
    }
}
