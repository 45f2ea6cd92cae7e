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

/// JFrog's Artifactory. It sends the secret itself, or signs with it where it is told to.
@Singleton
class JFrog implements RegistryDialect {

    private static final String HEADER = "X-JFrog-Event-Auth";

    private static final Proof PROOF =
            Proof.ofSecret(
                    "webhook.jfrog.secret",
                    "The header " + HEADER,
                    (delivery, secret) ->
                            SignatureVerifier.isEqual(secret, delivery.header(HEADER))
                                    || SignatureVerifier.isBareHmacSha256(
                                            delivery.header(HEADER), delivery.body(), secret));

    private final Map<String, String> hosts;

    JFrog(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "jfrog";
    }

    @Override
    public List<String> aliases() {
        return List.of("artifactory");
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        var id = SignatureVerifier.sha256(delivery.body());
        boolean isPush =
                body.at("domain").requiredText().equals("docker")
                        && body.at("event_type").requiredText().equals("pushed");
        if (!isPush) {
            return Contents.nothing(id, "Only pushed Docker tags have an effect");
        }
        var data = body.at("data");
        var origin = ImageReference.hostOf(Field.of(body.at("jpd_origin")));
        var sha256 = Field.of(data.at("sha256"));
        var pushes = new Pushes(provider(), hosts);
        pushes.addTag(
                id,
                new Push(
                        new ImageRepository(
                                Field.parameter(delivery, "host").or(origin), path(data)),
                        Field.of(data.at("tag")),
                        sha256.isEmpty() ? sha256 : sha256.with("sha256:" + sha256.text()),
                        Field.ABSENT));
        return pushes.contents(id);
    }

    /// As one pulls it, below the repository that it was pushed to.
    private static Field path(PayloadTree data) {
        var key = data.at("repo_key").requiredText();
        return Field.of(data.at("image_name"))
                .with(key + "/" + data.at("image_name").requiredText());
    }
}
