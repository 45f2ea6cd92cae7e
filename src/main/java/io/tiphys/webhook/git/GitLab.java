package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.SignatureVerifier;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;

/// GitLab: the webhooks of projects and groups, and the system hooks of an instance.
@Singleton
class GitLab implements GitDialect {

    private static final String EVENT = "X-Gitlab-Event";

    private final List<Proof> proofs;

    GitLab() {
        this(InstantSource.system());
    }

    GitLab(InstantSource clock) {
        proofs =
                List.of(
                        Proof.ofSecret(
                                "webhook.gitlab.secret",
                                "The header X-Gitlab-Token (or with a signing token, a"
                                        + " webhook-signature of the last five minutes)",
                                (delivery, secret) -> isFrom(delivery, secret, clock)));
    }

    /// A signing token is not sent, but signed with.
    private static boolean isFrom(Delivery delivery, String secret, InstantSource clock) {
        return StandardWebhook.isSecret(secret)
                ? StandardWebhook.isSigned(delivery, secret, clock.instant())
                : SignatureVerifier.isEqual(secret, delivery.header("X-Gitlab-Token"));
    }

    @Override
    public String provider() {
        return "gitlab";
    }

    @Override
    public String mark() {
        return EVENT;
    }

    @Override
    public boolean recognises(Delivery delivery) {
        return delivery.has(EVENT);
    }

    @Override
    public List<Proof> proofs() {
        return proofs;
    }

    /// Not named by `X-Gitlab-Event-UUID`: all that one event brings about has the same.
    @Override
    public Contents read(Delivery delivery) {
        var id = Fields.delivery(delivery, "Idempotency-Key", "webhook-id");
        return switch (delivery.header(EVENT)) {
            case "Push Hook", "Tag Push Hook" ->
                    Contents.git(id, GitLabPayload.of(delivery.body()).pushed(id));
            case "Merge Request Hook" ->
                    Contents.git(id, GitLabPayload.of(delivery.body()).mergeRequest(id));
            case "System Hook" -> system(id, GitLabPayload.of(delivery.body()));
            default -> nothing(id);
        };
    }

    private static Contents system(String id, GitLabPayload payload) {
        return switch (payload.event()) {
            case "push", "tag_push" -> Contents.git(id, payload.pushed(id));
            case "repository_update" -> Contents.git(id, payload.updated(id));
            case "merge_request" -> Contents.git(id, payload.mergeRequest(id));
            default -> nothing(id);
        };
    }

    private static Contents nothing(String id) {
        return Contents.nothing(id, "Only pushes and merge requests have an effect");
    }
}
