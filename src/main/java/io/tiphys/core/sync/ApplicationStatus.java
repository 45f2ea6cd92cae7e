package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.SyncStatus;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.sync.TargetResources.Warning;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Writes an Application's `status` in Argo CD's shape, from what was found and done.
public final class ApplicationStatus {

    private static final List<String> OURS =
            List.of(
                    "ComparisonError",
                    "InvalidSpecError",
                    "SyncError",
                    "UnknownError",
                    "ExcludedResourceWarning",
                    "RepeatedResourceWarning",
                    "SharedResourceWarning",
                    "SyncOptionWarning",
                    "VaryingManifestsWarning",
                    "IgnoreDifferencesWarning",
                    "SelfHealWarning",
                    "DependencyWarning",
                    "ImageUpdateWarning",
                    "OrphanedResourceWarning",
                    "SyncWindowWarning");

    private static final String DELETION_ERROR = "DeletionError";
    private static final String DELETION_WARNING = "DeletionWarning";

    private ApplicationStatus() {}

    /// The status after a comparison, and after what was done of a sync if there is one.
    ///
    /// @param health of the comparison that was made after the sync
    public static Map<String, Object> compared(
            Application application,
            ApplicationHealth health,
            TargetState target,
            List<Warning> warnings,
            Optional<OperationState> operation,
            Instant now) {
        var comparison = health.comparison();
        var old = application.status().tree();
        var status = new LinkedHashMap<>(old);
        var conditions = new ArrayList<>(warnings);
        var options = new SyncOptions(application.syncOptions());
        if (comparison.status() == SyncStatus.OUT_OF_SYNC) {
            operation
                    .filter(sync -> sync.phase().isFailure())
                    .flatMap(it -> AutoSync.failure(application, it.revisions(), it.message()))
                    .ifPresent(conditions::add);
            operation
                    .filter(sync -> !sync.phase().isOver())
                    .ifPresent(_ -> keep("SyncError", old, conditions));
        }
        status.put("health", health(old, health.overall(), now));
        status.put(
                "resources",
                comparison.resources().stream().map(it -> resource(it, health, options)).toList());
        status.put("summary", summary(comparison));
        types(status, application.sources(), target);
        conditions(status, old, conditions, now);
        operation.ifPresent(
                sync -> {
                    status.put("operationState", operationState(sync, application));
                    history(status, application, sync);
                });
        boolean otherwiseInSync =
                comparison.status() == SyncStatus.SYNCED
                        && application.hasOtherNamespaceMetadata(status);
        status.put(
                "sync",
                sync(
                        application,
                        otherwiseInSync ? SyncStatus.OUT_OF_SYNC : comparison.status(),
                        target.revisions()));
        status.put("reconciledAt", seconds(now));
        return status;
    }

    /// The status when target and live could not be compared. What was known of the resources
    /// stays: it is still what runs.
    ///
    /// @param reasons why, with the types of conditions, such as `ComparisonError`
    public static Map<String, Object> failed(
            Map<String, Object> old, List<Warning> reasons, Instant now) {
        var status = new LinkedHashMap<>(old);
        var sync = new LinkedHashMap<>(Json.object(old, "sync"));
        sync.put("status", SyncStatus.UNKNOWN.wire());
        status.put("sync", sync);
        if (Json.object(old, "health").isEmpty()) {
            status.put("health", health(old, Health.of(Health.Status.UNKNOWN), now));
        }
        conditions(status, old, reasons, now);
        status.put("reconciledAt", seconds(now));
        return status;
    }

    /// What is to be written when its cluster is out of reach: how its resources do is not known
    /// either.
    public static Map<String, Object> unreachable(
            Map<String, Object> old, List<Warning> reasons, Instant now) {
        var status = failed(old, reasons, now);
        status.put("health", health(old, Health.of(Health.Status.UNKNOWN), now));
        return status;
    }

    /// The status of one that is being deleted, with all else as it was.
    ///
    /// @param message on what it waits
    public static Map<String, Object> leaving(
            Map<String, Object> old, String message, Instant now) {
        return leaving(old, new Warning(DELETION_WARNING, message), now);
    }

    /// The same of one that cannot go.
    public static Map<String, Object> notLeaving(
            Map<String, Object> old, String message, Instant now) {
        return leaving(old, new Warning(DELETION_ERROR, message), now);
    }

