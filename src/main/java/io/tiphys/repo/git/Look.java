package io.tiphys.repo.git;

import io.tiphys.core.model.Revision;
import io.tiphys.repo.Repository.Move;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/// What a host says of a revision, beside what was known of it.
///
/// @param ref the full ref that it is now, or the commit's id; empty if there is none
/// @param commit that the host has there; null if there is none
/// @param tag the annotated tag by which it does; null if there is none
/// @param stillThere whether the host has the ref that it was
/// @param branch full name of the branch that the host's `HEAD` stands for; empty if it was not
///     asked for or stands for none
record Look(
        Revision revision,
        RefState known,
        String ref,
        @Nullable String commit,
        @Nullable String tag,
        boolean stillThere,
        String branch) {

    /// @param there the host's refs by their full names
    static Look of(Revision revision, RefState known, Map<String, Ref> there) {
        var ref =
                revision.newest(there.keySet())
                        .or(
                                () ->
                                        candidates(revision).stream()
                                                .filter(there::containsKey)
                                                .findFirst())
                        .orElse("");
        if (ref.isEmpty() && ObjectId.isId(known.ref())) {
            // A short id that is no name still means the commit that it was.
            return new Look(revision, known, known.ref(), known.tip(), null, true, "");
        }
        var branch =
                Optional.ofNullable(there.get(Constants.HEAD))
                        .filter(Ref::isSymbolic)
                        .map(head -> head.getTarget().getName())
                        .orElse("");
        return new Look(
                revision,
                known,
                ref,
                commit(there.get(ref)),
                tag(there.get(ref)),
                there.containsKey(known.ref()),
                branch);
    }

    /// The same for what is no ref but a commit's id.
    Look at(String id) {
        return new Look(revision, known, id, id, null, stillThere, branch);
    }

    boolean differs() {
        return !Objects.equals(commit, known.tip()) || !Objects.equals(tag, known.tag());
    }

    RefState seen(@Nullable String tip, @Nullable String tag, long at) {
        return new RefState(ref, tip, tag, at, known.pushes());
    }

    /// @param tip where the revision is now that the commit is there: the ref may have moved on
    Optional<Move> move(@Nullable String tip) {
        if (Objects.equals(tip, known.tip())) {
            return Optional.empty();
        }
        var name = ref.isEmpty() ? known.ref() : ref;
        return Optional.of(
                new Move(
                        name.equals(Constants.HEAD) && !branch.isEmpty() ? branch : name,
                        known.commit(),
                        tip == null ? RefState.NOWHERE : tip,
                        branch.startsWith(Constants.R_HEADS)
                                ? branch.substring(Constants.R_HEADS.length())
                                : ""));
    }

    /// The ref that the revision was before, if the host no longer has it; empty otherwise.
    String gone() {
        return ref.equals(known.ref()) || stillThere || ObjectId.isId(known.ref())
                ? ""
                : known.ref();
    }

    /// Which refs a name may be, a branch before a tag.
    static List<String> candidates(Revision revision) {
        var name = revision.name();
        if (!isName(name)) {
            return List.of();
        }
        return name.equals(Constants.HEAD)
                        || name.startsWith(Constants.R_REFS)
                        || ObjectId.isId(name)
                ? List.of(name)
                : List.of(Constants.R_HEADS + name, Constants.R_TAGS + name);
    }

    /// How the tags begin that a constraint chooses from; none if no tag can begin so.
    static Stream<String> beginnings(Revision revision) {
        return revision.tags().stream()
                .filter(tags -> isName(tags.prefix() + "0"))
                .map(tags -> Constants.R_TAGS + tags.prefix());
    }

    /// By Git's own rules, which keep wildcards and colons out of what the host is asked for.
    private static boolean isName(String revision) {
        return Repository.isValidRefName(Constants.R_HEADS + revision);
    }

    /// A tag that was made anew for the same commit may be signed otherwise.
    private static @Nullable String tag(@Nullable Ref ref) {
        var id = ref == null || ref.getPeeledObjectId() == null ? null : ref.getObjectId();
        return id == null ? null : id.name();
    }

    static @Nullable String commit(@Nullable Ref ref) {
        if (ref == null) {
            return null;
        }
        var peeled = ref.getPeeledObjectId();
        var id = peeled == null ? ref.getObjectId() : peeled;
        return id == null ? null : id.name();
    }
}
