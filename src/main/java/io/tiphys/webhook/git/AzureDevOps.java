package io.tiphys.webhook.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.SignatureVerifier;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.List;

/// Azure DevOps, in the cloud or on its own server. Its service hooks must send all details of the
/// resource.
@Singleton
class AzureDevOps implements GitDialect {

    private static final String ACTIVITY = "X-Vss-Activityid";
    private static final String AGENT = "VSServices/";

    private static final String PULL_REQUEST = "git.pullrequest.";

    private static final Proof PROOF =
            new BasicAuth("webhook.azuredevops.username", "webhook.azuredevops.password");

    /// It signs nothing, but knows a name and a password.
    private record BasicAuth(String username, String key) implements Proof {

        @Override
        public String inWords() {
            return "The user with a password in the header Authorization";
        }

        @Override
        public boolean holds(Delivery delivery, Settings settings) {
            var names = settings.values(username);
            return (names.isEmpty() ? List.of("") : names)
                    .stream().anyMatch(it -> holds(delivery, settings, it));
        }

        private boolean holds(Delivery delivery, Settings settings, String name) {
            var authorization = delivery.header("Authorization");
            return settings.values(key).stream()
                    .anyMatch(it -> SignatureVerifier.isEqual(basic(name, it), authorization));
        }

        private static String basic(String name, String password) {
            var both = (name + ":" + password).getBytes(UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(both);
        }
    }

    @Override
    public String provider() {
        return "azuredevops";
    }

    @Override
    public String mark() {
        return ACTIVITY;
    }

    @Override
    public boolean recognises(Delivery delivery) {
        return delivery.has(ACTIVITY) || delivery.header("User-Agent").startsWith(AGENT);
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var payload = AzureDevOpsPayload.of(delivery.body());
        var id = Fields.deliveryNamed(payload.id(), delivery);
        var event = payload.event();
        if (event.equals("git.push")) {
            return Contents.git(id, payload.pushed(id));
        }
        return event.startsWith(PULL_REQUEST)
                ? Contents.git(id, payload.pullRequest(id, event.substring(PULL_REQUEST.length())))
                : Contents.nothing(id, "Only pushes and pull requests have an effect");
    }
}
