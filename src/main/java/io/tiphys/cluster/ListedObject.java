package io.tiphys.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tiphys.core.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An object as a list has it: where in the list's text it stands, and as a tree no more than what
/// tells to whom it belongs.
final class ListedObject {

    private final byte[] list;
    private final Type type;
    private final int from;
    private int to;
    private final Map<String, Object> head = new LinkedHashMap<>();

    /// What stands between the brackets of `managedFields`, and the parts of it that are kept.
    /// Where there are none, an empty part at the object's begin.
    private Part managers;

    private final List<Part> ours = new ArrayList<>(1);

    /// Of the list's text.
    private record Part(int from, int to) {}

    /// What the objects of a list are, if they do not say it themselves.
    ///
    /// @param begin of an object that says so
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Type(String apiVersion, String kind, byte[] begin) {

        static Type of(String apiVersion, String kind) throws IOException {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("apiVersion", apiVersion);
            fields.put("kind", kind);
            var begin = KubernetesApi.json(fields);
            begin[begin.length - 1] = ',';
            return new Type(apiVersion, kind, begin);
        }
    }

    private ListedObject(byte[] list, Type type, int from) {
        this.list = list;
        this.type = type;
        this.from = from;
        managers = new Part(from + 1, from + 1);
    }

    /// Reads up to the object's end.
    ///
    /// @param parser of the list, at the object's begin
    static ListedObject read(JsonParser parser, byte[] list, Type type) throws IOException {
        var object = new ListedObject(list, type, begin(parser));
        for (var field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            var token = parser.nextToken();
            switch (field) {
                case "metadata" -> {
                    if (token == JsonToken.START_OBJECT) {
                        object.head.put(field, object.metadata(parser));
                    } else {
                        parser.skipChildren();
                    }
                }
                // What a Secret is for stands in its type.
                case "apiVersion", "kind", "type" ->
                        object.head.put(field, KubernetesApi.value(parser));
                default -> parser.skipChildren();
            }
        }
        object.to = end(parser);
        return object;
    }

    private Map<String, Object> metadata(JsonParser parser) throws IOException {
        var metadata = new LinkedHashMap<String, Object>();
        for (var field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            var token = parser.nextToken();
            if (field.equals("managedFields") && token == JsonToken.START_ARRAY) {
                managedFields(parser);
            } else {
                metadata.put(field, KubernetesApi.value(parser));
            }
        }
        return metadata;
    }

    private void managedFields(JsonParser parser) throws IOException {
        int first = end(parser);
        ours.clear();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int entry = begin(parser);
            if (isOurs(parser)) {
                ours.add(new Part(entry, end(parser)));
            }
        }
        managers = new Part(first, begin(parser));
    }

    /// Reads up to the entry's end.
    private static boolean isOurs(JsonParser parser) throws IOException {
        boolean ours = false;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return ours;
        }
        for (var field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            var token = parser.nextToken();
            if (field.equals("manager") && token == JsonToken.VALUE_STRING) {
                ours = parser.getText().equals(KubernetesApi.FIELD_MANAGER);
            } else {
                parser.skipChildren();
            }
        }
        return ours;
    }

    private static int begin(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static int end(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }

    /// Its `apiVersion`, `kind` and `type`, and its metadata but `managedFields`.
    Map<String, Object> head() {
        if (isTyped()) {
            return head;
        }
        var typed = new LinkedHashMap<String, Object>();
        typed.put("apiVersion", type.apiVersion);
        typed.put("kind", type.kind);
        typed.putAll(head);
        return typed;
    }

    private boolean isTyped() {
        return head.containsKey("apiVersion") && head.containsKey("kind");
    }

    /// Without the notes on fields that others own, as [Holding#packed] has it.
    PackedObject packed() {
        return PackedObject.of(json());
    }

    /// The same as a tree.
    Map<String, Object> tree() {
        try {
            return KubernetesApi.parse(json());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    boolean isNamed() {
        return !Json.string(head, "metadata", "name").isEmpty();
    }

    private byte[] json() {
        var json = new ByteArrayOutputStream(type.begin.length + to - from);
        if (isTyped()) {
            json.write('{');
        } else {
            // What it says itself comes later, and counts.
            json.writeBytes(type.begin);
        }
        write(new Part(from + 1, managers.from), json);
        for (int i = 0; i < ours.size(); i++) {
            if (i > 0) {
                json.write(',');
            }
            write(ours.get(i), json);
        }
        write(new Part(managers.to, to), json);
        return json.toByteArray();
    }

    private void write(Part part, ByteArrayOutputStream json) {
        json.write(list, part.from, part.to - part.from);
    }
}
