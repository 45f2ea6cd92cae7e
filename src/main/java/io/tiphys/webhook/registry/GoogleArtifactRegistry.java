package io.tiphys.webhook.registry;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.PayloadTree;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Google's Artifact Registry and the Container Registry before it, by a push subscription to the
/// topic `gcr`.
@Singleton
class GoogleArtifactRegistry implements RegistryDialect {

    /// Google publishes a key a day and more before it signs with it, so nothing waits for this;
    /// strangers who make up keys do.
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    private final Proof proof;
    private final Map<String, String> hosts;

    GoogleArtifactRegistry(WebhookConfig config) {
        proof = new GoogleToken(config.googleKeys(), BETWEEN_LOOKS);
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "gar";
    }

    @Override
    public List<String> aliases() {
        return List.of("gcr", "google");
    }

    @Override
    public List<Proof> proofs() {
        return List.of(proof);
    }

    @Override
    public Contents read(Delivery delivery) {
        var message = PayloadTree.read(delivery.body()).at("message");
        var id = message.at("messageId").requiredText();
        var data = message.at("data").embedded();
        if (!data.at("action").requiredText().equals("INSERT")) {
            return Contents.nothing(id, "Only what is inserted has an effect");
        }
        var tagged = ImageReference.of(Field.of(data.at("tag")));
        var digest = ImageReference.of(Field.of(data.at("digest"))).digest();
        var pushes = new Pushes(provider(), hosts);
        pushes.add(
                Field.of(message.at("messageId")),
                new Push(
                        ImageRepository.of(tagged.name()),
                        tagged.tag(),
                        digest,
                        Field.of(message.at("publishTime"))));
        return pushes.contents(id);
    }
}
