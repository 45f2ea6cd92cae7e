package io.tiphys.webhook;

/// The headers of a delivery.
@FunctionalInterface
public interface Headers {

    /// The value of a header whatever the case of its name, empty if it is absent.
    String value(String name);
}
