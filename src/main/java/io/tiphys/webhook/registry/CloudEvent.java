package io.tiphys.webhook.registry;

import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.PayloadTree;
import java.util.regex.Pattern;

/// A delivery in the form of CloudEvents 1.0. What is said of the event stands around its data in
/// the body (structured mode), or in headers, and the data are all of the body (binary mode).
record CloudEvent(Field id, Field type, Field source, Field time, PayloadTree data) {

    private static final String TYPE = "ce-type";
    private static final Pattern NAME = Pattern.compile("[!-~ ]{1,300}");

    CloudEvent {
        id.required(NAME);
        type.required(NAME);
    }

    static boolean isOne(Delivery delivery, PayloadTree body) {
        return delivery.has(TYPE) || (!body.isArray() && body.at("specversion").isPresent());
    }

    static CloudEvent of(Delivery delivery, PayloadTree body) {
        return delivery.has(TYPE)
                ? new CloudEvent(
                        header(delivery, "ce-id"),
                        header(delivery, TYPE),
                        header(delivery, "ce-source"),
                        header(delivery, "ce-time"),
                        body)
                : structured(body);
    }

    static CloudEvent structured(PayloadTree body) {
        return new CloudEvent(
                Field.of(body.at("id")),
                Field.of(body.at("type")),
                Field.of(body.at("source")),
                Field.of(body.at("time")),
                body.at("data"));
    }

    private static Field header(Delivery delivery, String name) {
        return new Field("The header " + name, delivery.header(name));
    }
}
