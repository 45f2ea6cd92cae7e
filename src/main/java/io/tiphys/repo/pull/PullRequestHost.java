package io.tiphys.repo.pull;

import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequestDraft;
import java.util.List;

/// One repository's requests, at its host. Everything may fail with a [ManifestFailure] that says
/// what the host says.
public interface PullRequestHost extends AutoCloseable {

    /// Requests of a branch of the repository itself, newest first: open ones and some that are not
    /// any more.
    ///
    /// @param head short name of the branch
    List<PullRequest> of(String head);

    /// @param base short name of the branch that it is to be merged into
    /// @return where people look at it
    String open(String head, String base, PullRequestDraft draft);

    /// Has it say something else, where it does.
    void update(PullRequest request, PullRequestDraft draft);

    /// Closes it without merging it.
    ///
    /// @param body that it says then
    void close(PullRequest request, String body);

    @Override
    void close();
}
