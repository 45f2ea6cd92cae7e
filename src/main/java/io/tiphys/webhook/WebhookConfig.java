package io.tiphys.webhook;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// What the front door lets in.
@ConfigMapping(prefix = "tiphys.webhook")
public interface WebhookConfig {

    /// Take deliveries of senders for whom `argocd-secret` holds no secret. Anybody who reaches the
    /// port can then cause refreshes.
    @WithDefault("false")
    boolean allowUnsigned();

    /// More of what senders prove themselves with, by the keys of `argocd-secret`: these count
    /// beside those of the Secret.
    Map<String, String> secrets();

    /// The largest body on `/api/webhook`; Argo CD's default.
    @WithDefault("50M")
    MemorySize maxGitBody();

    /// The largest body on `/api/registry-webhook`: a few hundred notifications.
    @WithDefault("1M")
    MemorySize maxRegistryBody();

    /// How long a sender may take to send a delivery.
    @WithDefault("30s")
    Duration bodyWithin();

    /// How many deliveries a second one address may send, in the long run; for a moment ten times
    /// as many. Zero, the default, is without end: behind a proxy all come from one address, unless
    /// `quarkus.http.proxy` lets it say whom it speaks for.
    @WithDefault("0")
    int ratePerSender();

    /// A registry's name in its own notifications to its name in manifests, where the two differ:
    /// `"registry.internal:5000"` to `registry.example.com`.
    Map<String, String> registryHosts();

    /// Where Google publishes the keys that it signs the tokens of Pub/Sub's deliveries with.
    @WithDefault("https://www.googleapis.com/oauth2/v3/certs")
    URI googleKeys();
}
