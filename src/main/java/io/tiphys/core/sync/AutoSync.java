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
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/// Decides whether an Application is synced, as Argo CD's automated sync does, except that
/// self-heal acts at once and backs off only when something undoes it again and again.
public final class AutoSync {

    /// Argo CD's default retry of automated syncs: five times, 5 s doubling to 3 min.
    private static final long RETRY_LIMIT = 5;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LAST_RETRY = Duration.ofMinutes(3);

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
        boolean otherMetadata = hasOtherNamespaceMetadata(application);
        if (comparison.status() == SyncStatus.SYNCED && !otherMetadata) {
            return new Rest(Reason.IN_SYNC);
        }
        return switch (application.syncPolicy()) {
            case Manual() -> new Rest(Reason.MANUAL_POLICY);
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
            return new Rest(Reason.WOULD_PRUNE_EVERYTHING);
        }
        // What may not be pruned, or is being deleted already, would be "healed" for ever.
        var options = new SyncOptions(application.syncOptions());
        boolean otherMetadata = hasOtherNamespaceMetadata(application);
        if (!otherMetadata && !SyncPlan.writes(comparison, policy.prune(), options)) {
            return new Rest(Reason.ONLY_PRUNING_NEEDED);
        }
        var last = application.status().lastOperation();
        if (last.isEmpty() || !last.get().tried(application.sources(), revisions)) {
            return new Sync(revisions, policy.prune(), Trigger.NEW_REVISION, "new revision");
        }
        if (last.get().failed()) {
            return retry(last.get(), policy, revisions, now);
        }
        if (!last.get().succeeded()) {
            return new Sync(revisions, policy.prune(), Trigger.NEW_REVISION, "interrupted before");
        }
        if (otherMetadata) {
            return new Sync(
                    revisions, policy.prune(), Trigger.NEW_REVISION, "the namespace's metadata");
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

    private static boolean hasOtherNamespaceMetadata(Application application) {
        return application.hasOtherNamespaceMetadata(application.status().tree());
    }

    private static SyncDecision retry(
            LastOperation last, Automated policy, List<String> revisions, Instant now) {
        if (last.retryCount() >= RETRY_LIMIT) {
            return new Rest(Reason.FAILED_BEFORE);
        }
        var due = finishedAt(last, now).plus(doubled(FIRST_RETRY, last.retryCount(), LAST_RETRY));
        return due.isAfter(now)
                ? new Wait(Reason.BACKING_OFF, Duration.between(now, due))
                : new Sync(revisions, policy.prune(), Trigger.NEW_REVISION, "retry");
    }

    private static boolean targetsNothing(Comparison comparison) {
        return comparison.resources().stream().allMatch(Comparison.Resource::requiresPruning);
    }

    private static Instant finishedAt(LastOperation last, Instant now) {
        try {
            return Instant.parse(last.finishedAt());
        } catch (DateTimeParseException unreadable) {
            return now;
        }
    }

    private static Duration doubled(Duration first, long times, Duration limit) {
        var delay = first.multipliedBy(1L << Math.min(times, 20));
        return delay.compareTo(limit) > 0 ? limit : delay;
    }
}
