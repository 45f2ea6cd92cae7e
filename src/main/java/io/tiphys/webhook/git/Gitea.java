package io.tiphys.webhook.git;

import io.tiphys.webhook.Delivery;
import jakarta.inject.Singleton;

/// Gitea. Argo CD knows its secret as that of Gogs.
@Singleton
class Gitea extends GiteaFamily {

    Gitea() {
        super("Gitea", "webhook.gitea.secret", "webhook.gogs.secret");
    }

    /// Forgejo sends the same headers beside its own.
    @Override
    public boolean recognises(Delivery delivery) {
        return isNamed(delivery) && !delivery.has("X-Forgejo-Event");
    }
}
