package io.tiphys.core.event;

import io.tiphys.core.model.RepositoryUrl;
import java.time.Instant;

/// What became of a change to a repository that this service wrote, as an event of CDEvents 0.5.1:
/// a record's value is what that calls one. Keyed by repository.
///
/// A sender that repeats itself repeats the event's id, which tells all that the event does.
public sealed interface ChangeEvent {

    String CDEVENTS = "0.5.1";

    String SOURCE = "/tiphys/changes";

    /// Before a host, where it does not matter how it is reached.
    String AT = "//";

    Context context();

    Subject subject();

    /// Its canonical URL.
    default String repository() {
        return subject().source().substring(AT.length());
    }

    /// What every event of CDEvents says of itself.
    ///
    /// @param specversion of CDEvents
    /// @param type with a version of its own
    /// @param timestamp in RFC 3339
    record Context(String specversion, String id, String source, String type, String timestamp) {}

    /// The change.
    ///
    /// @param id where people look at the request that proposes it; of what is proposed by none,
    ///     the commit
    /// @param source the repository, as a URI without a scheme
    record Subject(String id, String source, Content content) {}

    record Content(Repository repository) {}

    /// @param id its path at the host
    /// @param source the host, as a URI without a scheme
    record Repository(String id, String source) {}

    /// It is proposed.
    record Created(Context context, Subject subject) implements ChangeEvent {}

    /// It is proposed otherwise.
    record Updated(Context context, Subject subject) implements ChangeEvent {}

    /// It is not proposed any more, and was not merged.
    record Abandoned(Context context, Subject subject) implements ChangeEvent {}

    /// It stands in the branch that it was for.
    record Merged(Context context, Subject subject) implements ChangeEvent {}

    /// @param repoUrl in any spelling
    /// @param change as [Subject#id]
    static Created created(String repoUrl, String change, Instant now) {
        return new Created(
                context("created.0.4.0", change + "/created", now), subject(repoUrl, change));
    }

    /// As [#created].
    ///
    /// @param commit of the branch that proposes it
    static Updated updated(String repoUrl, String change, String commit, Instant now) {
        return new Updated(
                context("updated.0.3.0", change + "/updated/" + commit, now),
                subject(repoUrl, change));
    }

    /// As [#created].
    static Abandoned abandoned(String repoUrl, String change, Instant now) {
        return new Abandoned(
                context("abandoned.0.3.0", change + "/abandoned", now), subject(repoUrl, change));
    }

    /// As [#created].
    static Merged merged(String repoUrl, String commit, Instant now) {
        return new Merged(
                context("merged.0.3.0", commit + "/merged", now), subject(repoUrl, commit));
    }

    private static Context context(String type, String id, Instant now) {
        return new Context(CDEVENTS, id, SOURCE, "dev.cdevents.change." + type, now.toString());
    }

    private static Subject subject(String repoUrl, String change) {
        var repository = RepositoryUrl.canonical(repoUrl);
        int slash = repository.indexOf('/');
        var host = slash < 0 ? repository : repository.substring(0, slash);
        return new Subject(
                change,
                AT + repository,
                new Content(new Repository(repository.substring(slash + 1), AT + host)));
    }
}
