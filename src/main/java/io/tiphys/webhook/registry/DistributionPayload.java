package io.tiphys.webhook.registry;

import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadReader;
import java.util.HashSet;
import java.util.Set;

/// Reads the notifications of a distribution registry. It reports every layer and every pull as
/// well; what counts is a manifest pushed under a tag.
final class DistributionPayload {

    private static final Set<String> MANIFESTS =
            Set.of(
                    "application/vnd.oci.image.manifest.v1+json",
                    "application/vnd.oci.image.index.v1+json",
                    "application/vnd.oci.artifact.manifest.v1+json",
                    "application/vnd.docker.distribution.manifest.v2+json",
                    "application/vnd.docker.distribution.manifest.list.v2+json");

    private final Pushes pushes;
    private boolean hasEvents;
    private int index;

    private DistributionPayload(Pushes pushes) {
        this.pushes = pushes;
    }

    /// @throws MalformedDeliveryException if they are none
    static void read(byte[] body, Pushes pushes) {
        var payload = new DistributionPayload(pushes);
        PayloadReader.read(body, payload::root);
        if (!payload.hasEvents) {
            throw MalformedDeliveryException.missing("events");
        }
    }

    private void root(PayloadReader json, String name) {
        if (name.equals("events")) {
            hasEvents = true;
            json.array(
                    () -> {
                        var notification = new Notification();
                        json.object(field -> notification.root(json, field));
                        if (notification.isPush()) {
                            notification.addTo(pushes, "events[" + index + "]");
                        }
                        index++;
                    });
        }
    }

    /// One of the notifications in a delivery.
    private static final class Notification {

        private String id = "";
        private String timestamp = "";
        private String action = "";
        private String mediaType = "";
        private String repository = "";
        private String tag = "";
        private String digest = "";
        private String host = "";
        private final Set<String> parts = new HashSet<>();

        void root(PayloadReader json, String name) {
            switch (name) {
                case "id" -> id = text(json);
                case "timestamp" -> timestamp = text(json);
                case "action" -> action = text(json);
                case "target" -> json.object(field -> target(json, field));
                case "request" -> json.object(field -> request(json, field));
                default -> {
                    // Of no interest.
                }
            }
        }

        private void target(PayloadReader json, String name) {
            switch (name) {
                case "mediaType" -> mediaType = text(json);
                case "repository" -> repository = text(json);
                case "tag" -> tag = text(json);
                case "digest" -> digest = text(json);
                case "artifactType" -> parts.add(text(json));
                // The configuration and the layers, where the registry is told to include them.
                case "references" -> {
                    if (!json.isNull()) {
                        json.array(() -> json.object(field -> reference(json, field)));
                    }
                }
                default -> {
                    // Of no interest.
                }
            }
        }

        private void reference(PayloadReader json, String name) {
            if (name.equals("mediaType") || name.equals("artifactType")) {
                parts.add(text(json));
            }
        }

        private void request(PayloadReader json, String name) {
            if (name.equals("host")) {
                host = text(json);
            }
        }

        boolean isPush() {
            return action.equals("push") && MANIFESTS.contains(mediaType);
        }

        void addTo(Pushes pushes, String place) {
            pushes.add(
                    Field.at(place + ".id", id.strip()),
                    new Push(
                            new ImageRepository(
                                    Field.at(place + ".request.host", host),
                                    Field.at(place + ".target.repository", repository)),
                            Field.at(place + ".target.tag", tag),
                            Field.at(place + ".target.digest", digest),
                            Field.at(place + ".timestamp", timestamp),
                            Field.at(place + ".target.mediaType", mediaType),
                            parts));
        }

        private static String text(PayloadReader json) {
            return json.isNull() ? "" : json.string();
        }
    }
}
