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
import java.util.Set;
import java.util.regex.Pattern;

/// Azure's registry: by its own webhooks, and by Event Grid in the form of Event Grid or of
/// CloudEvents.
@Singleton
class AzureContainerRegistry implements RegistryDialect {

    static final String TYPES = "Microsoft.ContainerRegistry.";

    private static final String VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent";
    private static final Set<String> PUSHES = Set.of("push", "chart_push");
    private static final Pattern CODE = Pattern.compile("[!-~]{1,200}");
    private static final String KEY = "webhook.acr.secret";
    private static final Proof IN_URL = Proof.inUrl(KEY);

    private static final Proof PROOF =
            Proof.ofSecret(
                    KEY,
                    "The header Authorization, or the parameter secret of the URL,",
                    (delivery, secret) ->
                            SignatureVerifier.isEqual(secret, delivery.header("Authorization"))
                                    || IN_URL.holds(delivery, _ -> List.of(secret)));

    private final Map<String, String> hosts;

    AzureContainerRegistry(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "acr";
    }

    @Override
    public List<String> aliases() {
        return List.of("azure");
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        if (body.isArray()) {
            return byEventGrid(SignatureVerifier.sha256(delivery.body()), body.elements());
        }
        if (CloudEvent.isOne(delivery, body)) {
            return byEventGrid(CloudEvent.of(delivery, body));
        }
        var id = body.at("id").requiredText();
        var action = body.at("action").requiredText();
        if (action.equals("ping")) {
            return Contents.nothing(id, "The webhook is set up");
        }
        var pushes = new Pushes(provider(), hosts);
        addTo(pushes, Field.of(body.at("id")), body);
        return pushes.contents(id);
    }

    private Contents byEventGrid(CloudEvent event) {
        var pushes = new Pushes(provider(), hosts);
        addTo(pushes, event);
        return pushes.contents(event.id().text());
    }

    private Contents byEventGrid(String delivery, List<PayloadTree> events) {
        var pushes = new Pushes(provider(), hosts);
        for (var it : events) {
            var event = it.at("eventType").isPresent() ? inItsForm(it) : CloudEvent.structured(it);
            if (event.type().text().equals(VALIDATION)) {
                var code = Field.of(event.data().at("validationCode")).required(CODE);
                return Contents.reply(delivery, Map.of("validationResponse", code));
            }
            addTo(pushes, event);
        }
        return pushes.contents(delivery);
    }

    private static CloudEvent inItsForm(PayloadTree event) {
        return new CloudEvent(
                Field.of(event.at("id")),
                Field.of(event.at("eventType")),
                Field.of(event.at("topic")),
                Field.of(event.at("eventTime")),
                event.at("data"));
    }

    /// Leaves out what is not said to be pushed.
    static void addTo(Pushes pushes, CloudEvent event) {
        if (event.type().text().startsWith(TYPES) && event.type().text().endsWith("Pushed")) {
            addTo(pushes, event.id(), event.data());
        }
    }

    private static void addTo(Pushes pushes, Field id, PayloadTree data) {
        if (!PUSHES.contains(data.at("action").requiredText())) {
            return;
        }
        var target = data.at("target");
        pushes.add(
                id,
                new Push(
                        new ImageRepository(
                                Field.of(data.at("request", "host")),
                                Field.of(target.at("repository"))),
                        Field.of(target.at("tag")),
                        Field.of(target.at("digest")),
                        Field.of(data.at("timestamp")),
                        Field.of(target.at("mediaType")),
                        Set.of()));
    }
}
