package io.tiphys.webhook;

/// Reads the wanted fields of a JSON payload in one pass and skips the rest, without building
/// anything from it. A hostile payload costs no more than its length.
///
/// Callers find the reader before a value and read it by the method of the type that it must have,
/// once; what they leave is skipped.
///
/// On a scanner of our own: most of what a delivery costs is reading it, nine tenths of it are of
/// no interest, and a general parser turns every name on the way into text. What is taken and
/// refused is held against Jackson by a test.
public final class PayloadReader {

    private final JsonScanner json;

    /// What leads to the current value, for messages: a name in an object, an index in an array.
    /// The first place is the body's own, which has none.
    private final Object[] path = new Object[JsonScanner.MAX_DEPTH + 1];

    private PayloadReader(byte[] body) {
        json = new JsonScanner(body);
    }

    /// Takes a field's value, or leaves it.
    @FunctionalInterface
    public interface Field {
        void read(String name);
    }

    /// Takes an element of an array, or leaves it.
    @FunctionalInterface
    public interface Element {
        void read();
    }

    /// Takes the fields of the outermost object.
    @FunctionalInterface
    public interface Root {
        void read(PayloadReader reader, String name);
    }

    /// Reads a payload that is one object.
    ///
    /// @throws MalformedDeliveryException if it is not, or a field is not of the type asked for
    public static void read(byte[] body, Root root) {
        var reader = new PayloadReader(body);
        if (reader.json.isAtEnd()) {
            throw new MalformedDeliveryException("The body is empty; it should be JSON");
        }
        reader.object(name -> root.read(reader, name));
        if (!reader.json.isAtEnd()) {
            throw new MalformedDeliveryException(
                    "The body goes on after the end of its JSON object (%s)"
                            .formatted(reader.json.place()));
        }
    }

    public void object(Field field) {
        expect('{', "an object");
        for (boolean isIn = json.enter('}'); isIn; isIn = json.goesOn('}')) {
            var name = json.name();
            path[json.depth()] = name;
            int value = json.at();
            field.read(name);
            skipIfAt(value);
        }
    }

    public void array(Element element) {
        expect('[', "an array");
        int index = 0;
        for (boolean isIn = json.enter(']'); isIn; isIn = json.goesOn(']')) {
            path[json.depth()] = index++;
            int value = json.at();
            element.read();
            skipIfAt(value);
        }
    }

    private void skipIfAt(int value) {
        if (json.at() == value) {
            json.skip();
        }
    }

    public String string() {
        expect('"', "a string");
        return json.text();
    }

    public long number() {
        var wanted = "a whole number";
        byte first = json.here();
        if (first != '-' && (first < '0' || first > '9')) {
            throw wrong(wanted);
        }
        int start = json.at();
        var digits = json.number();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException _) {
            json.goBack(start);
            throw wrong(digits.matches("-?[0-9]+") ? "a smaller number" : wanted);
        }
    }

    public boolean bool() {
        if (json.here() == 't') {
            json.skipWord("true");
            return true;
        }
        expect('f', "true or false");
        json.skipWord("false");
        return false;
    }

    public boolean isNull() {
        return json.here() == 'n';
    }

    public boolean isArray() {
        return json.here() == '[';
    }

    private void expect(char first, String inWords) {
        if (json.here() != first) {
            throw wrong(inWords);
        }
    }

    /// Names the value's place as people write it: `commits[3].added`.
    private MalformedDeliveryException wrong(String wanted) {
        var field = new StringBuilder();
        for (int i = 1; i <= json.depth(); i++) {
            if (path[i] instanceof Integer index) {
                field.append('[').append(index).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(path[i]);
            }
        }
        var subject = field.isEmpty() ? "The body" : "The field '" + field + "'";
        return new MalformedDeliveryException(
                "%s should be %s (%s)".formatted(subject, wanted, json.place()));
    }
}
