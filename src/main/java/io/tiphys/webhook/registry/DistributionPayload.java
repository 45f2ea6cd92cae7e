package io.tiphys.webhook.registry;

import io.tiphys.core.event.ImageEvent;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadReader;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads the notifications of a distribution registry. It reports every layer and every pull as
/// well; what counts is a manifest pushed under a tag.
final class DistributionPayload {

    private static final Set<String> MANIFESTS =
            Set.of(
                    "application/vnd.oci.image.manifest.v1+json",
                    "application/vnd.oci.image.index.v1+json",
                    "application/vnd.docker.distribution.manifest.v2+json",
                    "application/vnd.docker.distribution.manifest.list.v2+json");

    // These are written to Git: nothing but what the distribution specification allows may pass.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]_-]{1,300}");
    private static final Pattern REPOSITORY = Pattern.compile("[A-Za-z0-9._/-]{1,300}");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[a-z0-9+._-]{1,50}:[0-9a-f]{32,128}");

    private final Map<String, String> hosts;
    private final List<ImageEvent> pushes = new ArrayList<>();
    private boolean hasEvents;
    private int index;

    private DistributionPayload(Map<String, String> hosts) {
        this.hosts = hosts;
    }

    /// @param hosts a registry's name in its notifications to its name in manifests
    /// @throws MalformedDeliveryException if they are none
    static List<ImageEvent> pushes(byte[] body, Map<String, String> hosts) {
        var payload = new DistributionPayload(hosts);
        PayloadReader.read(body, payload::root);
        if (!payload.hasEvents) {
            throw MalformedDeliveryException.missing("events");
        }
        return List.copyOf(payload.pushes);
    }

    private void root(PayloadReader json, String name) throws IOException {
        if (name.equals("events")) {
            hasEvents = true;
            json.array(
                    () -> {
                        var notification = new Notification();
                        json.object(field -> notification.root(json, field));
                        if (notification.isTaggedPush()) {
                            pushes.add(notification.pushed("events[" + index + "]", hosts));
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

        void root(PayloadReader json, String name) throws IOException {
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

        private void target(PayloadReader json, String name) throws IOException {
            switch (name) {
                case "mediaType" -> mediaType = text(json);
                case "repository" -> repository = text(json);
                case "tag" -> tag = text(json);
                case "digest" -> digest = text(json);
                default -> {
                    // Of no interest.
                }
            }
        }

        private void request(PayloadReader json, String name) throws IOException {
            if (name.equals("host")) {
                host = text(json);
            }
        }

        boolean isTaggedPush() {
            return action.equals("push") && MANIFESTS.contains(mediaType) && !tag.isEmpty();
        }

        ImageEvent pushed(String place, Map<String, String> hosts) {
            if (id.isBlank()) {
                throw MalformedDeliveryException.missing(place + ".id");
            }
            require(place + ".request.host", host, HOST);
            require(place + ".target.repository", repository, REPOSITORY);
            require(place + ".target.tag", tag, TAG);
            if (!digest.isEmpty()) {
                require(place + ".target.digest", digest, DIGEST);
            }
            requireTime(place + ".timestamp");
            return new ImageEvent.Pushed(
                    id,
                    ImageRepository.canonical(hosts.getOrDefault(host, host), repository),
                    tag,
                    digest,
                    mediaType,
                    timestamp,
                    "distribution");
        }

        private static void require(String field, String value, Pattern form) {
            if (value.isEmpty()) {
                throw MalformedDeliveryException.missing(field);
            }
            if (!form.matcher(value).matches()) {
                throw new MalformedDeliveryException(
                        "The field '"
                                + field
                                + "' has characters or a length that it may not have");
            }
        }

        private void requireTime(String field) {
            try {
                if (!timestamp.isEmpty()) {
                    OffsetDateTime.parse(timestamp);
                }
            } catch (DateTimeException _) {
                throw new MalformedDeliveryException(
                        "The field '" + field + "' should be a time such as 2026-01-31T12:00:00Z");
            }
        }

        private static String text(PayloadReader json) throws IOException {
            return json.isNull() ? "" : json.string();
        }
    }
}
