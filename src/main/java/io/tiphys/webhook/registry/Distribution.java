package io.tiphys.webhook.registry;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.SignatureVerifier;
import io.tiphys.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/// The CNCF distribution registry and those built on it, such as GitLab's where one runs it
/// oneself.
@Singleton
class Distribution implements RegistryDialect {

    private static final Proof PROOF =
            Proof.ofSecret(
                    "webhook.distribution.secret",
                    "The bearer token in the header Authorization",
                    (delivery, secret) ->
                            SignatureVerifier.isBearer(delivery.header("Authorization"), secret));

    private final Map<String, String> hosts;

    Distribution(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "distribution";
    }

    @Override
    public List<String> aliases() {
        return List.of("registry", "gitlab-registry");
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    /// Notifications name no delivery, but a registry repeats one byte for byte.
    @Override
    public Contents read(Delivery delivery) {
        var pushes = new Pushes(provider(), hosts);
        DistributionPayload.read(delivery.body(), pushes);
        return pushes.contents(SignatureVerifier.sha256(delivery.body()));
    }
}
