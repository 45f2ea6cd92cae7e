package io.tiphys.image;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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

/// What a file named an image by along its branch's history, read by the same edit that would
/// change it. A text is read once for that: of a file that is asked for again and again, what is
/// new.
final class FilePast {

    /// Tags, of a few hundred bytes each.
    private static final int MOST_KNOWN = 50_000;

    /// By which tags texts name images; empty where one cannot be edited. Equal ids are equal
    /// texts, wherever they are.
    private static final Cache<Text, Optional<Map<String, Set<NamedTag>>>> KNOWN =
            Caffeine.newBuilder()
                    .maximumWeight(MOST_KNOWN)
                    .weigher(
                            (Text _, Optional<Map<String, Set<NamedTag>>> known) ->
                                    1
                                            + known.orElse(Map.of()).values().stream()
                                                    .mapToInt(Set::size)
                                                    .sum())
                    .build();

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
        for (var version : files.versions(path)) {
            if (!version.isFile() && !optional) {
                break;
            }
            tags(files, path, version, edit)
                    .map(it -> new Naming(it, new By(version.commit(), version.author())))
                    .ifPresent(namings::add);
        }
        return namings;
    }

    private static Optional<Set<NamedTag>> tags(
            EditedFiles files, String path, Folder.Version version, Edit edit) {
        var by = Optional.of(edit).filter(it -> !(it instanceof Edit.Containers));
        try {
            return KNOWN.get(new Text(version.id(), by), _ -> tags(files.text(path, version), edit))
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
                            ? ManifestEdit.images(text).stream()
                                    .collect(
                                            groupingBy(
                                                    ImageName::canonicalRepository,
                                                    mapping(NamedTag::of, toSet())))
                            : Map.of(image(edit), edit.tags(text)));
        } catch (RefusedEditException | UnreadableManifestException uneditable) {
            return Optional.empty();
        }
    }
}
