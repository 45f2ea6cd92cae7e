package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.SignatureVerifier;
import jakarta.inject.Singleton;
import java.util.List;

/// Bitbucket in the cloud.
@Singleton
class Bitbucket implements GitDialect {

    static final String EVENT = "X-Event-Key";
    static final String HOOK = "X-Hook-UUID";

    private static final String PULL_REQUEST = "pullrequest:";

    private static final List<Proof> PROOFS =
            List.of(
                    signature("webhook.bitbucket.secret"),
                    // All that Argo CD asks for.
                    Proof.ofSecret(
                            "webhook.bitbucket.uuid",
                            "The header " + HOOK,
                            (delivery, uuid) ->
                                    SignatureVerifier.isEqual(uuid, delivery.header(HOOK))));

    /// The same on one's own server.
    static Proof signature(String key) {
        var signature = "X-Hub-Signature";
        return Proof.ofSecret(
                key,
                "The header " + signature,
                (delivery, secret) ->
                        SignatureVerifier.isHmacSha256(
                                delivery.header(signature), delivery.body(), secret));
    }

    @Override
    public String provider() {
        return "bitbucket";
    }

    @Override
    public String mark() {
        return HOOK;
    }

    @Override
    public boolean recognises(Delivery delivery) {
        return delivery.has(HOOK);
    }

    @Override
    public List<Proof> proofs() {
        return PROOFS;
    }

    @Override
    public Contents read(Delivery delivery) {
        var id = Fields.delivery(delivery, "X-Request-UUID");
        var event = delivery.header(EVENT);
        if (event.equals("repo:push")) {
            return Contents.git(id, BitbucketPayload.of(delivery.body()).pushed(id));
        }
        if (event.startsWith(PULL_REQUEST) && !event.contains("comment")) {
            var action = action(event.substring(PULL_REQUEST.length()));
            return Contents.git(id, BitbucketPayload.of(delivery.body()).pullRequest(id, action));
        }
        return Contents.nothing(id, "Only pushes and pull requests have an effect");
    }

    private static String action(String event) {
        return switch (event) {
            case "created" -> "opened";
            case "updated" -> "updated";
            case "fulfilled" -> "merged";
            case "rejected" -> "closed";
            default -> "other";
        };
    }
}
