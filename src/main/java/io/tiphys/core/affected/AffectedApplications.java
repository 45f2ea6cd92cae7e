package io.tiphys.core.affected;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.RepositoryUrl;
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

    private static boolean touches(GitEvent.Pushed push, Application application) {
        var source = application.source();
        return RepositoryUrl.canonical(source.repoUrl()).equals(push.repository())
                && moves(push, source.targetRevision())
                && touchesPaths(push, application);
    }

    /// Whether the pushed ref is what the revision names. A commit never moves.
    private static boolean moves(GitEvent.Pushed push, String revision) {
        var ref = push.ref();
        if (revision.equals("HEAD")) {
            return push.defaultBranch().isEmpty() || ref.equals(HEADS + push.defaultBranch());
        }
        return ref.equals(revision) || ref.equals(HEADS + revision) || ref.equals(TAGS + revision);
    }

    /// Argo CD's annotation `manifest-generate-paths`: only changes below these paths count. Paths
    /// are separated by semicolons, relative to the source's path unless they start with a slash.
    private static boolean touchesPaths(GitEvent.Pushed push, Application application) {
        var declared = application.annotations().get(Annotations.MANIFEST_GENERATE_PATHS);
        if (declared == null || declared.replace(";", "").isBlank()) {
            return true;
        }
        if (!push.pathsComplete() || push.changedPaths().isEmpty()) {
            return true;
        }
        for (var path : declared.split(";", -1)) {
            var rule = path.strip();
            if (rule.isEmpty()) {
                continue;
            }
            var pattern =
                    PathPattern.of(
                            rule.startsWith("/") ? rule : application.source().path() + "/" + rule);
            if (push.changedPaths().stream().anyMatch(pattern::covers)) {
                return true;
            }
        }
        return false;
    }
}
