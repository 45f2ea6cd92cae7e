package io.tiphys.webhook;

import java.util.List;

/// How one kind of sender shows who it is and writes its deliveries.
public sealed interface Dialect permits GitDialect, RegistryDialect {

    /// Its name in paths, events and metrics.
    String provider();

    /// Other names that the parameter `type` may call it by, such as Argo CD Image Updater's.
    default List<String> aliases() {
        return List.of();
    }

    /// How it gives itself away on the path that all share, in words; empty if it does not.
    default String mark() {
        return "";
    }

    /// Whether the headers say that it comes from such a sender. No delivery is recognised by two.
    boolean recognises(Delivery delivery);

    /// The ways to show who it is, the strongest first. The first that is set up decides.
    List<Proof> proofs();

    /// @throws MalformedDeliveryException if it is not what such a sender writes
    Contents read(Delivery delivery);

    /// Whether it is meant by a name in a URL.
    default boolean isCalled(String name) {
        return provider().equals(name) || aliases().contains(name);
    }
}
