package io.tiphys.core.image;

import io.tiphys.core.image.Withheld.Reason;
import io.tiphys.core.model.Annotations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What people say of the updates of an image, in annotations of its Application, whoever says
/// which images it has.
///
/// @param approved the tag that may be written although it waits for that, or was taken back;
///     `tag@digest` for nothing else that the tag may come to mean
public record Consent(Mode mode, Optional<String> approved) {

    private static final String OWN = "tiphys.io/";
    private static final String OF_ONE = ".image-updates";

    /// What becomes of a tag that was chosen, each with more restraint than the one before.
    public enum Mode {
        AUTOMATIC,
        APPROVAL,
        DRY_RUN,
        PAUSED;

        private String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static Optional<Mode> parse(String text) {
            return Arrays.stream(values()).filter(it -> it.wire().equals(text)).findFirst();
        }
    }

    /// Of the image's own mode and the Application's the one with more restraint counts. One that
    /// cannot be read pauses.
    public static Consent of(Map<String, String> annotations, TrackedImage image) {
        var own = image.alias().map(it -> OWN + ImageEntry.key(it) + OF_ONE);
        var mode =
                Stream.concat(Stream.of(Annotations.IMAGE_UPDATES), own.stream())
                        .map(it -> annotations.getOrDefault(it, "").strip())
                        .filter(it -> !it.isEmpty())
                        .map(it -> Mode.parse(it).orElse(Mode.PAUSED))
                        .max(Mode::compareTo);
        return new Consent(
                mode.orElse(Mode.AUTOMATIC),
                approvals(annotations).stream()
                        .filter(it -> it.image().equals(image.label()))
                        .map(Approval::tag)
                        .findFirst());
    }

    /// One `alias=tag`.
    ///
    /// @param image its alias, or what it is written as
    public record Approval(String image, String tag) {}

    /// What an Application's people approved. Entries that name no tag are none.
    public static List<Approval> approvals(Map<String, String> annotations) {
        return entries(annotations)
                .filter(it -> it.contains("="))
                .map(
                        it -> {
                            int equals = it.indexOf('=');
                            return new Approval(
                                    it.substring(0, equals).strip(),
                                    it.substring(equals + 1).strip());
                        })
                .filter(it -> !it.tag().isEmpty())
                .toList();
    }

    /// The annotation without what was approved for an image; empty if nothing is left.
    public static String without(Map<String, String> annotations, String image) {
        return String.join(
                ",",
                entries(annotations)
                        .filter(it -> !it.substring(0, it.indexOf('=') + 1).equals(image + "="))
                        .toList());
    }

    private static Stream<String> entries(Map<String, String> annotations) {
        return Arrays.stream(
                        annotations.getOrDefault(Annotations.IMAGE_APPROVED, "").split(",", -1))
                .map(String::strip)
                .filter(it -> !it.isEmpty());
    }

    /// What keeps a tag that was chosen from being written.
    ///
    /// @param takenBack a tag that it does not come after
    public Optional<Withheld> objection(
            TrackedImage image, Retag chosen, Optional<TakenBack> takenBack) {
        var reason = reason(approves(chosen), takenBack.isPresent());
        return reason.map(
                it ->
                        new Withheld(
                                image.label(),
                                chosen.suffix(false),
                                it,
                                takenBack.map(by -> by.by().commit()).orElse("")));
    }

    private Optional<Reason> reason(boolean isApproved, boolean isTakenBack) {
        if (mode == Mode.PAUSED) {
            return Optional.of(Reason.PAUSED);
        }
        if (isTakenBack && !isApproved) {
            return Optional.of(Reason.TAKEN_BACK);
        }
        return switch (mode) {
            case DRY_RUN -> Optional.of(Reason.DRY_RUN);
            case APPROVAL -> isApproved ? Optional.empty() : Optional.of(Reason.AWAITS_APPROVAL);
            case AUTOMATIC, PAUSED -> Optional.empty();
        };
    }

    /// Whether this tag was approved, whatever it means.
    public boolean isOf(String tag) {
        return approved.filter(it -> it.equals(tag) || it.startsWith(tag + "@")).isPresent();
    }

    /// The modes that are said, by the names of their annotations.
    public static SortedMap<String, String> modes(Map<String, String> annotations) {
        var modes = new TreeMap<>(annotations);
        modes.keySet()
                .removeIf(
                        it ->
                                !it.equals(Annotations.IMAGE_UPDATES)
                                        && !(it.startsWith(OWN) && it.endsWith(OF_ONE)));
        return modes;
    }

    private boolean approves(Retag chosen) {
        return approved.filter(it -> it.equals(chosen.tag()) || it.equals(chosen.suffix(true)))
                .isPresent();
    }

    /// What of the annotations cannot be followed, in words for their author.
    static List<String> problems(Map<String, String> annotations, List<TrackedImage> images) {
        var labels = images.stream().map(TrackedImage::label).toList();
        var keys = images.stream().flatMap(it -> it.alias().stream()).map(ImageEntry::key).toList();
        var problems = new ArrayList<String>();
        modes(annotations)
                .forEach(
                        (name, text) -> {
                            if (!text.isBlank() && Mode.parse(text.strip()).isEmpty()) {
                                problems.add(
                                        "%s must be automatic, approval, dry-run or paused; it is '%s', and nothing is written"
                                                .formatted(name, text));
                            }
                            if (!name.equals(Annotations.IMAGE_UPDATES)
                                    && !keys.contains(
                                            name.substring(
                                                    OWN.length(),
                                                    name.length() - OF_ONE.length()))) {
                                problems.add("%s: there is no image of that alias".formatted(name));
                            }
                        });
        entries(annotations)
                .filter(it -> approvals(Map.of(Annotations.IMAGE_APPROVED, it)).isEmpty())
                .map(it -> "%s: '%s' is no alias=tag".formatted(Annotations.IMAGE_APPROVED, it))
                .forEach(problems::add);
        approvals(annotations).stream()
                .map(Approval::image)
                .filter(it -> !labels.contains(it))
                .map(it -> "%s: there is no image '%s'".formatted(Annotations.IMAGE_APPROVED, it))
                .forEach(problems::add);
        return problems.stream().sorted().toList();
    }
}
