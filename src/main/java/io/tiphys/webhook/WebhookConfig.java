package io.tiphys.webhook;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Map;

/// What the front door lets in.
@ConfigMapping(prefix = "tiphys.webhook")
public interface WebhookConfig {

    /// Take deliveries of senders for whom `argocd-secret` holds no secret. Anybody who reaches the
    /// port can then cause refreshes.
    @WithDefault("false")
    boolean allowUnsigned();

    /// The largest body on `/api/webhook`; Argo CD's default.
    @WithDefault("50M")
    MemorySize maxGitBody();

    /// The largest body on `/api/registry-webhook`: a few hundred notifications.
    @WithDefault("1M")
    MemorySize maxRegistryBody();

    /// A registry's name in its own notifications to its name in manifests, where the two differ:
    /// `"registry.internal:5000"` to `registry.example.com`.
    Map<String, String> registryHosts();

    /// Where Google publishes the keys that it signs the tokens of Pub/Sub's deliveries with.
    @WithDefault("https://www.googleapis.com/oauth2/v3/certs")
    URI googleKeys();
}
