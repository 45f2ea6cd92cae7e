package io.tiphys.webhook;

import java.util.function.UnaryOperator;

/// One delivery as it came.
///
/// @param sender the address that it came from
/// @param headers the value of a header whatever the case of its name, empty if it is absent
/// @param parameters the value of a parameter of the URL, empty if it is absent
/// @param body the raw bytes, which signatures are over
@SuppressWarnings("ArrayRecordComponent")
public record Delivery(
        String sender,
        UnaryOperator<String> headers,
        UnaryOperator<String> parameters,
        byte[] body) {

    public String header(String name) {
        return headers.apply(name);
    }

    public boolean has(String header) {
        return !header(header).isEmpty();
    }

    public String parameter(String name) {
        return parameters.apply(name);
    }
}
