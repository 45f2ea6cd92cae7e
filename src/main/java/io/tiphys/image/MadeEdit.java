package io.tiphys.image;

import io.tiphys.core.image.CommitStyle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of a request for a tag: the edits of files, or why there are none.
///
/// @param files with the edits, some of them where it failed
/// @param changes none where it failed
/// @param failure of whatever kind: it must not keep others from their commit
record MadeEdit(
        EditedFiles files, List<CommitStyle.Change> changes, @Nullable RuntimeException failure) {

    /// To be [#checked].
    static MadeEdit of(EditedFiles files, BranchCommits.Request request) {
        try {
            return new MadeEdit(files, changes(files, request), null);
        } catch (RuntimeException failure) {
            return new MadeEdit(files, List.of(), failure);
        }
    }

    /// Whether no more was changed than was meant.
    boolean isSound() {
        return failure != null || checked().failure == null;
    }

    /// The same, or that it failed, as more was changed than was meant.
    MadeEdit checked() {
        if (failure != null) {
            return this;
        }
        try {
            files.check();
            return this;
        } catch (RuntimeException failure) {
            return new MadeEdit(files, List.of(), failure);
        }
    }

    /// @throws io.tiphys.core.image.RefusedEditException if a file cannot be edited
    /// @throws io.tiphys.core.image.UnreadableManifestException if it is no YAML
    static List<CommitStyle.Change> changes(EditedFiles files, BranchCommits.Request request) {
        // It may have been made before, to files of a branch that has moved since.
        request.choice().begin();
        var application = request.application().id();
        return new TargetEdit(files, request.application(), request.image(), request.choice())
                .in(request.target()).stream()
                        .map(
                                it ->
                                        new CommitStyle.Change(
                                                application.namespace(),
                                                application.name(),
                                                request.image().spelled(),
                                                request.image().alias().orElse(""),
                                                it.from(),
                                                it.to()))
                        .toList();
    }
}
