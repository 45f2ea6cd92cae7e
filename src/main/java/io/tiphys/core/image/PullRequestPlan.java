package io.tiphys.core.image;

import io.tiphys.core.image.PullRequest.State;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is to become of the one request that a branch of proposals has.
public sealed interface PullRequestPlan {

    record Open(PullRequestDraft draft) implements PullRequestPlan {}

    /// Says the same request anew, in place.
    record Update(PullRequest request, PullRequestDraft draft) implements PullRequestPlan {}

    /// Nothing of it is left to be done.
    record Close(PullRequest request) implements PullRequestPlan {}

    /// @param reason in words
    record Nothing(String reason) implements PullRequestPlan {}

    /// @param base short name of the branch that is to be changed
    /// @param wanted empty if there is nothing to propose: the base holds it all
    /// @param known requests of the same branch, newest first
    static PullRequestPlan of(
            String base, Optional<PullRequestDraft> wanted, List<PullRequest> known) {
        var open =
                known.stream()
                        .filter(it -> it.state() == State.OPEN && it.base().equals(base))
                        .findFirst();
        if (wanted.isEmpty()) {
            return open.<PullRequestPlan>map(Close::new)
                    .orElseGet(() -> new Nothing("nothing is proposed, and nothing is open"));
        }
        var draft = wanted.get();
        if (open.isPresent()) {
            return says(open.get(), draft)
                    ? new Nothing(open.get().url() + " says so already")
                    : new Update(open.get(), draft);
        }
        return restraint(PullRequestDraft.items(draft.body()), known)
                .<PullRequestPlan>map(Nothing::new)
                .orElseGet(() -> new Open(draft));
    }

    /// Why nothing of that is proposed again: the last request was closed by somebody who did not
    /// want it, and there is no tag that it did not have.
    ///
    /// @param items as [PullRequestDraft#items] has them
    /// @param known requests of the same branch, newest first
    static Optional<String> restraint(Collection<String> items, List<PullRequest> known) {
        return known.stream()
                .findFirst()
                .filter(it -> it.state() == State.CLOSED)
                .filter(it -> PullRequestDraft.items(it.body()).containsAll(items))
                .map(
                        it ->
                                it.url()
                                        + " was closed, which holds its tags until there are newer"
                                        + " ones");
    }

    private static boolean says(PullRequest request, PullRequestDraft draft) {
        return plain(request.title()).equals(plain(draft.title()))
                && plain(request.body()).equals(plain(draft.body()))
                && request.labels().containsAll(draft.labels())
                && (request.merges() || !draft.merges());
    }

    /// As hosts may give it back.
    private static String plain(String text) {
        return text.replace("\r\n", "\n").strip();
    }

    /// What a request lacks of the labels that it is to have.
    static Set<String> missing(PullRequest request, PullRequestDraft draft) {
        var missing = new LinkedHashSet<>(draft.labels());
        missing.removeAll(request.labels());
        return missing;
    }
}
