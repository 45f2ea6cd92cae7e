package io.tiphys.webhook.registry;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.PayloadTree;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// Whoever says in the words of CDEvents that an artifact is published, a build for example. The
/// artifact is called by its package URL.
@Singleton
class CdEvents implements RegistryDialect {

    static final String TYPES = "dev.cdevents.";

    private static final String PUBLISHED = "dev.cdevents.artifact.published.";
    private static final Proof PROOF = Proof.inUrl("webhook.cdevents.secret");

    private final Map<String, String> hosts;

    CdEvents(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "cdevents";
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        var event = CloudEvent.isOne(delivery, body) ? CloudEvent.of(delivery, body) : bare(body);
        var pushes = new Pushes(provider(), hosts);
        addTo(pushes, event);
        return pushes.contents(event.id().text());
    }

    /// Leaves out what is not published, and what is no image.
    static void addTo(Pushes pushes, CloudEvent event) {
        if (!event.type().text().startsWith(PUBLISHED)) {
            return;
        }
        var subject = event.data().at("subject");
        var id = Field.of(subject.at("id"));
        var url = PackageUrl.isOne(id) ? id : Field.of(subject.at("content", "artifactId")).or(id);
        var said = Field.of(event.data().at("context", "timestamp"));
        PackageUrl.read(url)
                .ifPresent(
                        it ->
                                pushes.add(
                                        event.id(),
                                        new Push(
                                                it.repository(),
                                                it.tag(),
                                                it.digest(),
                                                event.time().or(said))));
    }

    /// Without an envelope: its own context says what the envelope would.
    private static CloudEvent bare(PayloadTree body) {
        var context = body.at("context");
        return new CloudEvent(
                Field.of(context.at("id")).with(context.at("id").requiredText()),
                Field.of(context.at("type")).with(context.at("type").requiredText()),
                Field.of(context.at("source")),
                Field.of(context.at("timestamp")),
                body);
    }
}
