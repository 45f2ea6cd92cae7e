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
import java.util.stream.Stream;

/// The container registry in Gitea and in Forgejo. It is a part of them: the same headers and the
/// same secrets as for pushes of commits.
@Singleton
class GiteaPackages implements RegistryDialect {

    private static final List<String> FORGES = List.of("Forgejo", "Gitea", "Gogs");

    private static final List<Proof> PROOFS =
            Stream.of("webhook.gitea.secret", "webhook.forgejo.secret", "webhook.gogs.secret")
                    .map(GiteaPackages::proof)
                    .toList();

    private final Map<String, String> hosts;

    GiteaPackages(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "gitea-packages";
    }

    @Override
    public List<String> aliases() {
        return List.of("forgejo-packages");
    }

    @Override
    public String mark() {
        return "X-Gitea-Event: package";
    }

    @Override
    public boolean recognises(Delivery delivery) {
        return header(delivery, "Event").equals("package");
    }

    @Override
    public List<Proof> proofs() {
        return PROOFS;
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        var named = header(delivery, "Delivery");
        var id = named.isEmpty() ? SignatureVerifier.sha256(delivery.body()) : named;
        var pack = body.at("package");
        if (!pack.isPresent()) {
            throw pack.missing();
        }
        if (!pack.at("type").requiredText().equals("container")) {
            return Contents.nothing(id, "Only packages that are containers have an effect");
        }
        if (!body.at("action").requiredText().equals("created")) {
            return Contents.nothing(id, "Only created packages have an effect");
        }
        var owner = pack.at("owner", "login").requiredText();
        var name = pack.at("name").requiredText();
        var pushes = new Pushes(provider(), hosts);
        pushes.add(
                Field.known(id),
                new Push(
                        new ImageRepository(
                                host(body), Field.of(pack.at("name")).with(owner + "/" + name)),
                        Field.of(pack.at("version")),
                        Field.ABSENT,
                        Field.of(pack.at("created_at"))));
        return pushes.contents(id);
    }

    /// The forge's own: images are pulled from where its pages are.
    private static Field host(PayloadTree body) {
        var url =
                Field.of(body.at("repository", "html_url"))
                        .or(Field.of(body.at("sender", "html_url")))
                        .or(Field.of(body.at("package", "html_url")));
        return ImageReference.hostOf(url);
    }

    /// Forgejo sends the headers of Gitea and Gogs as well, Gitea those of Gogs.
    private static String header(Delivery delivery, String name) {
        return FORGES.stream()
                .map(it -> delivery.header("X-" + it + "-" + name))
                .filter(it -> !it.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static Proof proof(String key) {
        return Proof.ofSecret(
                key,
                "The header X-Gitea-Signature",
                (delivery, secret) ->
                        SignatureVerifier.isBareHmacSha256(
                                header(delivery, "Signature"), delivery.body(), secret));
    }
}
