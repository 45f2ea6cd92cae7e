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

/// Harbor, in its own form and in that of CloudEvents.
@Singleton
class Harbor implements RegistryDialect {

    static final String PUSHED = "harbor.artifact.pushed";

    private static final Set<String> PUSHES = Set.of("PUSH_ARTIFACT", "pushImage", PUSHED);

    /// Headers of senders that have a mark of their own. Each may come with an authorization.
    private static final List<String> OTHERS =
            List.of(
                    "X-Vss-Activityid",
                    "X-GitHub-Event",
                    "X-Gitea-Event",
                    "X-Forgejo-Event",
                    "X-Gogs-Event",
                    "X-Gitlab-Event",
                    "X-Hook-UUID",
                    "X-Event-Key");

    /// The same for those that are told by their agent.
    private static final List<String> OTHER_AGENTS = List.of("VSServices/", "Amazon/EventBridge");

    private static final Proof PROOF =
            Proof.ofSecret(
                    "webhook.harbor.secret",
                    "The header Authorization",
                    (delivery, secret) ->
                            SignatureVerifier.isEqual(secret, delivery.header("Authorization")));

    private final Map<String, String> hosts;

    Harbor(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "harbor";
    }

    @Override
    public String mark() {
        return "Authorization";
    }

    @Override
    public boolean recognises(Delivery delivery) {
        return delivery.has("Authorization")
                && OTHERS.stream().noneMatch(delivery::has)
                && OTHER_AGENTS.stream().noneMatch(delivery.header("User-Agent")::startsWith);
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        boolean isCloudEvent = CloudEvent.isOne(delivery, body);
        var event = isCloudEvent ? CloudEvent.of(delivery, body) : inOwnForm(delivery, body);
        if (!PUSHES.contains(event.type().text())) {
            return Contents.nothing(event.id().text(), "Only pushed artifacts have an effect");
        }
        var pushes = new Pushes(provider(), hosts);
        addTo(pushes, event);
        return pushes.contents(event.id().text());
    }

    /// All that was pushed, for one delivery may tell of several tags.
    static void addTo(Pushes pushes, CloudEvent event) {
        var resources = event.data().at("resources");
        if (!resources.isPresent()) {
            throw resources.missing();
        }
        var name = Field.of(event.data().at("repository", "repo_full_name"));
        for (var resource : resources.elements()) {
            pushes.addTag(
                    event.id().text(),
                    new Push(
                            new ImageRepository(
                                    ImageReference.hostOf(Field.of(resource.at("resource_url"))),
                                    name),
                            Field.of(resource.at("tag")),
                            Field.of(resource.at("digest")),
                            event.time()));
        }
    }

    private static CloudEvent inOwnForm(Delivery delivery, PayloadTree body) {
        return new CloudEvent(
                Field.known(SignatureVerifier.sha256(delivery.body())),
                new Field("The field 'type'", body.at("type").requiredText()),
                Field.ABSENT,
                Times.ofSeconds(body.at("occur_at")),
                body.at("event_data"));
    }
}
