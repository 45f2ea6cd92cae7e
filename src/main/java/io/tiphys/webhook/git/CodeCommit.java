package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Proof;
import jakarta.inject.Singleton;
import java.util.List;

/// AWS CodeCommit, by a rule of EventBridge with an API destination, or by whoever passes on what
/// its triggers say. Neither signs anything, so the secret stands in the URL or a header.
@Singleton
class CodeCommit implements GitDialect {

    private static final String AGENT = "Amazon/EventBridge";

    @Override
    public String provider() {
        return "codecommit";
    }

    @Override
    public String mark() {
        return "User-Agent: " + AGENT;
    }

    @Override
    public boolean recognises(Delivery delivery) {
        return delivery.header("User-Agent").startsWith(AGENT);
    }

    @Override
    public List<Proof> proofs() {
        return List.of(Proof.inUrl("webhook.codecommit.secret"));
    }

    @Override
    public Contents read(Delivery delivery) {
        var payload = CodeCommitPayload.of(delivery.body());
        var id = Fields.deliveryNamed(payload.id(), delivery);
        return payload.isPush()
                ? Contents.git(id, payload.pushed(id))
                : Contents.nothing(id, "Only created, updated and deleted refs have an effect");
    }
}
