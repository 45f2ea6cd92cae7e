package io.tiphys.repo.git;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import io.tiphys.repo.Repository.Written;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/// Commits to the tip of a branch and pushes, again on the new tip if somebody else was quicker.
/// For whoever holds the mirror's exchange with its host.
final class BranchWriter {

    static final int MAX_ATTEMPTS = 10;

    private final GitMirror mirror;
    private final FollowedRevisions followed;

    BranchWriter(GitMirror mirror, FollowedRevisions followed) {
        this.mirror = mirror;
        this.followed = followed;
    }

    /// As [io.tiphys.repo.Repository#write].
    ///
    /// @throws IOException if the mirror is damaged
    Written write(String name, String path, GitCredential writing, Function<Folder, Change> edit)
            throws IOException {
        var branch = Revision.named(name);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            var tip = mirror.resolve(branch, FetchDemand.NEWEST);
            var held = mirror.held();
            var ref = ref(branch, held);
            var change = edit.apply(mirror.folder(tip, path));
            if (change.files().isEmpty()) {
                return new Written(tip, false);
            }
            if (change.branch().isPresent()) {
                var written = writeElsewhere(held, tip, path, change, writing, edit);
                if (written.isPresent()) {
                    return written.get();
                }
                continue;
            }
            var commit = commit(held, tip, path, change);
            var written =
                    change.sound().getAsBoolean()
                            ? publish(held, ref, tip, commit, writing)
                            : Optional.<Written>empty();
            if (written.isPresent()) {
                return written.get();
            }
        }
        throw tooFast(branch);
    }

    /// As [io.tiphys.repo.Repository#restore].
    ///
    /// @throws IOException if the mirror is damaged
    Written restore(
            String name,
            Map<String, String> commits,
            GitCredential writing,
            Author author,
            String message)
            throws IOException {
        var branch = Revision.named(name);
        var then = new HashMap<String, ObjectId>();
        for (var path : commits.keySet()) {
            var commit = mirror.resolve(Revision.named(commits.get(path)), FetchDemand.ANY);
            // Says so if it was no folder.
            var _ = mirror.folder(commit, path);
            then.put(Folder.cleanPath(path), ObjectId.fromString(commit));
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            var tip = mirror.resolve(branch, FetchDemand.NEWEST);
            var held = mirror.held();
            var ref = ref(branch, held);
            var commit =
                    new TreeEdit(held.files().repository())
                            .restore(
                                    ObjectId.fromString(tip), then, signing(held, author), message);
            if (commit.isEmpty()) {
                return new Written(tip, false);
            }
            var written = publish(held, ref, tip, commit.get(), writing);
            if (written.isPresent()) {
                return written.get();
            }
        }
        throw tooFast(branch);
    }

    String ref(Revision branch, Held held) {
        var ref = followed.state(branch).ref();
        if (!isBranch(ref)) {
            throw new ManifestFailure(
                    "Nothing can be written to '%s' of %s: it is no branch"
                            .formatted(branch.name(), held.shown()));
        }
        return ref;
    }

    /// @return empty if somebody else was quicker
    private Optional<Written> publish(
            Held held, String ref, String tip, ObjectId commit, GitCredential writing)
            throws IOException {
        if (held.remote().makesCommits()) {
            var made = held.remote().make(ref, tip, commit, writing);
            if (made.isPresent()) {
                // It is another commit than ours, and more may have come meanwhile.
                var stands = mirror.resolve(Revision.named(ref), FetchDemand.NEWEST);
                followed.written(ref, stands);
            }
            return made.map(it -> new Written(it, true));
        }
        if (!held.remote().push(ref, tip, commit, writing)) {
            return Optional.empty();
        }
        held.files().point(ref, commit);
        followed.written(ref, commit.name());
        return Optional.of(new Written(commit.name(), true));
    }

    ManifestFailure tooFast(Revision branch) {
        return new ManifestFailure(
                "The branch %s of %s moves faster than a commit can be pushed"
                        .formatted(branch.name(), mirror.held().shown()));
    }

    /// On a branch that is there the edit is made anew, so that nothing of it is lost.
    ///
    /// @return empty if somebody else was quicker
    private Optional<Written> writeElsewhere(
            Held held,
            String tip,
            String path,
            Change begun,
            GitCredential writing,
            Function<Folder, Change> edit)
            throws IOException {
        var name = begun.branch().orElseThrow();
        var ref = Constants.R_HEADS + name;
        if (!Repository.isValidRefName(ref)) {
            throw new ManifestFailure("'%s' cannot be the name of a branch".formatted(name));
        }
        if (!held.remote().refs(List.of(ref), List.of()).containsKey(ref)) {
            var commit = commit(held, tip, path, begun);
            if (!begun.sound().getAsBoolean()) {
                return Optional.empty();
            }
            boolean makes = held.remote().makesCommits();
            var first = makes ? ObjectId.fromString(tip) : commit;
            if (!held.remote().push(ref, ObjectId.zeroId().name(), first, writing)) {
                return Optional.empty();
            }
            return makes
                    ? publish(held, ref, tip, commit, writing)
                    : Optional.of(new Written(commit.name(), true));
        }
        var stands = mirror.resolve(Revision.named(ref), FetchDemand.NEWEST);
        var change = edit.apply(mirror.folder(stands, path));
        if (change.files().isEmpty()) {
            return Optional.of(new Written(stands, false));
        }
        var commit = commit(held, stands, path, change);
        return change.sound().getAsBoolean()
                ? publish(held, ref, stands, commit, writing)
                : Optional.empty();
    }

    static ObjectId commit(Held held, String tip, String path, Change change) throws IOException {
        var ours =
                new Change(
                        change.files(),
                        change.message(),
                        signing(held, change.author()),
                        change.branch());
        return new TreeEdit(held.files().repository())
                .commit(ObjectId.fromString(tip), Folder.cleanPath(path), ours);
    }

    /// What the host is to make is not signed here.
    private static Author signing(Held held, Author author) {
        return held.remote().makesCommits()
                ? new Author(author.name(), author.mail(), new CommitSigning.Unsigned())
                : author;
    }

    private static boolean isBranch(String ref) {
        return ref.equals(Constants.HEAD) || ref.startsWith(Constants.R_HEADS);
    }
}
