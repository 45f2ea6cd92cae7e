package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Proof;
import jakarta.inject.Singleton;
import java.util.List;

/// Gerrit, by its plugin `webhooks`. That sends no header of its own, signs nothing, and does not
/// say where Gerrit is; so all three stand in the webhook's URL:
/// `/api/webhook?type=gerrit&url=https://gerrit.example.com&secret=…`
@Singleton
class Gerrit implements GitDialect {

    @Override
    public String provider() {
        return "gerrit";
    }

    /// Only the URL tells.
    @Override
    public boolean recognises(Delivery delivery) {
        return false;
    }

    @Override
    public List<Proof> proofs() {
        return List.of(Proof.inUrl("webhook.gerrit.secret"));
    }

    /// A change that is uploaded or merged moves refs, which is told on its own.
    @Override
    public Contents read(Delivery delivery) {
        var id = Fields.delivery(delivery);
        var payload = GerritPayload.of(delivery.parameter("url"), delivery.body());
        return switch (payload.event()) {
            case "ref-updated", "batch-ref-updated" -> Contents.git(id, payload.pushed(id));
            default -> Contents.nothing(id, "Only ref-updated events have an effect");
        };
    }
}
