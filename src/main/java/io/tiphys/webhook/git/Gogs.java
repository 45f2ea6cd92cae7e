package io.tiphys.webhook.git;

import io.tiphys.webhook.Delivery;
import jakarta.inject.Singleton;

/// Gogs.
@Singleton
class Gogs extends GiteaFamily {

    Gogs() {
        super("Gogs", "webhook.gogs.secret");
    }

    /// Gitea and Forgejo send the same headers beside their own.
    @Override
    public boolean recognises(Delivery delivery) {
        return isNamed(delivery)
                && !delivery.has("X-Gitea-Event")
                && !delivery.has("X-Forgejo-Event");
    }
}
