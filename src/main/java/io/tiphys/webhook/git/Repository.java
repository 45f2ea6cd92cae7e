package io.tiphys.webhook.git;

import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.GitEventFaults;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.webhook.MalformedDeliveryException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// A repository as a payload names it, and the events in it.
///
/// Applications may name it by any address that it is cloned from, and for some hosts these differ
/// by more than the transport: a port for SSH, another path. So each event is made once for each.
final class Repository {

    /// No host has more ways to clone a repository.
    private static final int MAX_ADDRESSES = 8;

    private final SequencedSet<String> addresses = new LinkedHashSet<>();
    private final String field;
    private String defaultBranch = "";

    /// @param field what is missing if no address is added
    Repository(String field) {
        this.field = field;
    }

    /// @param url empty if there is none; left out if it names no repository of a host
    void add(String url) {
        var address = url.isBlank() ? "" : RepositoryUrl.canonical(Fields.plainText(field, url));
        if (!GitEventFaults.isRepository(address) || addresses.size() == MAX_ADDRESSES) {
            return;
        }
        if (url.startsWith("http")) {
            addresses.addFirst(address);
        } else {
            addresses.add(address);
        }
    }

    /// @param where the field
    /// @param name short or in full, empty if unknown
    void setDefaultBranch(String where, String name) {
        defaultBranch = name.isBlank() ? "" : Fields.branch(where, name);
    }

    /// A push whose payload lists no files.
    List<GitEvent> pushed(Origin origin, Ref ref) {
        return pushed(origin, ref, List.of(), false);
    }

    /// @param complete whether the paths are all that the push touches, if it is one from a commit
    ///     to another
    List<GitEvent> pushed(Origin origin, Ref ref, List<String> paths, boolean complete) {
        return inEach(
                origin.delivery() + ":" + ref.name(),
                (id, address) ->
                        new GitEvent.Pushed(
                                id,
                                address,
                                ref.name(),
                                ref.before(),
                                ref.after(),
                                paths,
                                complete && ref.isUpdate(),
                                defaultBranch,
                                origin.provider()));
    }

    List<GitEvent> changed(Origin origin, PullRequest request) {
        return inEach(
                origin.delivery() + ":" + request.number(),
                (id, address) ->
                        new GitEvent.PullRequestChanged(
                                id,
                                address,
                                request.number(),
                                request.action(),
                                request.source().best(),
                                request.sourceBranch(),
                                request.targetBranch(),
                                request.head(),
                                origin.provider()));
    }

    /// The one that most call it by, empty if there is none.
    private String best() {
        return addresses.isEmpty() ? "" : addresses.getFirst();
    }

    private interface Making {
        GitEvent event(String id, String address);
    }

    private List<GitEvent> inEach(String id, Making making) {
        if (addresses.isEmpty()) {
            throw MalformedDeliveryException.missing(field);
        }
        return addresses.stream()
                .map(it -> making.event(it.equals(best()) ? id : id + ":" + it, it))
                .toList();
    }
}
