package io.tiphys.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tiphys.core.model.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One page of a collection, read in one pass and without a tree of all that it says: a cluster's
/// lists are megabytes, and of most objects no more is wanted than their metadata.
///
/// @param more what asks for the next page; empty after the last
/// @param resourceVersion of the whole list; empty if it is none
record ListPage(List<ListedObject> objects, String more, String resourceVersion) {

    /// @param apiVersion and `kind` of the objects, which a list may leave out
    /// @throws IOException if it is no JSON object
    static ListPage read(byte[] json, String apiVersion, String kind) throws IOException {
        var type = ListedObject.Type.of(apiVersion, kind);
        var objects = new ArrayList<ListedObject>();
        Object metadata = Map.of();
        try (var parser = ApiJson.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT
                    || parser.currentTokenLocation().getByteOffset() < 0) {
                throw new IOException("It is no object in UTF-8");
            }
            for (var field = parser.nextFieldName();
                    field != null;
                    field = parser.nextFieldName()) {
                var token = parser.nextToken();
                if (field.equals("items") && token == JsonToken.START_ARRAY) {
                    read(parser, json, type, objects);
                } else if (field.equals("metadata")) {
                    metadata = ApiJson.value(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new ListPage(
                objects,
                Json.string(metadata, "continue"),
                Json.string(metadata, "resourceVersion"));
    }

    private static void read(
            JsonParser parser, byte[] json, ListedObject.Type type, List<ListedObject> into)
            throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                var object = ListedObject.read(parser, json, type);
                // What has no name is no object, whoever says so.
                if (object.isNamed()) {
                    into.add(object);
                }
            } else {
                parser.skipChildren();
            }
        }
    }
}
