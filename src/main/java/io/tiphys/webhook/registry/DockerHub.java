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

/// Docker Hub. It signs nothing and tells no digest.
@Singleton
class DockerHub implements RegistryDialect {

    private static final Proof PROOF = Proof.inUrl("webhook.dockerhub.secret");

    private final Map<String, String> hosts;

    DockerHub(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "dockerhub";
    }

    @Override
    public List<String> aliases() {
        return List.of("docker.io", "docker");
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
        var pushes = new Pushes(provider(), hosts);
        pushes.addTag(
                id,
                new Push(
                        new ImageRepository(
                                Field.known(ImageRepository.DOCKER_HUB),
                                Field.of(body.at("repository", "repo_name"))),
                        Field.of(data.at("tag")),
                        Field.ABSENT,
                        Times.ofSeconds(data.at("pushed_at")),
                        Field.of(data.at("media_type")),
                        Set.of()));
        return pushes.contents(id);
    }
}
