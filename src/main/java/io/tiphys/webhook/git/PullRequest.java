package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEventFaults;

/// What a payload says of a pull request, as
/// [io.tiphys.core.event.GitEvent.PullRequestChanged] has it.
///
/// @param source the repository that it comes from; without an address if that is gone
/// @param head the newest commit, or what its host says instead
record PullRequest(
        long number,
        String action,
        Repository source,
        String sourceBranch,
        String targetBranch,
        String head) {

    /// @param head no commit where the host shortens it: nobody can fetch that
    PullRequest {
        head = GitEventFaults.isCommit(head) ? head : "";
    }
}
