package io.tiphys.repo;

import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Repository.Change;
import io.tiphys.repo.Repository.Written;
import java.util.Optional;
import java.util.function.Function;

/// Branches of a repository by which changes of other branches are proposed.
public interface ProposalBranches {

    /// Writes a branch that proposes a change of another one, as one commit on the newest tip of
    /// that, in place of what it proposed before. Nothing is pushed if it proposes the same
    /// already, or if there is nothing to propose. A branch that holds anybody else's commit is
    /// left as it is.
    ///
    /// @param base short name; `HEAD` is the repository's default branch
    /// @param head short name of the branch that is written, which is nobody else's
    /// @param writing what pushing is done with
    /// @param edit given how things stand, what files of the base become; asked again if somebody
    ///     else was quicker
    /// @throws ManifestFailure if the branch is somebody else's, or the host refuses the push
    Proposed propose(
            String base, String head, GitCredential writing, Function<Standing, Change> edit);

    /// Pushes a change of a branch to where people review it: to `refs/for/`, behind which stands
    /// its name. Nothing is pushed if no file changes.
    ///
    /// @param branch short name; `HEAD` is the repository's default branch
    /// @return the commit that is to be reviewed, not changed if the host has it already
    /// @throws ManifestFailure if the host refuses the push
    Written review(String branch, GitCredential writing, Function<Folder, Change> edit);

    /// Deletes a branch, unless it is not at that commit any more.
    ///
    /// @param head short name
    /// @throws ManifestFailure if the host refuses it
    void delete(String head, String commit, GitCredential writing);

    /// What an edit of a proposal starts from.
    ///
    /// @param base its root at the newest tip
    /// @param before what was proposed before; empty if nothing was, or if it is somebody else's
    record Standing(Folder base, Optional<Before> before) {}

    /// @param fork the root of the commit that was to be changed
    /// @param head the same with the change
    record Before(Folder fork, Folder head) {}

    /// @param base short name of the branch that is to be changed
    /// @param commit the tip of our branch; empty if there is none, or if it is somebody else's
    /// @param proposes whether there is something to propose
    /// @param changed whether it was pushed
    record Proposed(String base, String commit, boolean proposes, boolean changed) {}
}
