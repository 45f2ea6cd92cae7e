package io.tiphys.webhook.git;

import io.tiphys.webhook.Delivery;
import jakarta.inject.Singleton;

/// Forgejo, such as Codeberg runs. Argo CD knows its secret as that of Gogs.
@Singleton
class Forgejo extends GiteaFamily {

    Forgejo() {
        super("Forgejo", "webhook.forgejo.secret", "webhook.gogs.secret");
    }

    @Override
    public boolean recognises(Delivery delivery) {
        return isNamed(delivery);
    }
}
