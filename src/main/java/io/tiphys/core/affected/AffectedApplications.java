package io.tiphys.core.affected;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.RepositoryUrl;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Decides which Applications a push touches. When in doubt, one is touched: a refresh of what has
/// not changed costs little.
public final class AffectedApplications {

    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    private AffectedApplications() {}

    /// @param candidates at least the Applications whose source is the event's repository
    public static List<Refresh> of(GitEvent.Pushed push, Collection<Application> candidates) {
        return candidates.stream()
                .filter(application -> touches(push, application))
                .map(
                        application ->
                                new Refresh(
                                        application.id(),
                                        false,
                                        FetchDemand.including(push.id(), push.after()),
                                        push.id()))
                .toList();
    }

    /// Whether only the files that the push changed can tell if it touches the Application, and the
    /// push does not list them all.
    public static boolean isInDoubt(GitEvent.Pushed push, Application application) {
        return !push.pathsComplete()
                && !declaredPaths(application).isEmpty()
                && isSource(push, application);
    }

    private static boolean touches(GitEvent.Pushed push, Application application) {
        return isSource(push, application) && touchesPaths(push, application);
    }

    private static boolean isSource(GitEvent.Pushed push, Application application) {
        var source = application.source();
        return RepositoryUrl.canonical(source.repoUrl()).equals(push.repository())
                && moves(push, source.targetRevision());
    }

    /// Whether the pushed ref is what the revision names. A commit never moves.
    private static boolean moves(GitEvent.Pushed push, String revision) {
        var ref = push.ref();
        if (revision.equals("HEAD")) {
            return push.defaultBranch().isEmpty() || ref.equals(HEADS + push.defaultBranch());
        }
        return ref.equals(revision) || ref.equals(HEADS + revision) || ref.equals(TAGS + revision);
    }

    private static boolean touchesPaths(GitEvent.Pushed push, Application application) {
        var declared = declaredPaths(application);
        if (declared.isEmpty() || !push.pathsComplete() || push.changedPaths().isEmpty()) {
            return true;
        }
        return declared.stream()
                .map(PathPattern::of)
                .anyMatch(pattern -> push.changedPaths().stream().anyMatch(pattern::covers));
    }

    /// Argo CD's annotation `manifest-generate-paths`: only changes below these paths count. Paths
    /// are separated by semicolons, relative to the source's path unless they start with a slash.
    private static List<String> declaredPaths(Application application) {
        var declared = application.annotations().get(Annotations.MANIFEST_GENERATE_PATHS);
        if (declared == null) {
            return List.of();
        }
        return Arrays.stream(declared.split(";", -1))
                .map(String::strip)
                .filter(rule -> !rule.isEmpty())
                .map(rule -> rule.startsWith("/") ? rule : application.source().path() + "/" + rule)
                .toList();
    }
}
