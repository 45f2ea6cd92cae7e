package io.tiphys.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.TakenBack.By;
import io.tiphys.core.image.TakenBack.Naming;
import io.tiphys.core.image.UnreadableManifestException;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a file named an image by along its branch's history, read by the same edit that would
/// change it. A text is read once for that: of a file that is asked for again and again, what is
/// new.
final class FilePast {

    /// Each takes a few hundred bytes.
    private static final int MOST_KNOWN = 50_000;

    /// By which tags texts name an image; empty where one cannot be edited. Equal ids are equal
    /// texts, wherever they are.
    private static final Cache<Text, Optional<Set<NamedTag>>> KNOWN =
            Caffeine.newBuilder().maximumSize(MOST_KNOWN).build();

    /// @param id of the object that it is; empty if there is no file
    private record Text(String id, TargetEdit.Edit by) {}

    private FilePast() {}

    /// @param optional whether it says something that there is no such file. Otherwise, one that
    ///     was deleted and made again has no past before that
    /// @return newest first; versions that the edit cannot read are left out
    static List<Naming> of(EditedFiles files, String path, boolean optional, TargetEdit.Edit edit) {
        var namings = new ArrayList<Naming>();
        for (var version : files.versions(path)) {
            if (version.file().isEmpty() && !optional) {
                break;
            }
            tags(files, path, version, edit)
                    .map(it -> new Naming(it, new By(version.commit(), version.author())))
                    .ifPresent(namings::add);
        }
        return namings;
    }

    private static Optional<Set<NamedTag>> tags(
            EditedFiles files, String path, Folder.Version version, TargetEdit.Edit edit) {
        try {
            return KNOWN.get(
                    new Text(version.file().map(Folder.Entry::objectId).orElse(""), edit),
                    _ -> tags(files.text(path, version), edit));
        } catch (RefusedEditException | ManifestFailure unreadable) {
            // Nobody has to mend what was.
            return Optional.empty();
        }
    }

    private static Optional<Set<NamedTag>> tags(String text, TargetEdit.Edit edit) {
        var tags = new HashSet<NamedTag>();
        try {
            var _ =
                    edit.apply(
                            text,
                            named -> {
                                tags.add(named);
                                return Optional.empty();
                            });
            return Optional.of(Set.copyOf(tags));
        } catch (RefusedEditException | UnreadableManifestException uneditable) {
            return Optional.empty();
        }
    }
}
