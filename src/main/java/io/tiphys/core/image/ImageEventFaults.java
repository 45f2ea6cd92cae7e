package io.tiphys.core.image;

import io.tiphys.core.event.Faults;
import io.tiphys.core.event.ImageEvent;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Says what is wrong with a registry's event, for whoever made it. `kafka/schemas` says the same
/// as far as a schema can.
public final class ImageEventFaults {

    private static final int MAX_TIME = 64;

    private static final Pattern DIGEST = Pattern.compile("[a-z0-9+._-]{1,50}:[0-9a-f]{32,128}");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[!-~ ]{1,255}");

    private static final Set<String> KINDS = Set.of("chart", "signature", "attestation", "other");

    private ImageEventFaults() {}

    /// @return a sentence a field, empty if nothing is wrong
    public static List<String> of(ImageEvent event) {
        var faults = new Faults();
        faults.checkOrigin(event.id(), event.provider());
        faults.check(
                "repository",
                isRepository(event.repository()),
                "an image repository such as docker.io/library/nginx: registry and path in lower"
                        + " case, without tag or digest");
        switch (event) {
            case ImageEvent.Pushed push ->
                    check(push.tag(), push.digest(), push.mediaType(), push.pushedAt(), faults);
            case ImageEvent.ArtifactPushed push -> {
                check(push.tag(), push.digest(), push.mediaType(), push.pushedAt(), faults);
                faults.check(
                        "kind",
                        KINDS.contains(push.kind()),
                        "one of chart, signature, attestation, other");
            }
        }
        return faults.found();
    }

    private static void check(
            String tag, String digest, String mediaType, String pushedAt, Faults faults) {
        faults.check(
                "tag",
                ImageName.isTag(tag),
                "a tag: a letter, digit or underscore, then at most 127 of these and . and -");
        faults.checkOptional(
                "digest",
                digest,
                DIGEST.asMatchPredicate(),
                "a digest such as sha256: and 64 hexadecimal digits in lower case");
        faults.checkOptional(
                "mediaType",
                mediaType,
                MEDIA_TYPE.asMatchPredicate(),
                "a media type of at most 255 characters in ASCII");
        faults.checkOptional(
                "pushedAt",
                pushedAt,
                ImageEventFaults::isTime,
                "a time such as 2026-01-31T12:00:00Z");
    }

    /// Whether it is a repository in its canonical spelling.
    public static boolean isRepository(String text) {
        if (text.length() > Faults.MAX_NAME) {
            return false;
        }
        try {
            var name = ImageName.parse(text);
            return name.tag().isEmpty()
                    && name.digest().isEmpty()
                    && name.canonicalRepository().equals(text);
        } catch (InvalidImageNameException _) {
            return false;
        }
    }

    private static boolean isTime(String text) {
        try {
            var _ = OffsetDateTime.parse(text);
            return text.length() <= MAX_TIME;
        } catch (DateTimeException _) {
            return false;
        }
    }
}
