package io.tiphys.core.image;

import io.tiphys.core.model.InvalidConstraintException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The images that an Application wants kept current, and how they are to be written, whoever said
/// so: its own annotations or an [ImageUpdater].
///
/// An entry that cannot be followed becomes a problem in words and leaves its neighbours alone.
public record ImageList(
        List<TrackedImage> images, List<Problem> problems, WriteBackSettings writeBack) {

    public static final String PREFIX = "argocd-image-updater.argoproj.io/";

    /// One `[alias=]image[:constraint]` a comma.
    public static final String IMAGE_LIST = PREFIX + "image-list";

    /// Which an image has from its Application if it says nothing itself.
    private static final List<String> SHARED =
            List.of(
                    "update-strategy",
                    "allow-tags",
                    "ignore-tags",
                    "force-update",
                    "minimum-age",
                    "pull-secret",
                    "cosign-key",
                    "cosign-identity");

    private static final List<String> OWN =
            List.of(
                    "platforms",
                    "helm.image-name",
                    "helm.image-tag",
                    "helm.image-spec",
                    "kustomize.image-name");

    private static final List<String> LISTS = List.of("ignore-tags", "platforms");

    public ImageList {
        images = List.copyOf(images);
        problems = List.copyOf(problems);
    }

    /// An entry of the list as it was written, and why it is not followed.
    public record Problem(String entry, String message) {}

    /// Reads what an Application says itself, where images are as container runtimes have them.
    public static ImageList parse(Map<String, String> annotations) {
        return parse(annotations, RegistryNames.USUAL);
    }

    /// Reads what an Application says itself.
    public static ImageList parse(Map<String, String> annotations, RegistryNames names) {
        var reading = new Reading();
        list(annotations.getOrDefault(IMAGE_LIST, ""))
                .forEach(
                        text ->
                                reading.add(
                                        text,
                                        () -> {
                                            var entry = ImageEntry.parse(text);
                                            return entry.track(options(entry, annotations), names);
                                        }));
        return reading.list(WriteBackSettings.of(annotations));
    }

    /// The same, where somebody else says whose signature all images must bear.
    ImageList signedBy(Signer signer) {
        return new ImageList(
                images.stream().map(it -> it.signedBy(Optional.of(signer))).toList(),
                problems,
                writeBack);
    }

    /// The same with problems of images that are to be signed.
    ///
    /// @param more by the images' entries
    public ImageList with(Map<String, String> more) {
        var all = new ArrayList<>(problems);
        for (var image : images) {
            var problem = more.get(image.label());
            if (problem != null && image.signer().isPresent()) {
                all.add(new Problem(image.label(), problem));
            }
        }
        return new ImageList(images, all, writeBack);
    }

    /// What an entry's own annotations say, and else the Application's.
    private static ImageOptions options(ImageEntry entry, Map<String, String> annotations) {
        var texts = new HashMap<String, String>();
        for (var name : SHARED) {
            texts.put(
                    name,
                    own(entry, annotations, name)
                            .orElse(annotations.getOrDefault(PREFIX + name, "")));
        }
        OWN.forEach(name -> own(entry, annotations, name).ifPresent(it -> texts.put(name, it)));
        var lists = new HashMap<String, List<String>>();
        LISTS.forEach(name -> lists.put(name, list(texts.getOrDefault(name, "")).toList()));
        return new ImageOptions(texts, lists);
    }

    private static Optional<String> own(
            ImageEntry entry, Map<String, String> annotations, String name) {
        return entry.alias().map(it -> annotations.get(PREFIX + ImageEntry.key(it) + "." + name));
    }

    /// What stands between commas.
    private static Stream<String> list(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).filter(it -> !it.isEmpty());
    }

    /// Entries that are read one after another.
    static final class Reading {

        private final List<TrackedImage> images = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();
        private final Set<String> aliases = new HashSet<>();

        /// @param text of the entry, for messages
        void add(String text, Supplier<TrackedImage> entry) {
            try {
                var image = entry.get();
                image.alias().ifPresent(this::requireNew);
                images.add(image);
            } catch (InvalidEntryException
                    | InvalidImageNameException
                    | InvalidConstraintException
                    | InvalidTagFilterException invalid) {
                problems.add(new Problem(text, Objects.requireNonNull(invalid.getMessage())));
            }
        }

        /// The alias is the key of an entry's settings: two entries with one would share them.
        private void requireNew(String alias) {
            if (!aliases.add(ImageEntry.key(alias))) {
                throw new InvalidEntryException("The alias '%s' is used twice".formatted(alias));
            }
        }

        ImageList list(WriteBackSettings writeBack) {
            return new ImageList(images, problems, writeBack);
        }
    }
}
