package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.SignatureVerifier;
import jakarta.inject.Singleton;
import java.util.List;

/// GitHub, in the cloud or on its own server, and whoever writes deliveries as it does.
@Singleton
class GitHub implements GitDialect {

    private static final String EVENT = "X-GitHub-Event";
    private static final String SIGNATURE = "X-Hub-Signature-256";

    private static final Proof PROOF =
            Proof.ofSecret(
                    "webhook.github.secret",
                    "The header " + SIGNATURE,
                    (delivery, secret) ->
                            SignatureVerifier.isHmacSha256(
                                    delivery.header(SIGNATURE), delivery.body(), secret));

    @Override
    public String provider() {
        return "github";
    }

    @Override
    public String mark() {
        return EVENT;
    }

    /// Gitea, Forgejo and Gogs send GitHub's headers beside their own; packages are a registry's.
    @Override
    public boolean recognises(Delivery delivery) {
        return switch (delivery.header(EVENT)) {
            case "", "package", "registry_package" -> false;
            default -> !delivery.has("X-Gogs-Event") && !delivery.has("X-Gitea-Event");
        };
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        if (delivery.header("Content-Type").startsWith("application/x-www-form-urlencoded")) {
            throw new MalformedDeliveryException(
                    "The payload came as a form. Choose the content type application/json in the"
                            + " webhook's settings");
        }
        var named = delivery.header("X-GitHub-Delivery");
        var id = named.isEmpty() ? SignatureVerifier.sha256(delivery.body()) : named;
        return switch (delivery.header(EVENT)) {
            case "push" -> Contents.of(id, GitHubPayload.push(id, delivery.body()));
            case "ping" -> Contents.nothing(id, "The webhook is set up");
            default -> Contents.nothing(id, "Only push events have an effect");
        };
    }
}
