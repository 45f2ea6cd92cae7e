package io.tiphys.webhook.git;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Headers;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.SignatureVerifier;
import jakarta.inject.Singleton;

/// GitHub, in the cloud or on its own server, and whoever writes deliveries as it does.
@Singleton
class GitHub implements GitDialect {

    private static final String SIGNATURE = "X-Hub-Signature-256";

    @Override
    public String provider() {
        return "github";
    }

    @Override
    public String header() {
        return "X-GitHub-Event";
    }

    @Override
    public String secretKey() {
        return "webhook.github.secret";
    }

    @Override
    public String proof() {
        return "The header " + SIGNATURE;
    }

    @Override
    public boolean isAuthentic(Headers headers, byte[] body, String secret) {
        return SignatureVerifier.isHmacSha256(headers.value(SIGNATURE), body, secret);
    }

    @Override
    public Contents read(Headers headers, byte[] body) {
        if (headers.value("Content-Type").startsWith("application/x-www-form-urlencoded")) {
            throw new MalformedDeliveryException(
                    "The payload came as a form. Choose the content type application/json in the"
                            + " webhook's settings");
        }
        var named = headers.value("X-GitHub-Delivery");
        var delivery = named.isEmpty() ? SignatureVerifier.sha256(body) : named;
        return switch (headers.value(header())) {
            case "push" -> Contents.of(delivery, GitHubPayload.push(delivery, body));
            case "ping" -> Contents.nothing(delivery, "The webhook is set up");
            default -> Contents.nothing(delivery, "Only push events have an effect");
        };
    }
}
