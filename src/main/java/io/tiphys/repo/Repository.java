package io.tiphys.repo;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.core.policy.SourceIntegrity.Verdict;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// One Git repository.
public interface Repository {

    /// The commit that a revision names, fetched if the view that is held is not new enough.
    ///
    /// @return the full commit id, which stays readable for as long as a refresh may take
    /// @throws ManifestFailure if the repository cannot be reached or has no such revision
    String resolve(Revision revision, FetchDemand fetch);

    /// The same of a source whose tags have no prefix.
    ///
    /// @param targetRevision as an Application has it
    default String resolve(String targetRevision, FetchDemand fetch) {
        return resolve(Revision.of(targetRevision, ""), fetch);
    }

    /// Asks the host, by one small question, where revisions stand now, and fetches those that have
    /// moved. Those that have not count as seen anew: a view of them is as new as a fetched one.
    /// Commits' full ids never move and are not asked for; if there is nothing else, nothing is
    /// asked.
    ///
    /// @return what moved since it was last seen, by this service or by one that had its data
    /// @throws ManifestFailure if the repository cannot be read; what moved is found the next time
    List<Move> look(Collection<Revision> revisions);

    /// Whether a commit is signed as it must be, by what is held: nothing is fetched for it.
    ///
    /// @param revision by which the commit was found; of an annotated tag the signature counts
    /// @param commit as [#resolve] gave it
    /// @throws ManifestFailure if the revision has moved on meanwhile, or nothing is known of it
    Verdict verify(Revision revision, String commit, Demand.Signatures demand);

    /// Refuses a commit that is not signed as it must be.
    ///
    /// @param revision by which the commit was found
    /// @throws ManifestFailure that says what is wrong with it
    default void require(Demand demand, Revision revision, String commit) {
        switch (demand) {
            case Demand.Nothing() -> {}
            case Demand.Unmeetable(var reason) -> throw new ManifestFailure(reason);
            case Demand.Signatures signatures -> {
                var problems = verify(revision, commit, signatures).problems();
                if (!problems.isEmpty()) {
                    throw new ManifestFailure(String.join("\n", problems));
                }
            }
        }
    }

    /// What a commit says of itself, by what is held: it is not fetched. Which tags there are, the
    /// host is asked once a minute at most.
    ///
    /// @param commit its id, or 7 and more of its digits
    /// @return empty if no such commit is held, or several are
    Optional<CommitMetadata> metadata(String commit);

    /// The files below a path at a commit, of this repository alone.
    ///
    /// @throws ManifestFailure if the commit has no such folder
    Folder folder(String commit, String path);

    /// The files below a path as a checkout of a commit has them: with those of its submodules,
    /// which are read from their own repositories when somebody looks into them, and with large
    /// files in place of their pointers (Git LFS) if the credential says so.
    ///
    /// @param access what submodules are read with
    /// @throws ManifestFailure if the commit has no such folder, or it is in a submodule that
    ///     cannot be read
    Folder checkout(String commit, String path, Access access);

    /// The files that differ between two commits, relative to the root, as far as the view that is
    /// held knows both.
    ///
    /// @return empty if it does not know one of them, or if more files differ than can be held
    Optional<List<String>> changedPaths(String before, String after);

    /// Commits changed files to the tip of a branch and pushes, again on the new tip if somebody
    /// else was quicker. Nothing is committed if no file changes.
    ///
    /// @param branch short name; `HEAD` is the repository's default branch
    /// @param writing what pushing is done with
    /// @param edit given the path's folder at the tip, what files of it become; asked again on
    ///     another tip
    /// @return the branch's tip, with the change in it
    /// @throws ManifestFailure if it cannot be signed, or the host refuses the push
    Written write(String branch, String path, GitCredential writing, Function<Folder, Change> edit);

    /// Commits to the tip of a branch that paths of it are again what they were, and pushes, again
    /// on the new tip if somebody else was quicker. What lies beside them stays as it is. Nothing
    /// is committed if they are already.
    ///
    /// @param branch short name; `HEAD` is the repository's default branch
    /// @param commits by path from the root, of which commit its folder is to be
    /// @param writing what pushing is done with
    /// @return the branch's tip
    /// @throws ManifestFailure if there is no such folder or commit, it cannot be signed, or the
    ///     host refuses the push
    Written restore(
            String branch,
            Map<String, String> commits,
            GitCredential writing,
            Author author,
            String message);

    /// Branches by which changes of others are proposed.
    ProposalBranches proposals();

    /// @param author as `name <address>`
    /// @param message its first 10,000 characters
    /// @param tags short names of those that lead to it
    record CommitMetadata(
            String commit, String author, Instant date, String message, List<String> tags) {

        public CommitMetadata with(List<String> tags) {
            return new CommitMetadata(commit, author, date, message, tags);
        }
    }

    /// @param ref full name; the branch that it stands for if it is the host's `HEAD`
    /// @param before the commit that it named, all zeros if it is new
    /// @param after the commit that it names now, all zeros if it was deleted
    /// @param defaultBranch short name of the branch that `HEAD` stands for, empty if not known
    record Move(String ref, String before, String after, String defaultBranch) {}

    /// @param files new content by path relative to the folder; empty if nothing is to change
    /// @param branch short name of the branch that is pushed to, where it is not the one that was
    ///     read: it begins there, or goes on where it stands
    /// @param sound asked when the commit is made and before it is pushed. If not, the edit is
    ///     asked for another one
    record Change(
            Map<String, byte[]> files,
            String message,
            Author author,
            Optional<String> branch,
            BooleanSupplier sound) {

        /// One that is known to be sound.
        public Change(
                Map<String, byte[]> files, String message, Author author, Optional<String> branch) {
            this(files, message, author, branch, () -> true);
        }

        /// By the service itself, to the branch that was read.
        public Change(Map<String, byte[]> files, String message) {
            this(files, message, Author.SERVICE, Optional.empty());
        }
    }

    /// Whom commits are by, and how they show it.
    record Author(String name, String mail, CommitSigning signing) {

        public static final Author SERVICE =
                new Author("tiphys", "noreply@tiphys.invalid", new CommitSigning.Unsigned());
    }

    /// @param commit the branch's tip
    /// @param changed whether a commit was made
    record Written(String commit, boolean changed) {}
}
