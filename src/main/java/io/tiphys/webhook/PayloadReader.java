package io.tiphys.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;

/// Reads the wanted fields of a JSON payload in one pass and skips the rest, without building
/// anything from it. A hostile payload costs no more than its length.
///
/// Callers see the value's token as current and read it by the method of the type that it must
/// have; what they leave is skipped.
public final class PayloadReader {

    static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(100)
                                    .maxStringLength(16 * 1024)
                                    .maxNumberLength(100)
                                    .maxNameLength(1024)
                                    .build())
                    // Names come from strangers: they must not fill the JVM's own table.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    private final JsonParser parser;

    private PayloadReader(JsonParser parser) {
        this.parser = parser;
    }

    /// Takes a field's value, or leaves it.
    @FunctionalInterface
    public interface Field {
        void read(String name) throws IOException;
    }

    /// Takes an element of an array, or leaves it.
    @FunctionalInterface
    public interface Element {
        void read() throws IOException;
    }

    /// Reads a payload that is one object.
    ///
    /// @throws MalformedDeliveryException if it is not, or a field is not of the type asked for
    public static void read(byte[] body, Root root) {
        try (var parser = JSON.createParser(body)) {
            var reader = new PayloadReader(parser);
            if (parser.nextToken() == null) {
                throw new MalformedDeliveryException("The body is empty; it should be JSON");
            }
            reader.object(name -> root.read(reader, name));
            if (parser.nextToken() != null) {
                throw new MalformedDeliveryException(
                        "The body goes on after the end of its JSON object" + reader.place());
            }
        } catch (JsonProcessingException malformed) {
            throw new MalformedDeliveryException(reason(malformed));
        } catch (IOException malformed) {
            throw new MalformedDeliveryException("The body is not text in UTF-8");
        }
    }

    /// Takes the fields of the outermost object.
    @FunctionalInterface
    public interface Root {
        void read(PayloadReader reader, String name) throws IOException;
    }

    public void object(Field field) throws IOException {
        expect(JsonToken.START_OBJECT, "an object");
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            field.read(name);
            parser.skipChildren();
        }
    }

    public void array(Element element) throws IOException {
        expect(JsonToken.START_ARRAY, "an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read();
            parser.skipChildren();
        }
    }

    public String string() throws IOException {
        expect(JsonToken.VALUE_STRING, "a string");
        return parser.getText();
    }

    public long number() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw wrong("a smaller number");
        }
        return parser.getLongValue();
    }

    public boolean bool() {
        if (parser.currentToken() == JsonToken.VALUE_TRUE) {
            return true;
        }
        expect(JsonToken.VALUE_FALSE, "true or false");
        return false;
    }

    public boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    public boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    private void expect(JsonToken wanted, String inWords) {
        if (parser.currentToken() != wanted) {
            throw wrong(inWords);
        }
    }

    private MalformedDeliveryException wrong(String wanted) {
        var field = path(parser.getParsingContext());
        var subject = field.isEmpty() ? "The body" : "The field '" + field + "'";
        return new MalformedDeliveryException(subject + " should be " + wanted + place());
    }

    /// The current value's place as people write it: `commits[3].added`. An object or array that
    /// has just begun is its own context; the name is its parent's then.
    private String path(JsonStreamContext context) {
        var own =
                parser.currentToken() != null && parser.currentToken().isStructStart()
                        ? context.getParent()
                        : context;
        return names(own);
    }

    private static String names(JsonStreamContext context) {
        if (context.inRoot()) {
            return "";
        }
        var parent = names(context.getParent());
        if (context.inArray()) {
            return parent + "[" + context.getCurrentIndex() + "]";
        }
        return parent.isEmpty()
                ? context.getCurrentName()
                : parent + "." + context.getCurrentName();
    }

    private String place() {
        var at = parser.currentTokenLocation();
        return " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    /// Jackson's own messages quote the body, which may hold what is nobody's business.
    static String reason(JsonProcessingException malformed) {
        var at = malformed.getLocation();
        var place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return switch (malformed) {
            case JsonEOFException _ -> "The body ends in the middle of its JSON" + place;
            case StreamConstraintsException _ ->
                    "The body is nested too deeply or has an overlong name, text or number" + place;
            default -> "The body is not valid JSON" + place;
        };
    }
}
