package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.SyncStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Which Applications must be in sync and healthy before another is synced: those that its
/// annotation `tiphys.io/depends-on` names, `other` or `namespace/other`, with commas between them.
///
/// Applications are custom resources here, so that one whose specification is wrong is seen as
/// well.
public final class Dependencies {

    /// An Application names at most so many: more are a mistake.
    public static final int MAX = 32;

    /// A circle that is longer is not looked for.
    private static final int MAX_SEARCHED = 1_000;

    private Dependencies() {}

    /// Whom an Application names, at most [#MAX] and one more.
    public static List<ApplicationId> of(ApplicationId application, Map<String, Object> tree) {
        var names = Json.string(tree, "metadata", "annotations", Annotations.DEPENDS_ON);
        return Arrays.stream(names.split(",", -1))
                .map(String::strip)
                .filter(it -> !it.isEmpty())
                .distinct()
                .limit(MAX + 1L)
                .map(it -> id(it, application.namespace()))
                .toList();
    }

    private static ApplicationId id(String name, String namespace) {
        int slash = name.indexOf('/');
        return slash < 0
                ? new ApplicationId(namespace, name)
                : new ApplicationId(name.substring(0, slash), name.substring(slash + 1));
    }

    /// Whether others may go on: it is in sync and healthy, and nothing is being done to it.
    public static boolean isReady(Map<String, Object> tree) {
        return syncStatus(tree).equals(SyncStatus.SYNCED.wire())
                && health(tree).equals(Health.Status.HEALTHY.wire())
                && !isSyncing(tree);
    }

    /// Why an Application may not be synced yet, for its author; empty if it may.
    ///
    /// @param find the Application of a name
    public static Optional<String> hindrance(
            ApplicationId application,
            Function<ApplicationId, Optional<Map<String, Object>>> find) {
        var named = find.apply(application).map(it -> of(application, it)).orElse(List.of());
        if (named.size() > MAX) {
            return Optional.of(
                    "%s names more than %d Applications".formatted(Annotations.DEPENDS_ON, MAX));
        }
        var circle = circle(application, find);
        if (!circle.isEmpty()) {
            return Optional.of(
                    "It depends on itself: "
                            + circle.stream()
                                    .map(ApplicationId::toString)
                                    .collect(Collectors.joining(" → ")));
        }
        var waits = named.stream().flatMap(it -> wait(it, find.apply(it)).stream()).toList();
        return waits.isEmpty()
                ? Optional.empty()
                : Optional.of("Waiting for " + String.join(", ", waits));
    }

    private static Optional<String> wait(ApplicationId id, Optional<Map<String, Object>> found) {
        if (found.isEmpty()) {
            return Optional.of(id + " (there is none)");
        }
        var tree = found.get();
        return isReady(tree)
                ? Optional.empty()
                : Optional.of(
                        "%s (%s, %s%s)"
                                .formatted(
                                        id,
                                        known(syncStatus(tree)),
                                        known(health(tree)),
                                        isSyncing(tree) ? ", syncing" : ""));
    }

    private static String known(String status) {
        return status.isEmpty() ? "Unknown" : status;
    }

    private static String syncStatus(Map<String, Object> tree) {
        return Json.string(tree, "status", "sync", "status");
    }

    private static String health(Map<String, Object> tree) {
        return Json.string(tree, "status", "health", "status");
    }

    private static boolean isSyncing(Map<String, Object> tree) {
        return OperationPhase.of(Json.string(tree, "status", "operationState", "phase"))
                .filter(it -> !it.isOver())
                .isPresent();
    }

    /// The way from an Application back to it; empty if there is none.
    private static List<ApplicationId> circle(
            ApplicationId application,
            Function<ApplicationId, Optional<Map<String, Object>>> find) {
        var way = new ArrayList<ApplicationId>();
        return leadsTo(application, application, find, new HashSet<>(), way) ? way : List.of();
    }

    private static boolean leadsTo(
            ApplicationId goal,
            ApplicationId from,
            Function<ApplicationId, Optional<Map<String, Object>>> find,
            Set<ApplicationId> seen,
            List<ApplicationId> way) {
        way.add(from);
        for (var next : find.apply(from).map(it -> of(from, it)).orElse(List.of())) {
            if (next.equals(goal)) {
                way.add(goal);
                return true;
            }
            if (seen.size() < MAX_SEARCHED
                    && seen.add(next)
                    && leadsTo(goal, next, find, seen, way)) {
                return true;
            }
        }
        way.removeLast();
        return false;
    }
}
