package io.tiphys.webhook.registry;

import java.util.Locale;
import java.util.Set;

/// The name of an image repository in one canonical spelling, registry included, as image events
/// are keyed by it.
final class ImageRepository {

    private static final String DOCKER_HUB = "docker.io";

    private static final Set<String> NAMES_OF_DOCKER_HUB =
            Set.of(
                    DOCKER_HUB,
                    "index.docker.io",
                    "registry-1.docker.io",
                    "registry.hub.docker.com");

    private ImageRepository() {}

    static String canonical(String host, String repository) {
        var registry = host.toLowerCase(Locale.ROOT);
        var path = repository.toLowerCase(Locale.ROOT);
        if (!NAMES_OF_DOCKER_HUB.contains(registry)) {
            return registry + "/" + path;
        }
        return DOCKER_HUB + "/" + (path.contains("/") ? path : "library/" + path);
    }
}
