package io.tiphys.core.affected;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The Applications of one repository, kept so that a push finds those that it touches without a
/// look at the others: what it costs follows from the push and from those. When in doubt, one is
/// touched: a refresh of what has not changed costs little.
public final class AffectedApplications {

    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    private final Map<Revision, Followers> byRevision = new HashMap<>();

    /// An Application that a push may touch, and the revision by which it follows what was pushed.
    public record Doubt(ApplicationId application, Revision revision) {}

    /// @param source one of the Application's, in this repository
    public synchronized void add(Application application, Source source) {
        byRevision
                .computeIfAbsent(source.revision(), _ -> new Followers())
                .add(application.id(), DeclaredPaths.of(application, source));
    }

    /// To be called for each of an Application's sources.
    ///
    /// @param application as it was added
    public synchronized void remove(Application application, Source source) {
        byRevision.computeIfPresent(
                source.revision(),
                (_, followers) -> {
                    followers.remove(application.id(), DeclaredPaths.of(application, source));
                    return followers.isEmpty() ? null : followers;
                });
    }

    public synchronized boolean isEmpty() {
        return byRevision.isEmpty();
    }

    public synchronized Set<ApplicationId> all() {
        var all = new HashSet<ApplicationId>();
        byRevision.values().forEach(followers -> all.addAll(followers.all()));
        return all;
    }

    /// What to ask of those that the push touches, but for those of whom one is [#inDoubt].
    public synchronized List<Refresh> refreshes(GitEvent.Pushed push) {
        var touched = new HashSet<ApplicationId>();
        following(push)
                .forEach(
                        followers -> {
                            touched.addAll(followers.undeclared());
                            if (push.pathsComplete()) {
                                touched.addAll(declared(followers, push));
                            }
                        });
        admitting(push).forEach(followers -> touched.addAll(followers.all()));
        return refreshes(push, touched);
    }

    /// One of those of whom only the files that the push changed can tell whether it touches them,
    /// where the push does not list them all.
    public synchronized Optional<Doubt> inDoubt(GitEvent.Pushed push) {
        return push.pathsComplete()
                ? Optional.empty()
                : byRevision.entrySet().stream()
                        .filter(it -> moves(push, it.getKey().name()))
                        .flatMap(
                                it ->
                                        it.getValue().declaring().stream()
                                                .map(id -> new Doubt(id, it.getKey())))
                        .findFirst();
    }

    /// What to ask of those who were in doubt, when the files are known as well as they can be: all
    /// of them if the push still does not list all files.
    public synchronized List<Refresh> refreshesOfDoubtful(GitEvent.Pushed push) {
        var touched = new HashSet<ApplicationId>();
        following(push).forEach(followers -> touched.addAll(declared(followers, push)));
        return refreshes(push, touched);
    }

    private static Collection<ApplicationId> declared(Followers followers, GitEvent.Pushed push) {
        return push.pathsComplete() && !push.changedPaths().isEmpty()
                ? followers.of(push.changedPaths())
                : followers.declaring();
    }

    private static List<Refresh> refreshes(GitEvent.Pushed push, Set<ApplicationId> touched) {
        var fetch = FetchDemand.including(push.repository(), push.id(), push.after());
        return touched.stream().map(id -> new Refresh(id, false, fetch, push.id())).toList();
    }

    private Stream<Followers> following(GitEvent.Pushed push) {
        return followers(revision -> moves(push, revision.name()));
    }

    /// Those whose constraint allows the tag. What the push changed does not tell what changes for
    /// them: they come from another tag.
    private Stream<Followers> admitting(GitEvent.Pushed push) {
        return followers(revision -> revision.admits(push.ref()));
    }

    private Stream<Followers> followers(Predicate<Revision> of) {
        return byRevision.entrySet().stream()
                .filter(it -> of.test(it.getKey()))
                .map(Map.Entry::getValue);
    }

    /// Whether the pushed ref is what a revision names. A commit never moves.
    ///
    /// @param name branch, tag, commit, full ref name or `HEAD`
    public static boolean moves(GitEvent.Pushed push, String name) {
        var ref = push.ref();
        if (name.equals("HEAD")) {
            return push.defaultBranch().isEmpty() || ref.equals(HEADS + push.defaultBranch());
        }
        return ref.equals(name) || ref.equals(HEADS + name) || ref.equals(TAGS + name);
    }
}
