package io.tiphys.webhook.registry;

import io.tiphys.core.image.ImageEventFaults;
import io.tiphys.webhook.MalformedDeliveryException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// An image repository as a sender names it. Image events are keyed by its one canonical spelling.
record ImageRepository(Field host, Field path) {

    static final String DOCKER_HUB = "docker.io";

    // These are written to Git: nothing but what the distribution specification allows may pass.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]_-]{1,300}");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._/-]{1,300}");

    private static final Set<String> NAMES_OF_DOCKER_HUB =
            Set.of(
                    DOCKER_HUB,
                    "index.docker.io",
                    "registry-1.docker.io",
                    "registry.hub.docker.com");

    /// @param whole registry and repository as manifests write them
    static ImageRepository of(Field whole) {
        int slash = whole.text().indexOf('/');
        if (slash < 0 && !whole.isEmpty()) {
            throw new MalformedDeliveryException(
                    whole.subject() + " should name a registry and a repository, as in host/path");
        }
        return slash < 0
                ? new ImageRepository(whole, whole)
                : new ImageRepository(
                        whole.with(whole.text().substring(0, slash)),
                        whole.with(whole.text().substring(slash + 1)));
    }

    /// The way of container runtimes: what can only be a path is on Docker Hub.
    static ImageRepository ofShort(Field name) {
        var first = name.text().substring(0, Math.max(0, name.text().indexOf('/')));
        boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        return isHost ? of(name) : new ImageRepository(Field.known(DOCKER_HUB), name);
    }

    /// @param hosts a registry's name in its notifications to its name in manifests
    String canonical(Map<String, String> hosts) {
        var said = host.required(HOST);
        var registry = hosts.getOrDefault(said, said).toLowerCase(Locale.ROOT);
        var repository = path.required(PATH).toLowerCase(Locale.ROOT);
        var canonical =
                NAMES_OF_DOCKER_HUB.contains(registry)
                        ? DOCKER_HUB
                                + "/"
                                + (repository.contains("/") ? repository : "library/" + repository)
                        : registry + "/" + repository;
        if (!ImageEventFaults.isRepository(canonical)) {
            throw new MalformedDeliveryException(
                    path.subject() + " should name an image repository of a registry's host");
        }
        return canonical;
    }
}
