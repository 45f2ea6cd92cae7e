package io.tiphys.repo.git;

import io.tiphys.core.model.Revision;
import io.tiphys.repo.ManifestFailure;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Ref;

/// The two sides of a mirror: what lies on the disk, and the host.
///
/// @param history of what lies on the disk
record Held(MirrorFiles files, Packs packs, GitRemote remote, FileHistory history) {

    /// What the host has of all that revisions may be, in one question.
    Map<String, Ref> ask(List<Revision> revisions) {
        return remote.refs(
                revisions.stream().flatMap(it -> Look.candidates(it).stream()).toList(),
                revisions.stream().flatMap(Look::beginnings).distinct().toList());
    }

    ManifestFailure noSuchRevision(Revision revision) {
        var name = revision.name();
        return new ManifestFailure(
                revision.tags()
                        .map(
                                tags ->
                                        "The repository %s has no tag '%sVERSION' that the constraint '%s' allows, and no branch or tag of that name"
                                                .formatted(shown(), tags.prefix(), name))
                        .orElseGet(
                                () ->
                                        "The repository %s has no branch, tag or commit '%s'"
                                                .formatted(shown(), name)));
    }

    /// The repository's address, for messages.
    String shown() {
        return remote.shown();
    }
}
