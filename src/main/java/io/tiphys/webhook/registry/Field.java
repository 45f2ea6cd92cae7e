package io.tiphys.webhook.registry;

import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadTree;
import java.util.regex.Pattern;

/// A text out of a delivery, empty if it is absent, and how whoever set the sender up knows it.
///
/// @param subject of a refusal: `The field 'push_data.tag'`
record Field(String subject, String text) {

    static final Field ABSENT = new Field("", "");

    static Field of(PayloadTree value) {
        return new Field(value.subject(), value.text());
    }

    static Field at(String path, String text) {
        return new Field("The field '" + path + "'", text);
    }

    static Field parameter(Delivery delivery, String name) {
        return new Field(
                "The parameter '" + name + "' of the URL", delivery.parameter(name).strip());
    }

    /// What we know without being told: what a delivery is called, or where a sender is.
    static Field known(String text) {
        return new Field("The delivery's name", text);
    }

    /// A part of it, or something that follows from it.
    Field with(String other) {
        return new Field(subject, other);
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    Field or(Field other) {
        return isEmpty() ? other : this;
    }

    /// @throws MalformedDeliveryException if it is absent or not of the form
    String required(Pattern form) {
        if (isEmpty()) {
            throw new MalformedDeliveryException(subject + " is missing");
        }
        if (!form.matcher(text).matches()) {
            throw new MalformedDeliveryException(
                    subject + " has characters or a length that it may not have");
        }
        return text;
    }

    /// @throws MalformedDeliveryException if it is not of the form
    String optional(Pattern form) {
        return isEmpty() ? "" : required(form);
    }
}
