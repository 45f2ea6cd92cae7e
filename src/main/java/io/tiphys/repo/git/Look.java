package io.tiphys.repo.git;

import io.tiphys.repo.Repository.Move;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.jspecify.annotations.Nullable;

/// What a host says of a revision, beside what was known of it.
///
/// @param ref the full ref that it is now; empty if there is none
/// @param commit that the host has there; null if there is none
/// @param branch full name of the branch that the host's `HEAD` stands for; empty if it was not
///     asked for or stands for none
record Look(String revision, RefState known, String ref, @Nullable String commit, String branch) {

    /// @param there the host's refs by their full names
    static Look of(String revision, RefState known, Map<String, Ref> there) {
        var ref =
                candidates(revision, known).stream()
                        .filter(there::containsKey)
                        .findFirst()
                        .orElse("");
        var branch =
                Optional.ofNullable(there.get(Constants.HEAD))
                        .filter(Ref::isSymbolic)
                        .map(head -> head.getTarget().getName())
                        .orElse("");
        return new Look(revision, known, ref, commit(there.get(ref)), branch);
    }

    boolean differs() {
        return !Objects.equals(commit, known.tip());
    }

    RefState seen(@Nullable String tip, long at) {
        return new RefState(ref, tip, at, known.pushes());
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

    /// Which refs a revision may be. What it was comes first; a branch may have become a tag since,
    /// or the other way round.
    static Set<String> candidates(String revision, @Nullable RefState known) {
        var candidates = new LinkedHashSet<String>();
        if (known != null && !known.ref().isEmpty()) {
            candidates.add(known.ref());
        }
        candidates.addAll(candidates(revision));
        return candidates;
    }

    static List<String> candidates(String revision) {
        if (revision.equals(Constants.HEAD) || revision.startsWith("refs/")) {
            return List.of(revision);
        }
        return ObjectId.isId(revision)
                ? List.of(revision)
                : List.of(Constants.R_HEADS + revision, Constants.R_TAGS + revision);
    }

    private static @Nullable String commit(@Nullable Ref ref) {
        if (ref == null) {
            return null;
        }
        var peeled = ref.getPeeledObjectId();
        var id = peeled == null ? ref.getObjectId() : peeled;
        return id == null ? null : id.name();
    }
}
