package io.tiphys.webhook.registry;

import io.tiphys.core.event.ImageEvent;
import io.tiphys.webhook.Contents;
import io.tiphys.webhook.MalformedDeliveryException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Checks what one delivery says was pushed and makes events of it. What has no tag is left out:
/// nothing is deployed by the hope that somebody tags it.
final class Pushes {

    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[a-z0-9+._-]{1,50}:[0-9a-f]{32,128}");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[!-~ ]{1,255}");
    private static final Pattern ID = Pattern.compile("[!-~ ]{1,300}");

    /// A tag in a list takes four bytes of the body and makes a record of hundreds.
    private static final int MOST = 5_000;

    private final String provider;
    private final Map<String, String> hosts;
    private final List<ImageEvent> events = new ArrayList<>();

    /// @param hosts a registry's name in its notifications to its name in manifests
    Pushes(String provider, Map<String, String> hosts) {
        this.provider = provider;
        this.hosts = hosts;
    }

    /// @param id unique to this push, the same for a redelivery
    void add(Field id, Push push) {
        if (!push.isTagged()) {
            return;
        }
        if (events.size() == MOST) {
            throw new MalformedDeliveryException("The body tells of more than " + MOST + " pushes");
        }
        events.add(event(id, push));
    }

    /// For deliveries that name themselves and nothing else: the tag makes the difference.
    void addTag(String delivery, Push push) {
        add(Field.known(delivery + ":" + push.tag().text()), push);
    }

    List<ImageEvent> events() {
        return List.copyOf(events);
    }

    Contents contents(String delivery) {
        return Contents.images(delivery, events);
    }

    private ImageEvent event(Field said, Push push) {
        var repository = push.repository().canonical(hosts);
        var tag = push.tag().required(TAG);
        var digest = push.digest().optional(DIGEST);
        var time = time(push.time());
        var mediaType = push.mediaType().optional(MEDIA_TYPE);
        var id = said.required(ID);
        var types = new HashSet<>(push.parts());
        types.add(mediaType);
        var kind = ArtifactKind.of(tag, types);
        return kind.equals(ArtifactKind.IMAGE)
                ? new ImageEvent.Pushed(id, repository, tag, digest, mediaType, time, provider)
                : new ImageEvent.ArtifactPushed(
                        id, repository, tag, digest, mediaType, time, provider, kind);
    }

    private static String time(Field field) {
        try {
            if (!field.isEmpty()) {
                OffsetDateTime.parse(field.text());
            }
            return field.text();
        } catch (DateTimeException _) {
            throw new MalformedDeliveryException(
                    field.subject() + " should be a time such as 2026-01-31T12:00:00Z");
        }
    }
}
