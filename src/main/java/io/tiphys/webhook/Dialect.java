package io.tiphys.webhook;

/// How one kind of sender signs and writes its deliveries.
public sealed interface Dialect permits GitDialect, RegistryDialect {

    /// Its name in paths, events and metrics.
    String provider();

    /// The key of `argocd-secret` that holds what is shared with the sender.
    String secretKey();

    /// What proves the secret, in words for who forgot it: `the header X-Hub-Signature-256`.
    String proof();

    /// Whether the delivery comes from somebody who knows the secret. Constant time, never throws.
    boolean isAuthentic(Headers headers, byte[] body, String secret);

    /// @throws MalformedDeliveryException if it is not what such a sender writes
    Contents read(Headers headers, byte[] body);
}
