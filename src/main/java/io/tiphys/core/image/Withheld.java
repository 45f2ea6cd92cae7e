package io.tiphys.core.image;

import io.tiphys.core.image.Consent.Mode;
import io.tiphys.core.model.Annotations;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A tag that was chosen and is not written for what people say or did. As it stands in an
/// annotation of the Application, `alias=tag reason`, everybody can see it, and it outlives a
/// restart; decided is anew each time.
///
/// @param image its alias, or what it is written as
/// @param tag with its digest where that is followed
/// @param commit that took the tag back; empty if it was none
public record Withheld(String image, String tag, Reason reason, String commit) {

    private static final int SHORT_ID = 7;

    public enum Reason {
        PAUSED("image updates are paused"),
        TAKEN_BACK("it was taken back, and there is no newer tag"),
        DRY_RUN("it would be written, and this is a dry run"),
        AWAITS_APPROVAL("it waits for approval"),
        UNKNOWN_TAG("it is approved, and the registry has no such tag");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /// In words, for a status or a log.
        public String text() {
            return text;
        }

        private String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// What stands in the annotations of an Application. What is none of it is nothing.
    public static List<Withheld> of(Map<String, String> annotations) {
        return Arrays.stream(
                        annotations.getOrDefault(Annotations.IMAGE_WITHHELD, "").split(",", -1))
                .flatMap(it -> parse(it.strip()).stream())
                .toList();
    }

    private static Optional<Withheld> parse(String entry) {
        var words = entry.split(" +", -1);
        int equals = words[0].indexOf('=');
        if (equals < 0 || words.length < 2) {
            return Optional.empty();
        }
        return Arrays.stream(Reason.values())
                .filter(it -> it.wire().equals(words[1]))
                .map(
                        it ->
                                new Withheld(
                                        words[0].substring(0, equals),
                                        words[0].substring(equals + 1),
                                        it,
                                        words.length > 2 ? words[2] : ""))
                .findFirst();
    }

    /// The annotation's text after a look at an image; empty if nothing is withheld.
    ///
    /// @param image as in [#image()]
    public static String with(
            Map<String, String> annotations, String image, Optional<Withheld> withheld) {
        var all =
                Stream.concat(
                        of(annotations).stream().filter(it -> !it.image().equals(image)),
                        withheld.stream());
        return String.join(", ", all.map(Withheld::wire).sorted().toList());
    }

    private String wire() {
        return "%s=%s %s %s".formatted(image, tag, reason.wire(), shortCommit()).strip();
    }

    /// Whether what people say now can be the reason.
    public boolean holds(Consent now) {
        return switch (reason) {
            case PAUSED -> now.mode() == Mode.PAUSED;
            case DRY_RUN -> now.mode() == Mode.DRY_RUN;
            case AWAITS_APPROVAL -> now.mode() == Mode.APPROVAL;
            case UNKNOWN_TAG -> now.isOf(tag);
            case TAKEN_BACK -> true;
        };
    }

    /// What a person should know of it and can do about it.
    public String message() {
        var approve =
                "the annotation %s to say %s=%s".formatted(Annotations.IMAGE_APPROVED, image, tag);
        return switch (reason) {
            case PAUSED, DRY_RUN, UNKNOWN_TAG -> "%s: %s: %s".formatted(image, tag, reason.text());
            case AWAITS_APPROVAL -> "%s: %s waits for %s".formatted(image, tag, approve);
            case TAKEN_BACK ->
                    "%s: %s is not written again: it was taken back%s. It waits for a newer tag, or for %s"
                            .formatted(
                                    image,
                                    tag,
                                    commit.isEmpty() ? "" : " by " + shortCommit(),
                                    approve);
        };
    }

    private String shortCommit() {
        return commit.substring(0, Math.min(commit.length(), SHORT_ID));
    }
}
