package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.Application.Operation;
import io.tiphys.core.model.SyncPolicy.Automated;
import io.tiphys.core.model.SyncPolicy.Manual;
import io.tiphys.core.model.SyncStatus;
import io.tiphys.core.sync.SyncDecision.Reason;
import io.tiphys.core.sync.SyncDecision.Rest;
import io.tiphys.core.sync.SyncDecision.Sync;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.SyncDecision.Wait;
import io.tiphys.core.sync.TargetResources.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Decides whether an Application is synced, as Argo CD's automated sync does, except that
/// self-heal acts at once and backs off only when something undoes it again and again.
public final class AutoSync {

    /// So many heals within a minute are a person trying things out; more are a fight.
    private static final int HEALS_AT_ONCE = 5;

    private static final Duration FIRST_HEAL_DELAY = Duration.ofSeconds(2);
    private static final Duration LAST_HEAL_DELAY = Duration.ofMinutes(5);

    private AutoSync() {}

    /// @param revisions the commits that were compared, one a source
    /// @param recentHeals how often the Application was healed within the last minute
    public static SyncDecision decide(
            Application application,
            Comparison comparison,
            List<String> revisions,
            int recentHeals,
            Instant now) {
        if (application.operation().isPresent()) {
            return requested(application.operation().get(), revisions);
        }
        if (comparison.status() == SyncStatus.SYNCED) {
            return new Rest(Reason.IN_SYNC);
        }
        return switch (application.syncPolicy()) {
            case Manual() ->
                    new Rest(
                            Reason.MANUAL_POLICY,
                            application
                                    .status()
                                    .lastOperation()
                                    .filter(LastOperation::failed)
                                    .flatMap(it -> failure(application, it.revisions(), it.message())));
            case Automated policy ->
                    automated(application, policy, comparison, revisions, recentHeals, now);
        };
    }

    private static Sync requested(Operation operation, List<String> revisions) {
        return new Sync(revisions, operation.prune(), Trigger.REQUESTED, "requested");
    }

    private static SyncDecision automated(
            Application application,
            Automated policy,
            Comparison comparison,
            List<String> revisions,
            int recentHeals,
            Instant now) {
        if (policy.prune() && !policy.allowEmpty() && targetsNothing(comparison)) {
            return new Rest(
                    Reason.WOULD_PRUNE_EVERYTHING,
                    error(
                            "Skipping sync attempt to %s: auto-sync will wipe out all resources"
                                    .formatted(inGo(revisions))));
        }
        // What may not be pruned, or is being deleted already, would be "healed" for ever.
        if (!SyncPlan.writes(comparison, policy.prune())) {
            return new Rest(Reason.ONLY_PRUNING_NEEDED);
        }
        var last = application.status().lastOperation();
        if (last.isEmpty() || !last.get().tried(application.sources(), revisions)) {
            return new Sync(revisions, policy.prune(), Trigger.NEW_REVISION, "new revision");
        }
        if (last.get().failed()) {
            return new Rest(
                    Reason.FAILED_BEFORE,
                    failure(application, last.get().revisions(), last.get().message()));
        }
        if (!last.get().succeeded()) {
            return new Sync(revisions, policy.prune(), Trigger.NEW_REVISION, "interrupted before");
        }
        if (!policy.selfHeal()) {
            return new Rest(Reason.SELF_HEAL_OFF);
        }
        if (recentHeals > HEALS_AT_ONCE) {
            return new Wait(
                    Reason.BACKING_OFF,
                    doubled(FIRST_HEAL_DELAY, recentHeals - HEALS_AT_ONCE, LAST_HEAL_DELAY));
        }
        return new Sync(revisions, policy.prune(), Trigger.SELF_HEAL, "self-heal");
    }

    /// What a failed sync says of itself for as long as what it failed on is out of sync. Where
    /// nothing more is tried by itself, in Argo CD's words.
    static Optional<Warning> failure(
            Application application, List<String> revisions, String message) {
        return switch (application.syncPolicy()) {
            case Manual() -> error(message);
            case Automated _ ->
                    error("Failed last sync attempt to %s: %s".formatted(inGo(revisions), message));
        };
    }

    /// As Go prints a list, and Argo CD with it.
    private static String inGo(List<String> revisions) {
        return "[" + String.join(" ", revisions) + "]";
    }

    private static Optional<Warning> error(String message) {
        return Optional.of(new Warning("SyncError", message));
    }

    private static boolean targetsNothing(Comparison comparison) {
        return comparison.resources().stream().allMatch(Comparison.Resource::requiresPruning);
    }

    private static Duration doubled(Duration first, long times, Duration limit) {
        var delay = first.multipliedBy(1L << Math.min(times, 20));
        return delay.compareTo(limit) > 0 ? limit : delay;
    }
}
