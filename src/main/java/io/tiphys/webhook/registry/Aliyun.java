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

/// Alibaba Cloud's registry. It signs nothing, and says when something was pushed without saying
/// in which time zone. The parameter `registry_url` of the URL names the registry of a company.
@Singleton
class Aliyun implements RegistryDialect {

    private static final Proof PROOF = Proof.inUrl("webhook.aliyun-acr.secret");

    private final Map<String, String> hosts;

    Aliyun(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "aliyun-acr";
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        var id = SignatureVerifier.sha256(delivery.body());
        var data = body.at("push_data");
        if (!data.isPresent()) {
            throw data.missing();
        }
        var named = ImageReference.hostOf(Field.parameter(delivery, "registry_url"));
        var pushes = new Pushes(provider(), hosts);
        pushes.addTag(
                id,
                new Push(
                        new ImageRepository(
                                named.isEmpty() ? ofRegion(body) : named,
                                Field.of(body.at("repository", "repo_full_name"))),
                        Field.of(data.at("tag")),
                        Field.of(data.at("digest")),
                        Field.ABSENT));
        return pushes.contents(id);
    }

    private static Field ofRegion(PayloadTree body) {
        var region = Field.of(body.at("repository", "region"));
        return region.isEmpty()
                ? region
                : region.with("registry." + region.text() + ".aliyuncs.com");
    }
}
