package io.tiphys.webhook.registry;

import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.TestConfig;
import java.util.List;

/// All dialects, as the application has them.
final class Registries {

    private Registries() {}

    static List<RegistryDialect> all() {
        var config = new TestConfig();
        return List.of(
                new Distribution(config),
                new DockerHub(config),
                new Ghcr(config),
                new Quay(config),
                new Harbor(config),
                new Ecr(config),
                new GoogleArtifactRegistry(config),
                new AzureContainerRegistry(config),
                new JFrog(config),
                new Nexus(config),
                new GiteaPackages(config),
                new Aliyun(config),
                new CdEvents(config),
                new CloudEvents(config),
                new Native(config));
    }

    static RegistryDialect named(String provider) {
        return all().stream()
                .filter(it -> it.provider().equals(provider))
                .findFirst()
                .orElseThrow();
    }
}
