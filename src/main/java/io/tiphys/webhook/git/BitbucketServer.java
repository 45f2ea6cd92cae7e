package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Proof;
import jakarta.inject.Singleton;
import java.util.List;

/// Bitbucket on one's own server: Data Center, and Server before it.
@Singleton
class BitbucketServer implements GitDialect {

    private static final String PULL_REQUEST = "pr:";

    private static final List<Proof> PROOFS =
            List.of(Bitbucket.signature("webhook.bitbucketserver.secret"));

    @Override
    public String provider() {
        return "bitbucketserver";
    }

    @Override
    public String mark() {
        return Bitbucket.EVENT;
    }

    /// In the cloud, the same header stands beside one more.
    @Override
    public boolean recognises(Delivery delivery) {
        return delivery.has(Bitbucket.EVENT) && !delivery.has(Bitbucket.HOOK);
    }

    @Override
    public List<Proof> proofs() {
        return PROOFS;
    }

    @Override
    public Contents read(Delivery delivery) {
        var id = Fields.delivery(delivery, "X-Request-Id");
        var event = delivery.header(Bitbucket.EVENT);
        if (event.equals("repo:refs_changed")) {
            return Contents.git(id, BitbucketServerPayload.of(delivery.body()).pushed(id));
        }
        if (event.equals("diagnostics:ping")) {
            return Contents.nothing(id, "The webhook is set up");
        }
        if (event.startsWith(PULL_REQUEST) && !event.contains("comment")) {
            var action = action(event.substring(PULL_REQUEST.length()));
            return Contents.git(
                    id, BitbucketServerPayload.of(delivery.body()).pullRequest(id, action));
        }
        return Contents.nothing(id, "Only pushes and pull requests have an effect");
    }

    private static String action(String event) {
        return switch (event) {
            case "opened" -> "opened";
            case "from_ref_updated" -> "updated";
            case "merged" -> "merged";
            case "declined", "deleted" -> "closed";
            default -> "other";
        };
    }
}
