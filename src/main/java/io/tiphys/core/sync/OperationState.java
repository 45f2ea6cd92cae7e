package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Sources;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A sync, from its beginning to its end, as the Application's `status.operationState` holds it.
/// All that a restart needs to go on with it stands there and in the cluster.
///
/// ```
/// Running ──▶ Succeeded
///    │ ├────▶ Failed      a resource, a hook
///    │ └────▶ Error       what Git declares cannot be had any more
///    ▼
/// Terminating ▶ Failed
/// ```
///
/// @param operation as it was asked for; of an automated sync, as Argo CD would have
/// @param sources that it syncs, whatever the Application's specification says meanwhile
/// @param revisions that it began with, one a source
/// @param results in the order in which they came
/// @param startedAt in whole seconds, different for every operation of an Application
public record OperationState(
        Map<String, Object> operation,
        Sources sources,
        List<String> revisions,
        List<ResourceResult> results,
        OperationPhase phase,
        String message,
        Instant startedAt,
        Optional<Instant> finishedAt,
        long retryCount) {

    private static final String RUNNING = "one or more tasks are running";

    /// @param comparison that the decision rests on
    public static OperationState begin(
            Application application,
            SyncDecision.Sync decision,
            Comparison comparison,
            Instant now) {
        var start = now.truncatedTo(ChronoUnit.SECONDS);
        return new OperationState(
                application
                        .operation()
                        .map(Application.Operation::tree)
                        .orElseGet(() -> automated(application.sources(), decision, comparison)),
                application.sources(),
                decision.revisions(),
                List.of(),
                OperationPhase.RUNNING,
                RUNNING,
                // By their start the hooks of two operations are told apart.
                time(lastState(application), "startedAt")
                        .filter(last -> !last.isBefore(start))
                        .map(last -> last.plusSeconds(1))
                        .orElse(start),
                Optional.empty(),
                retries(application, decision.revisions()));
    }

    /// The newest operation, if the status says enough of it to go on.
    public static Optional<OperationState> of(Application application) {
        var state = lastState(application);
        var result = Json.object(state, "syncResult");
        var revisions =
                Json.array(result, "revisions").isEmpty()
                        ? List.of(Json.string(result, "revision"))
                        : Json.array(result, "revisions").stream().map(String::valueOf).toList();
        var phase = OperationPhase.of(Json.string(state, "phase"));
        var start = time(state, "startedAt");
        if (phase.isEmpty() || start.isEmpty() || revisions.contains("")) {
            return Optional.empty();
        }
        return Optional.of(
                new OperationState(
                        Json.object(state, "operation"),
                        sources(result).orElse(application.sources()),
                        revisions,
                        Json.array(result, "resources").stream()
                                .flatMap(it -> ResourceResult.read(it).stream())
                                .toList(),
                        phase.get(),
                        Json.string(state, "message"),
                        start.get(),
                        time(state, "finishedAt"),
                        Json.number(state, 0, "retryCount")));
    }

    /// The operation that the service is to go on with. One that only tried out is asked for anew.
    public static Optional<OperationState> underWay(Application application) {
        return of(application)
                .filter(it -> !it.phase.isOver() && it.finishedAt.isEmpty())
                .filter(it -> !it.dryRun());
    }

    /// The operation that is asked for, as it begins where nothing is known of its Application yet.
    public static Optional<OperationState> requested(Application application, Instant now) {
        return application
                .operation()
                .map(
                        operation ->
                                begin(
                                        application,
                                        new SyncDecision.Sync(
                                                operation.revisions().isEmpty()
                                                        ? application.sources().all().stream()
                                                                .map(_ -> "")
                                                                .toList()
                                                        : operation.revisions(),
                                                operation.prune(),
                                                SyncDecision.Trigger.REQUESTED,
                                                "requested"),
                                        Comparison.of(List.of(), Map.of()),
                                        now));
    }

    /// Whether the newest operation is to be ended, by its custom resource.
    public static boolean isTerminating(Map<String, Object> application) {
        return Json.string(application, "status", "operationState", "phase")
                .equals(OperationPhase.TERMINATING.wire());
    }

    boolean prune() {
        return Json.bool(operation, "sync", "prune");
    }

    public boolean dryRun() {
        return Json.bool(operation, "sync", "dryRun");
    }

    /// Whether nobody asked for it.
    public boolean automated() {
        return Json.bool(operation, "initiatedBy", "automated");
    }

    /// Whether it is of some resources only: no deployment, and without hooks.
    public boolean partial() {
        return !Json.array(operation, "sync", "resources").isEmpty();
    }

    boolean runsHooks() {
        return !dryRun()
                && !partial()
                && Json.at(operation, "sync", "syncStrategy", "apply") == null;
    }

    boolean selects(ResourceKey key) {
        return !partial()
                || Json.array(operation, "sync", "resources").stream()
                        .anyMatch(it -> names(it, key));
    }

    private static boolean names(Object resource, ResourceKey key) {
        var namespace = Json.string(resource, "namespace");
        return Json.string(resource, "group").equals(key.group())
                && Json.string(resource, "kind").equals(key.kind())
                && Json.string(resource, "name").equals(key.name())
                && (namespace.isEmpty() || namespace.equals(key.namespace()));
    }

    /// What stands in the annotation of a hook that this operation made.
    String run(SyncPhase phase) {
        return startedAt + "/" + phase.wire();
    }

    /// The same with more results; one for the same resource and phase takes the old one's place.
    public OperationState with(Collection<ResourceResult> more) {
        var all = new LinkedHashMap<ResourceResult.Slot, ResourceResult>();
        results.forEach(it -> all.put(it.slot(), it));
        more.forEach(it -> all.put(it.slot(), it));
        return at(List.copyOf(all.values()), phase, message, finishedAt);
    }

    public OperationState waiting(String message) {
        return at(results, phase, message, Optional.empty());
    }

    /// At its end. Hooks that still run are nobody's to wait for any more.
    public OperationState ended(OperationPhase phase, String message, Instant now) {
        return at(
                results.stream()
                        .map(
                                it ->
                                        it.isRunning()
                                                ? it.with(OperationPhase.FAILED, "Terminated")
                                                : it)
                        .toList(),
                phase,
                message,
                Optional.of(now.isBefore(startedAt) ? startedAt : now));
    }

    private OperationState at(
            List<ResourceResult> results,
            OperationPhase phase,
            String message,
            Optional<Instant> finishedAt) {
        return new OperationState(
                operation,
                sources,
                revisions,
                results,
                phase,
                message,
                startedAt,
                finishedAt,
                retryCount);
    }

    private static Map<String, Object> lastState(Application application) {
        return Json.object(application.status().tree(), "operationState");
    }

    private static Optional<Sources> sources(Map<String, Object> result) {
        try {
            return Optional.of(Sources.read(result));
        } catch (InvalidSpecException none) {
            // An older state does not name them.
            return Optional.empty();
        }
    }

    private static Optional<Instant> time(Map<String, Object> state, String name) {
        try {
            return Optional.of(Instant.parse(Json.string(state, name)));
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }

    /// How often these revisions were tried again after a failure.
    private static long retries(Application application, List<String> revisions) {
        return application
                .status()
                .lastOperation()
                .filter(last -> last.failed())
                .filter(last -> last.tried(application.sources(), revisions))
                .map(last -> last.retryCount() + 1)
                .orElse(0L);
    }

    private static Map<String, Object> automated(
            Sources sources, SyncDecision.Sync decision, Comparison comparison) {
        var sync = new LinkedHashMap<String, Object>();
        if (sources.listed()) {
            sync.put("revisions", decision.revisions());
        } else {
            sync.put("revision", decision.revisions().getFirst());
        }
        if (decision.prune()) {
            sync.put("prune", true);
        }
        if (decision.trigger() == SyncDecision.Trigger.SELF_HEAL) {
            sync.put(
                    "resources",
                    comparison.outOfSync().stream().map(it -> selector(it.key())).toList());
        }
        var operation = new LinkedHashMap<String, Object>();
        operation.put("sync", sync);
        operation.put("initiatedBy", Map.of("automated", true));
        operation.put("retry", Map.of("limit", 5));
        return operation;
    }

    private static Map<String, Object> selector(ResourceKey key) {
        var selector = new LinkedHashMap<String, Object>();
        selector.put("group", key.group());
        selector.put("kind", key.kind());
        selector.put("namespace", key.namespace());
        selector.put("name", key.name());
        return selector;
    }
}
