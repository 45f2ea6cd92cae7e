package io.tiphys.api;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.store.ApplicationStore.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the `operation` of a custom resource out of what a caller asks, as Argo CD's server does,
/// and refuses with its words what that refuses.
final class OperationRequest {

    private OperationRequest() {}

    /// @param asked a `ApplicationSyncRequest`
    static Map<String, Object> sync(Entry.Valid entry, Map<String, Object> asked) {
        var application = entry.application();
        boolean dryRun = Json.bool(asked, "dryRun");
        if (!Json.array(asked, "manifests").isEmpty() && isAutomated(application) && !dryRun) {
            throw Problem.FAILED_PRECONDITION.because(
                    "cannot use local sync when Automatic Sync Policy is enabled unless for dry"
                            + " run");
        }
        var sync = new LinkedHashMap<String, Object>();
        if (application.sources().listed()) {
            var revisions = revisions(application, asked);
            requireOwn(application, revisions, dryRun);
            if (revisions.stream().anyMatch(it -> !it.isEmpty())) {
                sync.put("revisions", revisions);
            }
        } else {
            var revision = Json.string(asked, "revision");
            requireOwn(application, List.of(revision), dryRun);
            if (!revision.isEmpty()) {
                sync.put("revision", revision);
            }
        }
        if (Json.bool(asked, "prune")) {
            sync.put("prune", true);
        }
        if (dryRun) {
            sync.put("dryRun", true);
        }
        put(sync, "syncOptions", Json.at(asked, "syncOptions", "items"));
        put(sync, "syncStrategy", asked.get("strategy"));
        put(sync, "resources", asked.get("resources"));
        put(sync, "manifests", asked.get("manifests"));
        var operation = operation(sync);
        put(operation, "info", asked.get("infos"));
        var retry = Json.object(asked, "retryStrategy");
        put(
                operation,
                "retry",
                retry.isEmpty() ? Json.at(entry.tree(), "spec", "syncPolicy", "retry") : retry);
        return operation;
    }

    /// @param asked a `ApplicationRollbackRequest`: which deployment of the history is to be there
    ///     again
    static Map<String, Object> rollback(Entry.Valid entry, Map<String, Object> asked) {
        var application = entry.application();
        if (isAutomated(application)) {
            throw Problem.FAILED_PRECONDITION.because(
                    "rollback cannot be initiated when auto-sync is enabled");
        }
        var deployment = deployment(application, asked);
        if (Json.object(deployment, "source").isEmpty()
                && Json.array(deployment, "sources").isEmpty()) {
            throw Problem.FAILED_PRECONDITION.because(
                    "The history does not say of what deployment %s was: sync to its revision"
                            .formatted(id(asked)));
        }
        var sync = new LinkedHashMap<String, Object>();
        for (var name : List.of("revision", "revisions", "source", "sources")) {
            put(sync, name, Json.at(deployment, name));
        }
        if (Json.bool(asked, "prune")) {
            sync.put("prune", true);
        }
        if (Json.bool(asked, "dryRun")) {
            sync.put("dryRun", true);
        }
        sync.put("syncStrategy", Map.of("apply", Map.of()));
        return operation(sync);
    }

    /// The entry of the history that is asked for.
    static Map<String, Object> deployment(Application application, Map<String, Object> asked) {
        var id = id(asked);
        return Json.array(application.status().tree(), "history").stream()
                .map(Json::object)
                .filter(it -> String.valueOf(Json.number(it, -1, "id")).equals(id))
                .findFirst()
                .orElseThrow(
                        () ->
                                Problem.INVALID_ARGUMENT.because(
                                        "application %s does not have deployment with id %s"
                                                .formatted(application.id(), id)));
    }

    /// Numbers of 64 bits are strings in the JSON of gRPC, and may be numbers.
    static String id(Map<String, Object> asked) {
        return String.valueOf(asked.getOrDefault("id", "0"));
    }

    private static Map<String, Object> operation(Map<String, Object> sync) {
        var operation = new LinkedHashMap<String, Object>();
        operation.put("sync", sync);
        // Nobody says who they are while there is no authentication.
        operation.put("initiatedBy", Map.of());
        return operation;
    }

    /// Of several sources some are named, by their places from 1.
    private static List<String> revisions(Application application, Map<String, Object> asked) {
        int count = application.sources().all().size();
        var revisions = new ArrayList<>(Collections.nCopies(count, ""));
        var named = Json.array(asked, "revisions");
        var places = Json.array(asked, "sourcePositions");
        if (named.size() != places.size()) {
            throw Problem.INVALID_ARGUMENT.because(
                    "source positions and revisions must be of the same number");
        }
        for (int i = 0; i < places.size(); i++) {
            long place = number(places.get(i));
            if (place < 1 || place > count) {
                throw Problem.INVALID_ARGUMENT.because("source position is out of range");
            }
            revisions.set((int) place - 1, String.valueOf(named.get(i)));
        }
        return revisions;
    }

    private static long number(Object value) {
        try {
            return Long.parseLong(String.valueOf(value));
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private static void requireOwn(
            Application application, List<String> revisions, boolean dryRun) {
        if (!isAutomated(application) || dryRun) {
            return;
        }
        var sources = application.sources().all();
        for (int i = 0; i < revisions.size(); i++) {
            var own = own(sources.get(i));
            if (!revisions.get(i).isEmpty() && !revisions.get(i).equals(own)) {
                throw Problem.FAILED_PRECONDITION.because(
                        "Cannot sync%s to %s: auto-sync currently set to %s"
                                .formatted(
                                        application.sources().listed()
                                                ? " source " + sources.get(i).repoUrl()
                                                : "",
                                        revisions.get(i),
                                        own));
            }
        }
    }

    private static String own(Source source) {
        return source.targetRevision().isEmpty() ? "HEAD" : source.targetRevision();
    }

    private static boolean isAutomated(Application application) {
        return application.syncPolicy() instanceof SyncPolicy.Automated;
    }

    private static void put(Map<String, Object> into, String name, @Nullable Object value) {
        boolean nothing =
                value == null
                        || value.equals("")
                        || value.equals(List.of())
                        || value.equals(Map.of());
        if (!nothing) {
            into.put(name, value);
        }
    }
}
