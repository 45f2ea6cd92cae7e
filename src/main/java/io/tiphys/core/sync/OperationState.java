package io.tiphys.core.sync;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.SyncPolicy;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A sync, from its beginning to its end, as the Application's `status.operationState` holds it.
/// All that a restart needs to go on with it stands there and in the cluster.
///
/// ```
/// Running ──▶ Succeeded
///  ▲ │ ├────▶ Failed      a resource, a hook
///  │ │ └────▶ Error       what Git declares cannot be had any more
///  │ ▼
///  │ Terminating ▶ Failed
///  └─ Running, with an end: it failed and waits for its next try
/// ```
///
/// @param operation as it was asked for; of an automated sync, as Argo CD would have
/// @param sources that it syncs, whatever the Application's specification says meanwhile
/// @param revisions that it began with, one a source
/// @param results in the order in which they came
/// @param startedAt in whole seconds, different for every operation of an Application
/// @param finishedAt the end, or of one that is tried again that of the last try
/// @param retryCount tries beside the first, the one that is waited for among them
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

    public static OperationState begin(
            Application application, SyncDecision.Sync decision, Instant now) {
        var start = now.truncatedTo(ChronoUnit.SECONDS);
        return new OperationState(
                application
                        .operation()
                        .map(Application.Operation::tree)
                        .orElseGet(() -> automated(application, decision)),
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
                0);
    }

    /// What the hooks of an Application's deletion are run in. Of no source, and never written.
    ///
    /// @param revision for their names
    static OperationState ofDeletion(Instant since, String revision) {
        return new OperationState(
                Map.of(),
                new Sources(List.of(), false),
                List.of(revision),
                List.of(),
                OperationPhase.RUNNING,
                RUNNING,
                since,
                Optional.empty(),
                0);
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
        return OperationPhase.of(Json.string(lastState(application), "phase"))
                .filter(it -> !it.isOver())
                .flatMap(_ -> of(application))
                .filter(it -> !it.isEndedTooLate() && !it.dryRun());
    }

    /// Somebody asked for the end of one that had ended: it had not failed with a try to come.
    private boolean isEndedTooLate() {
        return phase == OperationPhase.TERMINATING
                && finishedAt.isPresent()
                && (retryCount == 0 || results.stream().noneMatch(ResourceResult::isFailure));
    }

    /// Whether a try failed and the next is still to come. Argo CD marks it so.
    public boolean awaitsRetry() {
        return phase == OperationPhase.RUNNING && finishedAt.isPresent();
    }

    /// When the next try is due, of one that waits for it.
    public Instant retryAt() {
        return Retry.of(operation).due(finishedAt.orElseThrow(), Math.max(0, retryCount - 1));
    }

    /// Whether it was made of the same.
    public boolean isOf(Sources sources, List<String> revisions) {
        return this.sources.equals(sources) && this.revisions.equals(revisions);
    }

    /// Whether its next try is to be made with the newest revisions.
    public boolean refreshes() {
        return Retry.of(operation).refresh();
    }

    /// The next try, from its beginning.
    public OperationState again() {
        boolean newest = refreshes();
        return new OperationState(
                operation,
                sources,
                newest ? List.of() : revisions,
                List.of(),
                phase,
                "Retrying operation%s. Attempt #%d"
                        .formatted(newest ? " with latest revisions" : "", retryCount),
                startedAt,
                Optional.empty(),
                retryCount);
    }

    /// The same at the revisions that were found, should it have asked for the newest.
    public OperationState at(List<String> found) {
        return revisions.isEmpty() ? with(found, results, phase, message, finishedAt) : this;
    }

    /// The operation that is asked for, as it begins where nothing is known of its Application yet.
    public static Optional<OperationState> requested(Application application, Instant now) {
        var none = Collections.nCopies(application.sources().all().size(), "");
        return application
                .operation()
                .map(it -> AutoSync.requested(it, it.revisions().isEmpty() ? none : it.revisions()))
                .map(it -> begin(application, it, now));
    }

    /// Whether the newest operation is to be ended, by its custom resource.
    public static boolean isTerminating(Map<String, Object> application) {
        return Json.string(application, "status", "operationState", "phase")
                .equals(OperationPhase.TERMINATING.wire());
    }

    boolean prune() {
        return Json.bool(operation, "sync", "prune");
    }

    /// How many heals at this revision this is the last of, as Argo CD counts them.
    long healAttempts() {
        return Json.number(operation, 0, "sync", "autoHealAttemptsCount");
    }

    public boolean dryRun() {
        return Json.bool(operation, "sync", "dryRun");
    }

    /// The options that it names, else the Application's.
    public SyncOptions options(Application application) {
        var own = Json.array(operation, "sync", "syncOptions");
        return new SyncOptions(
                own.isEmpty()
                        ? application.syncOptions()
                        : own.stream()
                                .map(String::valueOf)
                                .collect(Collectors.toUnmodifiableSet()));
    }

    /// Whether what cannot be changed may be deleted and made anew.
    public boolean force() {
        return Json.bool(operation, "sync", "syncStrategy", "apply", "force")
                || Json.bool(operation, "sync", "syncStrategy", "hook", "force");
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
        return run() + phase.wire();
    }

    /// With which that begins, of every hook that this try made.
    String run() {
        return startedAt + (attempt() == 0 ? "" : "#" + attempt()) + "/";
    }

    /// The try that the results are of: 0 for the first.
    long attempt() {
        return awaitsRetry() ? Math.max(0, retryCount - 1) : retryCount;
    }

    /// The same with more results; one for the same resource and phase takes the old one's place.
    public OperationState with(Collection<ResourceResult> more) {
        var all = new LinkedHashMap<ResourceResult.Slot, ResourceResult>();
        results.forEach(it -> all.put(it.slot(), it));
        more.forEach(it -> all.put(it.slot(), it));
        return with(revisions, List.copyOf(all.values()), phase, message, finishedAt);
    }

    public OperationState waiting(String message) {
        return with(revisions, results, phase, message, Optional.empty());
    }

    /// At its end. Hooks that still run are nobody's to wait for any more.
    public OperationState ended(OperationPhase phase, String message, Instant now) {
        return with(
                revisions,
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

    /// After its end: one that failed waits for its next try, if there is to be one.
    public OperationState orRetried() {
        return Retry.after(this);
    }

    OperationState saying(String message) {
        return with(revisions, results, phase, message, finishedAt);
    }

    OperationState in(OperationPhase phase) {
        return with(revisions, results, phase, message, finishedAt);
    }

    OperationState toBeRetried(String message) {
        return new OperationState(
                operation,
                sources,
                revisions,
                results,
                OperationPhase.RUNNING,
                message,
                startedAt,
                finishedAt,
                retryCount + 1);
    }

    private OperationState with(
            List<String> revisions,
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
        var text = Json.string(state, name);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> automated(
            Application application, SyncDecision.Sync decision) {
        var sync = new LinkedHashMap<String, Object>();
        if (application.sources().listed()) {
            sync.put("revisions", decision.revisions());
        } else {
            sync.put("revision", decision.revisions().getFirst());
        }
        if (decision.prune()) {
            sync.put("prune", true);
        }
        if (decision.trigger() == SyncDecision.Trigger.SELF_HEAL) {
            sync.put("resources", decision.heals().stream().map(OperationState::selector).toList());
            sync.put(
                    "autoHealAttemptsCount",
                    1 + of(application).map(it -> it.healAttempts()).orElse(0L));
        }
        var operation = new LinkedHashMap<String, Object>();
        operation.put("sync", sync);
        operation.put("initiatedBy", Map.of("automated", true));
        operation.put("retry", retry(application.syncPolicy()));
        return operation;
    }

    private static Map<String, Object> retry(SyncPolicy policy) {
        return switch (policy) {
            case SyncPolicy.Automated automated -> automated.retry();
            case SyncPolicy.Manual() -> Map.of();
        };
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
