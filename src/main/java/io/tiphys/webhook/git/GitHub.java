package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.SignatureVerifier;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import java.util.List;

/// GitHub, in the cloud or on its own server, and whoever writes deliveries as it does. Asked
/// before the others whether a delivery is its own: most are.
@Priority(1)
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

    private static final GitHubPayload.Habits HABITS =
            new GitHubPayload.Habits("github", true, 2048);

    @Override
    public String provider() {
        return HABITS.provider();
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
            default ->
                    !delivery.has("X-Gogs-Event")
                            && !delivery.has("X-Gitea-Event")
                            && !delivery.has("X-Forgejo-Event");
        };
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        refuseForm(delivery);
        var id = Fields.delivery(delivery, "X-GitHub-Delivery");
        return switch (delivery.header(EVENT)) {
            case "push" -> Contents.git(id, payload(delivery).pushed(id));
            case "pull_request" -> Contents.git(id, payload(delivery).pullRequest(id));
            case "ping" -> Contents.nothing(id, "The webhook is set up");
            case "create", "delete" -> Contents.nothing(id, "The push event says it as well");
            default -> Contents.nothing(id, "Only pushes and pull requests have an effect");
        };
    }

    private static GitHubPayload payload(Delivery delivery) {
        return GitHubPayload.of(HABITS, delivery.body());
    }

    /// Gitea and its kin offer the same choice.
    static void refuseForm(Delivery delivery) {
        if (delivery.header("Content-Type").startsWith("application/x-www-form-urlencoded")) {
            throw new MalformedDeliveryException(
                    "The payload came as a form. Choose the content type application/json in the"
                            + " webhook's settings");
        }
    }
}
