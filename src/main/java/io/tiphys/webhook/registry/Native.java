package io.tiphys.webhook.registry;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.PayloadTree;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.SignatureVerifier;
import io.tiphys.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// Whoever can say no more than which image: `{"name": "host/path", "tag": "1.2"}`, perhaps with
/// a `digest`, or `{"image": "host/path:1.2"}`. A name without a host is one on Docker Hub.
@Singleton
class Native implements RegistryDialect {

    private static final Proof PROOF =
            Proof.ofSecret(
                    "webhook.native.secret",
                    "The bearer token or the password in the header Authorization",
                    (delivery, secret) -> {
                        var authorization = delivery.header("Authorization");
                        return SignatureVerifier.isBearer(authorization, secret)
                                || SignatureVerifier.isBasicPassword(authorization, secret);
                    });

    private final Map<String, String> hosts;

    Native(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "native";
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        var id = SignatureVerifier.sha256(delivery.body());
        var image = body.at("image");
        var field = image.isPresent() ? image : body.at("name");
        var reference = ImageReference.of(Field.of(field).with(field.requiredText()));
        var pushes = new Pushes(provider(), hosts);
        pushes.addTag(
                id,
                new Push(
                        ImageRepository.ofShort(reference.name()),
                        Field.of(body.at("tag")).or(reference.tag()),
                        Field.of(body.at("digest")).or(reference.digest()),
                        Field.ABSENT));
        return pushes.contents(id);
    }
}