    private static Map<String, Object> leaving(
            Map<String, Object> old, Warning warning, Instant now) {
        var status = new LinkedHashMap<>(old);
        conditions(status, old, List.of(DELETION_ERROR, DELETION_WARNING), List.of(warning), now);
        return status;
    }

    /// The same of an operation that this ended as well.
    public static Map<String, Object> ended(Map<String, Object> status, OperationState operation) {
        return Json.with(status, operationState(operation), "operationState");
    }

    private static Map<String, Object> sync(
            Application application, SyncStatus status, List<String> revisions) {
        var comparedTo = new LinkedHashMap<String, Object>();
        sources(comparedTo, application.sources());
        comparedTo.put("destination", destination(application));
        var sync = new LinkedHashMap<String, Object>();
        sync.put("status", status.wire());
        revisions(sync, application.sources(), revisions);
        sync.put("comparedTo", comparedTo);
        return sync;
    }

    private static void types(Map<String, Object> status, Sources sources, TargetState target) {
        var types =
                target.origins().stream()
                        .map(it -> it.type().map(Source.Type::wire).orElse(""))
                        .toList();
        status.remove(sources.listed() ? "sourceType" : "sourceTypes");
        oneOrAll(status, sources, "sourceType", "sourceTypes", types);
    }

    private static void sources(Map<String, Object> into, Sources sources) {
        oneOrAll(into, sources, "source", "sources", sources.trees());
    }

    private static void revisions(
            Map<String, Object> into, Sources sources, List<String> revisions) {
        oneOrAll(into, sources, "revision", "revisions", revisions);
    }

    private static void oneOrAll(
            Map<String, Object> into, Sources sources, String one, String all, List<?> values) {
        into.put(sources.listed() ? all : one, sources.listed() ? values : values.getFirst());
    }

    private static Map<String, Object> destination(Application application) {
        var destination = new LinkedHashMap<String, Object>();
        putUnlessEmpty(destination, "server", application.destination().server());
        putUnlessEmpty(destination, "name", application.destination().name());
        putUnlessEmpty(destination, "namespace", application.destination().namespace());
        return destination;
    }

    private static Map<String, Object> health(Map<String, Object> old, Health health, Instant now) {
        var status = new LinkedHashMap<String, Object>();
        status.put("status", health.status().wire());
        putUnlessEmpty(status, "message", health.message());
        boolean same = Json.string(old, "health", "status").equals(health.status().wire());
        var since = Json.string(old, "health", "lastTransitionTime");
        status.put("lastTransitionTime", same && !since.isEmpty() ? since : seconds(now));
        return status;
    }

    private static Map<String, Object> resource(
            Comparison.Resource resource, ApplicationHealth healths, SyncOptions options) {
        var key = resource.key();
        var status = new LinkedHashMap<String, Object>();
        putUnlessEmpty(status, "group", key.group());
        status.put("version", resource.type().version());
        status.put("kind", key.kind());
        putUnlessEmpty(status, "namespace", key.namespace());
        status.put("name", key.name());
        status.put("status", resource.status().wire());
        var health = healths.resources().get(key);
        if (health != null) {
            var wire = new LinkedHashMap<String, Object>();
            wire.put("status", health.status().wire());
            putUnlessEmpty(wire, "message", health.message());
            status.put("health", wire);
        }
        if (resource.requiresPruning() && resource.status() == SyncStatus.OUT_OF_SYNC) {
            status.put("requiresPruning", true);
        }
        boolean asks =
                Stream.concat(
                                resource.target().stream().map(Manifest::annotations),
                                resource.live().stream().map(LiveResource::annotations))
                        .anyMatch(it -> Approval.isNeededToDelete(it, options));
        if (asks) {
            status.put("requiresDeletionConfirmation", true);
        }
        return status;
    }

    private static Map<String, Object> summary(Comparison comparison) {
        var images = new TreeSet<String>();
        for (var resource : comparison.resources()) {
            resource.live()
                    .map(LiveResource::object)
                    .or(() -> resource.target().map(Manifest::object))
                    .ifPresent(object -> images(Json.object(object, "spec"), images));
        }
        return images.isEmpty() ? Map.of() : Map.of("images", List.copyOf(images));
    }

