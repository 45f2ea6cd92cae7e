package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEventFaults;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadReader;
import io.tiphys.webhook.SignatureVerifier;
import java.util.regex.Pattern;

/// Checks what strangers wrote before it becomes part of an event.
final class Fields {

    /// Stands for the commit of a ref that is not there.
    static final String NO_COMMIT = "0".repeat(40);

    static final String HEADS = "refs/heads/";
    static final String TAGS = "refs/tags/";

    /// No host takes longer names, and every event of a delivery repeats them.
    private static final int MAX_CHARACTERS = 1_000;

    private static final Pattern NAME = Pattern.compile("[\\w.:-]{1,200}");

    private Fields() {}

    /// The delivery's name by the first of the headers that has one, or else by its body.
    static String delivery(Delivery delivery, String... headers) {
        for (var header : headers) {
            if (delivery.has(header)) {
                return deliveryNamed(delivery.header(header), delivery);
            }
        }
        return deliveryNamed("", delivery);
    }

    /// @param name as its sender calls it. If that is no name, it is called by its body, which a
    ///     redelivery repeats
    static String deliveryNamed(String name, Delivery delivery) {
        return NAME.matcher(name).matches() ? name : SignatureVerifier.sha256(delivery.body());
    }

    static String plainText(String field, String value) {
        if (value.isBlank()) {
            throw MalformedDeliveryException.missing(field);
        }
        if (value.length() > MAX_CHARACTERS) {
            throw new MalformedDeliveryException(
                    "The field '" + field + "' has more than " + MAX_CHARACTERS + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                throw new MalformedDeliveryException(
                        "The field '" + field + "' has control characters");
            }
        }
        return value;
    }

    static String fullRef(String field, String value) {
        if (!GitEventFaults.isRef(plainText(field, value))) {
            throw new MalformedDeliveryException(
                    "The field '" + field + "' should be a full name such as refs/heads/main");
        }
        return value;
    }

    /// A branch's short name, from either.
    static String branch(String field, String value) {
        var name = plainText(field, value);
        var branch = name.startsWith(HEADS) ? name.substring(HEADS.length()) : name;
        if (!GitEventFaults.isBranch(branch)) {
            throw new MalformedDeliveryException(
                    "The field '" + field + "' should be the name of a branch such as main");
        }
        return branch;
    }

    static String commit(String field, String value) {
        if (value.isEmpty()) {
            throw MalformedDeliveryException.missing(field);
        }
        if (!GitEventFaults.isCommit(value)) {
            throw new MalformedDeliveryException(
                    "The field '" + field + "' should be a commit: 40 or 64 hexadecimal digits");
        }
        return value;
    }

    /// A number that counts from one.
    static long number(String field, long value) {
        if (value <= 0) {
            throw MalformedDeliveryException.missing(field);
        }
        return value;
    }

    /// Empty where the value is null.
    static String text(PayloadReader json) {
        return json.isNull() ? "" : json.string();
    }

    /// Nothing where the value is null.
    static void object(PayloadReader json, PayloadReader.Field field) {
        if (!json.isNull()) {
            json.object(field);
        }
    }

    /// Nothing where the value is null.
    static void array(PayloadReader json, PayloadReader.Element element) {
        if (!json.isNull()) {
            json.array(element);
        }
    }
}
