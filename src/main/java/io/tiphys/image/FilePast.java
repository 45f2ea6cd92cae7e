package io.tiphys.image;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static java.util.stream.Collectors.toUnmodifiableMap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Interner;
import io.tiphys.core.image.ImageName;
import io.tiphys.core.image.ManifestEdit;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.TakenBack.By;
import io.tiphys.core.image.TakenBack.Naming;
import io.tiphys.core.image.UnreadableManifestException;
import io.tiphys.image.TargetEdit.Edit;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What a file named an image by along its branch's history, read by the same edit that would
/// change it. A text is read once for that: of a file that is asked for again and again, what is
/// new.
final class FilePast {

    /// Of what is known, at about twice what it mostly takes: thirty versions of each of fifteen
    /// hundred files that name three images.
    private static final long MAX_BYTES = 32L << 20;

    private static final int BYTES_OF_TEXT = 300;

    /// Half of what one takes that no other text names.
    private static final int BYTES_OF_TAG = 150;

    /// By which tags texts name images; empty where one cannot be edited. Equal ids are equal
    /// texts, wherever they are. Fewer than all that one commit edits would be of no use: each
    /// would be read anew with every new tag.
    private static final Cache<Text, Optional<Map<String, Set<NamedTag>>>> KNOWN =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher(
                            (Text _, Optional<Map<String, Set<NamedTag>>> known) ->
                                    BYTES_OF_TEXT
                                            + BYTES_OF_TAG
                                                    * known.orElse(Map.of()).values().stream()
                                                            .mapToInt(Set::size)
                                                            .sum())
                    .build();

    /// Versions of a file differ in little: what they have in common is held once.
    private static final Interner<String> REPOSITORIES = Interner.newWeakInterner();

    private static final Interner<Set<NamedTag>> TAGS = Interner.newWeakInterner();
    private static final Interner<Edit> EDITS = Interner.newWeakInterner();

    /// @param id as a version of a file has it
    /// @param by empty for all that containers name, which is read at once: of one file, one image
    ///     after another is asked for
    private record Text(String id, Optional<Edit> by) {}

    private FilePast() {}

    /// @param optional whether it says something that there is no such file. Otherwise, one that
    ///     was deleted and made again has no past before that
    /// @return newest first; versions that the edit cannot read are left out
    static List<Naming> of(EditedFiles files, String path, boolean optional, Edit edit) {
        var namings = new ArrayList<Naming>();
        var versions = files.versions(path);
        for (var version : versions) {
            if (!version.isFile() && !optional) {
                break;
            }
            boolean newest = version.equals(versions.getFirst());
            var text = newest ? files.unedited(path) : Optional.<String>empty();
            tags(version, edit, () -> text.orElseGet(() -> files.text(path, version)))
                    .map(it -> new Naming(it, new By(version.commit(), version.author())))
                    .ifPresent(namings::add);
        }
        return namings;
    }

    private static Optional<Set<NamedTag>> tags(
            Folder.Version version, Edit edit, Supplier<String> text) {
        var by =
                edit instanceof Edit.Containers
                        ? Optional.<Edit>empty()
                        : Optional.of(EDITS.intern(edit));
        try {
            return KNOWN.get(new Text(version.id(), by), _ -> tags(text.get(), edit))
                    .map(it -> it.getOrDefault(image(edit), Set.of()));
        } catch (RefusedEditException | ManifestFailure unreadable) {
            // Nobody has to mend what was.
            return Optional.empty();
        }
    }

    /// Of all that a text was read for.
    private static String image(Edit edit) {
        return edit instanceof Edit.Containers(_, var repository) ? repository : "";
    }

    private static Optional<Map<String, Set<NamedTag>>> tags(String text, Edit edit) {
        try {
            return Optional.of(
                    edit instanceof Edit.Containers
                            ? shared(
                                    ManifestEdit.images(text).stream()
                                            .collect(
                                                    groupingBy(
                                                            ImageName::canonicalRepository,
                                                            mapping(NamedTag::of, toSet()))))
                            : shared(Map.of(image(edit), edit.tags(text))));
        } catch (RefusedEditException | UnreadableManifestException uneditable) {
            return Optional.empty();
        }
    }

    private static Map<String, Set<NamedTag>> shared(Map<String, Set<NamedTag>> tags) {
        return tags.entrySet().stream()
                .collect(
                        toUnmodifiableMap(
                                it -> REPOSITORIES.intern(it.getKey()),
                                it -> TAGS.intern(Set.copyOf(it.getValue()))));
    }
}
