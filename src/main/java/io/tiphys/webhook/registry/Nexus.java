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

/// Sonatype's Nexus 3. Its deliveries do not say where images are pulled from: the parameter
/// `host` of the URL does, with the path below it where Nexus routes by paths.
@Singleton
class Nexus implements RegistryDialect {

    private static final String SIGNATURE = "X-Nexus-Webhook-Signature";
    private static final Set<String> ACTIONS = Set.of("CREATED", "UPDATED");

    /// How an asset that is a manifest is called.
    private static final Pattern MANIFEST = Pattern.compile("/?v2/(.{1,300})/manifests/(.{1,200})");

    private static final Proof PROOF =
            Proof.ofSecret(
                    "webhook.nexus.secret",
                    "The header " + SIGNATURE,
                    (delivery, secret) ->
                            SignatureVerifier.isBareHmacSha1(
                                    delivery.header(SIGNATURE), delivery.body(), secret));

    private final Map<String, String> hosts;

    Nexus(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "nexus";
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        var named = delivery.header("X-Nexus-Webhook-Delivery");
        var id = named.isEmpty() ? SignatureVerifier.sha256(delivery.body()) : named;
        if (!ACTIONS.contains(body.at("action").requiredText())) {
            return Contents.nothing(id, "Only what is created or updated has an effect");
        }
        var component = body.at("component");
        var asset = body.at("asset");
        var subject = asset.isPresent() ? asset : component;
        if (!subject.at("format").requiredText().equals("docker")) {
            return Contents.nothing(id, "Only the format docker has an effect");
        }
        var name = Field.of(subject.at("name")).with(subject.at("name").requiredText());
        return asset.isPresent()
                ? ofAsset(delivery, id, body, name)
                : contents(delivery, id, body, name, Field.of(component.at("version")));
    }

    private Contents ofAsset(Delivery delivery, String id, PayloadTree body, Field name) {
        var manifest = MANIFEST.matcher(name.text());
        return manifest.matches()
                ? contents(
                        delivery,
                        id,
                        body,
                        name.with(manifest.group(1)),
                        name.with(manifest.group(2)))
                : Contents.nothing(id, "Only assets that are manifests have an effect");
    }

    private Contents contents(
            Delivery delivery, String id, PayloadTree body, Field name, Field tag) {
        var host = Field.parameter(delivery, "host");
        var repository =
                host.isEmpty()
                        ? new ImageRepository(host, name)
                        : ImageRepository.of(host.with(host.text() + "/" + name.text()));
        var pushes = new Pushes(provider(), hosts);
        pushes.add(
                Field.known(id),
                new Push(
                        repository,
                        tag,
                        Field.ABSENT,
                        Times.ofZoneWithoutColon(Field.of(body.at("timestamp")))));
        return pushes.contents(id);
    }
}
