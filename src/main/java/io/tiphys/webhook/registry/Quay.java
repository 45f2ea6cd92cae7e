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

/// Quay, in the cloud or on its own server. It signs nothing and tells neither digest nor time, so
/// the second push of a tag has the name of the first.
@Singleton
class Quay implements RegistryDialect {

    private static final Proof PROOF = Proof.inUrl("webhook.quay.secret");

    private final Map<String, String> hosts;

    Quay(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "quay";
    }

    @Override
    public List<String> aliases() {
        return List.of("quay.io");
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        var id = SignatureVerifier.sha256(delivery.body());
        var tags = body.at("updated_tags");
        if (!tags.isPresent()) {
            return Contents.nothing(id, "Only pushes to a repository have an effect");
        }
        var url = Field.of(body.at("docker_url"));
        var repository = ImageRepository.of(ImageReference.withoutScheme(url));
        var pushes = new Pushes(provider(), hosts);
        for (var tag : tags.elements()) {
            pushes.addTag(id, new Push(repository, Field.of(tag), Field.ABSENT, Field.ABSENT));
        }
        return pushes.contents(id);
    }
}
