package io.tiphys.core.image;

import java.util.Set;

/// A request to merge one branch into another, as its host has it: a pull request, a merge request.
///
/// @param id by which the host knows it
/// @param base short name of the branch that it is to be merged into
/// @param labels by their names
/// @param merges whether the host merges it by itself, as far as it tells
/// @param url where people look at it
public record PullRequest(
        String id,
        State state,
        String base,
        String title,
        String body,
        Set<String> labels,
        boolean merges,
        String url) {

    public enum State {
        OPEN,

        /// Without being merged.
        CLOSED,
        MERGED
    }

    public PullRequest {
        labels = Set.copyOf(labels);
    }
}
