package io.tiphys.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A JSON payload read whole, for senders whose deliveries are small, or a value in it. What is
/// null is as good as absent, and what is absent has only absent values below it; what is of
/// another type than asked for is refused by its place.
public final class PayloadTree {

    /// As trees take several times the room of their text. The path of the Git hosts lets far
    /// larger bodies in.
    private static final int LARGEST = 4 * 1024 * 1024;

    /// Some registries send a whole manifest as one text.
    private static final int LONGEST_TEXT = 512 * 1024;

    private static final ObjectReader JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(100)
                                                    .maxStringLength(LONGEST_TEXT)
                                                    .maxNumberLength(100)
                                                    .maxNameLength(1024)
                                                    .build())
                                    // Names come from strangers: they must not fill the JVM's own
                                    // table.
                                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build()
                    .reader();

    private final JsonNode node;
    private final String path;

    private PayloadTree(JsonNode node, String path) {
        this.node = node.isNull() ? MissingNode.getInstance() : node;
        this.path = path;
    }

    /// Reads a payload that is one object or one array.
    ///
    /// @throws MalformedDeliveryException if it is not
    public static PayloadTree read(byte[] body) {
        if (body.length > LARGEST) {
            throw new MalformedDeliveryException(
                    "The body is larger than the " + LARGEST + " bytes that this sender may send");
        }
        try {
            var root = JSON.readTree(body);
            if (root.isMissingNode()) {
                throw new MalformedDeliveryException("The body is empty; it should be JSON");
            }
            if (!root.isContainerNode()) {
                throw new MalformedDeliveryException("The body should be an object");
            }
            return new PayloadTree(root, "");
        } catch (JsonProcessingException malformed) {
            throw new MalformedDeliveryException(reason(malformed));
        } catch (IOException malformed) {
            throw new MalformedDeliveryException("The body is not text in UTF-8");
        }
    }

    /// The value that these names lead to, each in the object of the one before.
    public PayloadTree at(String... names) {
        var value = this;
        for (var name : names) {
            value = value.field(name);
        }
        return value;
    }

    public boolean isPresent() {
        return !node.isMissingNode();
    }

    public boolean isArray() {
        return node.isArray();
    }

    public boolean isText() {
        return node.isTextual();
    }

    /// Empty if it is absent.
    public String text() {
        if (isPresent() && !node.isTextual()) {
            throw wrong("a string");
        }
        return node.asText();
    }

    /// @throws MalformedDeliveryException if it is absent or blank
    public String requiredText() {
        var text = text();
        if (text.isBlank()) {
            throw missing();
        }
        return text;
    }

    /// Zero if it is absent.
    public BigDecimal number() {
        if (isPresent() && !node.isNumber()) {
            throw wrong("a number");
        }
        return node.decimalValue();
    }

    /// None if it is absent.
    public List<PayloadTree> elements() {
        if (isPresent() && !node.isArray()) {
            throw wrong("an array");
        }
        var elements = new ArrayList<PayloadTree>(node.size());
        for (int i = 0; i < node.size(); i++) {
            elements.add(new PayloadTree(node.get(i), path + "[" + i + "]"));
        }
        return elements;
    }

    /// The payload that stands in this text as Base64.
    public PayloadTree embedded() {
        var text = requiredText();
        try {
            return new PayloadTree(read(Base64.getDecoder().decode(text)).node, path);
        } catch (IllegalArgumentException | MalformedDeliveryException _) {
            throw wrong("JSON in Base64");
        }
    }

    /// How a refusal calls it.
    public String subject() {
        return path.isEmpty() ? "The body" : "The field '" + path + "'";
    }

    public MalformedDeliveryException missing() {
        return new MalformedDeliveryException(subject() + " is missing");
    }

    private PayloadTree field(String name) {
        if (isPresent() && !node.isObject()) {
            throw wrong("an object");
        }
        return new PayloadTree(node.path(name), path.isEmpty() ? name : path + "." + name);
    }

    private MalformedDeliveryException wrong(String wanted) {
        return new MalformedDeliveryException(subject() + " should be " + wanted);
    }

    /// Jackson's own messages quote the body, which may hold what is nobody's business.
    private static String reason(JsonProcessingException malformed) {
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
