package io.tiphys.image;

import io.tiphys.core.image.FileEdit;
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
import java.util.function.BiFunction;

/// What a file named an image by along its branch's history, read by the same edit that would
/// change it.
final class FilePast {

    private FilePast() {}

    /// @param optional whether it says something that there is no such file. Otherwise, one that
    ///     was deleted and made again has no past before that
    /// @return newest first; versions that the edit cannot read are left out
    static List<Naming> of(
            EditedFiles files,
            String path,
            boolean optional,
            BiFunction<String, FileEdit.Choice, FileEdit> edit) {
        var namings = new ArrayList<Naming>();
        for (var version : files.versions(path)) {
            if (version.file().isEmpty() && !optional) {
                break;
            }
            naming(files, path, version, edit).ifPresent(namings::add);
        }
        return namings;
    }

    private static Optional<Naming> naming(
            EditedFiles files,
            String path,
            Folder.Version version,
            BiFunction<String, FileEdit.Choice, FileEdit> edit) {
        var tags = new HashSet<NamedTag>();
        try {
            var _ =
                    edit.apply(
                            files.text(path, version),
                            named -> {
                                tags.add(named);
                                return Optional.empty();
                            });
            return Optional.of(new Naming(tags, new By(version.commit(), version.author())));
        } catch (RefusedEditException | UnreadableManifestException | ManifestFailure unreadable) {
            // Nobody has to mend what was.
            return Optional.empty();
        }
    }
}
