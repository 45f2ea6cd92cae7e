package io.tiphys.webhook.registry;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadTree;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.SignatureVerifier;
import io.tiphys.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// GitHub's container registry. It is a part of GitHub: the same headers, and the same secret
/// where it has none of its own.
@Singleton
class Ghcr implements RegistryDialect {

    private static final String EVENT = "X-GitHub-Event";
    private static final String SIGNATURE = "X-Hub-Signature-256";
    private static final Set<String> EVENTS = Set.of("package", "registry_package");
    private static final Set<String> ACTIONS = Set.of("published", "updated");
    private static final Set<String> TYPES = Set.of("container", "docker");

    private static final List<Proof> PROOFS =
            List.of(proof("webhook.ghcr.secret"), proof("webhook.github.secret"));

    private final Map<String, String> hosts;

    Ghcr(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "ghcr";
    }

    @Override
    public List<String> aliases() {
        return List.of("ghcr.io");
    }

    @Override
    public String mark() {
        return EVENT + ": package";
    }

    /// Gitea, Forgejo and Gogs send GitHub's headers beside their own.
    @Override
    public boolean recognises(Delivery delivery) {
        return EVENTS.contains(delivery.header(EVENT))
                && !delivery.has("X-Gitea-Event")
                && !delivery.has("X-Forgejo-Event")
                && !delivery.has("X-Gogs-Event");
    }

    @Override
    public List<Proof> proofs() {
        return PROOFS;
    }

    @Override
    public Contents read(Delivery delivery) {
        if (delivery.header("Content-Type").startsWith("application/x-www-form-urlencoded")) {
            throw new MalformedDeliveryException(
                    "The payload came as a form. Choose the content type application/json in the"
                            + " webhook's settings");
        }
        var named = delivery.header("X-GitHub-Delivery");
        var id = named.isEmpty() ? SignatureVerifier.sha256(delivery.body()) : named;
        return switch (delivery.header(EVENT)) {
            case "package", "registry_package" -> read(id, PayloadTree.read(delivery.body()));
            case "ping" -> Contents.nothing(id, "The webhook is set up");
            default -> Contents.nothing(id, "Only package events have an effect");
        };
    }

    private Contents read(String id, PayloadTree body) {
        var pack = body.at("registry_package");
        pack = pack.isPresent() ? pack : body.at("package");
        var type = pack.at("package_type").requiredText().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
            return Contents.nothing(id, "Only packages that are containers have an effect");
        }
        if (!ACTIONS.contains(body.at("action").requiredText())) {
            return Contents.nothing(id, "Only published and updated packages have an effect");
        }
        var pushes = new Pushes(provider(), hosts);
        pushes.add(Field.known(id), push(pack));
        return pushes.contents(id);
    }

    private static Push push(PayloadTree pack) {
        var version = pack.at("package_version");
        var container = version.at("container_metadata");
        var manifest = container.at("manifest");
        return new Push(
                repository(pack),
                Field.of(container.at("tag", "name")),
                Field.of(container.at("tag", "digest")).or(Field.of(manifest.at("digest"))),
                Field.of(version.at("updated_at")).or(Field.of(pack.at("updated_at"))),
                Field.of(manifest.at("media_type")),
                Set.of(manifest.at("config", "media_type").text()));
    }

    /// The URL knows the registry of a GitHub that is not the one in the cloud. It ends in a colon
    /// where the tag is empty.
    private static ImageRepository repository(PayloadTree pack) {
        var url = ImageReference.withoutScheme(Field.of(pack.at("package_version", "package_url")));
        if (!url.isEmpty()) {
            return ImageRepository.of(ImageReference.of(url).name());
        }
        var name = pack.at("name").requiredText();
        return new ImageRepository(
                Field.known("ghcr.io"),
                Field.of(pack.at("namespace"))
                        .with(pack.at("namespace").requiredText() + "/" + name));
    }

    private static Proof proof(String key) {
        return Proof.ofSecret(
                key,
                "The header " + SIGNATURE,
                (delivery, secret) ->
                        SignatureVerifier.isHmacSha256(
                                delivery.header(SIGNATURE), delivery.body(), secret));
    }
}
