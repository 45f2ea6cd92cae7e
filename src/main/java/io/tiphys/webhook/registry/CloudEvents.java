package io.tiphys.webhook.registry;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadTree;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Whoever sends CloudEvents: the registries that can, by their types, and anybody else whose type
/// says that something was pushed, such as `com.example.image.pushed`, with the data
/// `{"registry": "registry.example.com", "repository": "team/app", "tag": "1"}`, perhaps with a
/// `digest` and a `mediaType`.
@Singleton
class CloudEvents implements RegistryDialect {

    private static final Proof PROOF = Proof.inUrl("webhook.cloudevents.secret");

    /// Senders choose what stands before, Zot's users as well.
    private static final Set<String> VERBS =
            Set.of(
                    "push",
                    "pushed",
                    "publish",
                    "published",
                    "create",
                    "created",
                    "update",
                    "updated");

    private final Map<String, String> hosts;

    CloudEvents(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "cloudevents";
    }

    @Override
    public List<String> aliases() {
        return List.of("zot");
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        if (!CloudEvent.isOne(delivery, body)) {
            throw new MalformedDeliveryException(
                    "Neither the header ce-type nor the field 'specversion' is there; it should be"
                            + " a CloudEvent");
        }
        var event = CloudEvent.of(delivery, body);
        var type = event.type().text();
        var pushes = new Pushes(provider(), hosts);
        if (type.startsWith(Ecr.TYPES)) {
            Ecr.addTo(pushes, event);
        } else if (type.startsWith(AzureContainerRegistry.TYPES)) {
            AzureContainerRegistry.addTo(pushes, event);
        } else if (type.startsWith(CdEvents.TYPES)) {
            CdEvents.addTo(pushes, event);
        } else if (type.equals(Harbor.PUSHED)) {
            Harbor.addTo(pushes, event);
        } else if (Stream.of(type.split("\\.", -1)).anyMatch(VERBS::contains)) {
            pushes.add(event.id(), push(delivery, event));
        }
        return pushes.contents(event.id().text());
    }

    /// Zot calls two of the fields otherwise, and does not know by which name it is reached: the
    /// parameter `host` of the URL says it.
    private static Push push(Delivery delivery, CloudEvent event) {
        var data = event.data();
        return new Push(
                new ImageRepository(
                        Field.of(data.at("registry")).or(Field.parameter(delivery, "host")),
                        Field.of(data.at("name")).or(Field.of(data.at("repository")))),
                Field.of(data.at("reference")).or(Field.of(data.at("tag"))),
                Field.of(data.at("digest")),
                event.time(),
                Field.of(data.at("mediaType")),
                Set.of());
    }
}