    /// The images of a Pod's specification, wherever the object holds one.
    private static void images(Map<String, Object> spec, Set<String> images) {
        for (var list : List.of("containers", "initContainers")) {
            for (var container : Json.array(spec, list)) {
                var image = Json.string(container, "image");
                if (!image.isEmpty()) {
                    images.add(image);
                }
            }
        }
        for (var below : List.of("template", "jobTemplate")) {
            var next = Json.object(spec, below, "spec");
            if (!next.isEmpty()) {
                images(next, images);
            }
        }
    }

    /// Replaces the conditions that a comparison decides; those of others stay.
    private static void conditions(
            Map<String, Object> status,
            Map<String, Object> old,
            List<Warning> warnings,
            Instant now) {
        conditions(status, old, OURS, warnings, now);
    }

    private static void conditions(
            Map<String, Object> status,
            Map<String, Object> old,
            List<String> replaced,
            List<Warning> warnings,
            Instant now) {
        var conditions = new ArrayList<Object>();
        for (var condition : Json.array(old, "conditions")) {
            if (!replaced.contains(Json.string(condition, "type"))) {
                conditions.add(condition);
            }
        }
        for (var warning : warnings) {
            conditions.add(
                    Json.array(old, "conditions").stream()
                            .filter(
                                    known ->
                                            Json.string(known, "type").equals(warning.type())
                                                    && Json.string(known, "message")
                                                            .equals(warning.message()))
                            .findFirst()
                            .orElseGet(() -> condition(warning, now)));
        }
        if (conditions.isEmpty()) {
            status.remove("conditions");
        } else {
            status.put("conditions", conditions);
        }
    }

    private static Map<String, Object> condition(Warning warning, Instant now) {
        var condition = new LinkedHashMap<String, Object>();
        condition.put("type", warning.type());
        condition.put("message", warning.message());
        condition.put("lastTransitionTime", seconds(now));
        return condition;
    }

    private static void keep(String type, Map<String, Object> old, List<Warning> conditions) {
        for (var condition : Json.array(old, "conditions")) {
            if (Json.string(condition, "type").equals(type)) {
                conditions.add(new Warning(type, Json.string(condition, "message")));
            }
        }
    }

    private static Map<String, Object> operationState(
            OperationState operation, Application application) {
        var state = operationState(operation);
        boolean given = !operation.dryRun() && !operation.phase().isFailure();
        var metadata = application.namespaceMetadata().filter(_ -> given);
        return metadata.isEmpty()
                ? state
                : Json.with(state, metadata.get().tree(), "syncResult", "managedNamespaceMetadata");
    }

    private static Map<String, Object> operationState(OperationState operation) {
        var result = new LinkedHashMap<String, Object>();
        revisions(result, operation.sources(), operation.revisions());
        sources(result, operation.sources());
        result.put("resources", operation.results().stream().map(ResourceResult::tree).toList());
        var state = new LinkedHashMap<String, Object>();
        state.put("operation", operation.operation());
        state.put("phase", operation.phase().wire());
        state.put("message", operation.message());
        state.put("syncResult", result);
        state.put("startedAt", seconds(operation.startedAt()));
        operation.finishedAt().ifPresent(it -> state.put("finishedAt", seconds(it)));
        if (operation.retryCount() > 0) {
            state.put("retryCount", operation.retryCount());
        }
        return state;
    }

    /// Deployments are remembered. A sync of some resources only, as healing is, is none, and a dry
    /// run neither.
    private static void history(
            Map<String, Object> status, Application application, OperationState operation) {
        if (operation.phase() != OperationPhase.SUCCEEDED
                || operation.dryRun()
                || operation.partial()) {
            return;
        }
        var history = new ArrayList<>(Json.array(application.status().tree(), "history"));
        long id = history.isEmpty() ? 0 : Json.number(history.getLast(), history.size(), "id") + 1;
        var entry = new LinkedHashMap<String, Object>();
        entry.put("id", id);
        revisions(entry, operation.sources(), operation.revisions());
        sources(entry, operation.sources());
        entry.put("deployStartedAt", seconds(operation.startedAt()));
        operation.finishedAt().ifPresent(it -> entry.put("deployedAt", seconds(it)));
        entry.put("initiatedBy", Json.object(operation.operation(), "initiatedBy"));
        history.add(entry);
        int limit = Math.max(0, application.historyLimit());
        status.put(
                "history",
                List.copyOf(history.subList(Math.max(0, history.size() - limit), history.size())));
    }

    private static void putUnlessEmpty(Map<String, Object> map, String key, String value) {
        if (!value.isEmpty()) {
            map.put(key, value);
        }
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
