package io.tiphys.webhook.registry;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Headers;
import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.SignatureVerifier;
import io.tiphys.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.util.Map;

/// The CNCF distribution registry and those built on it.
@Singleton
class Distribution implements RegistryDialect {

    private final Map<String, String> hosts;

    Distribution(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "distribution";
    }

    @Override
    public String secretKey() {
        return "webhook.distribution.secret";
    }

    @Override
    public String proof() {
        return "The bearer token in the header Authorization";
    }

    @Override
    public boolean isAuthentic(Headers headers, byte[] body, String secret) {
        return SignatureVerifier.isBearer(headers.value("Authorization"), secret);
    }

    /// Notifications name no delivery, but a registry repeats one byte for byte.
    @Override
    public Contents read(Headers headers, byte[] body) {
        return Contents.images(
                SignatureVerifier.sha256(body), DistributionPayload.pushes(body, hosts));
    }
}
