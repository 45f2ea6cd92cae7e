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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Decides whether an Application is synced, as Argo CD's automated sync does, except that
/// self-heal acts at once and backs off only where somebody undoes the same again and again.
public final class AutoSync {

    private AutoSync() {}

    /// What is known of heals before this one.
    ///
    /// @param repeated drifts of now that were healed lately
    /// @param delay between heals at one revision, if somebody wants one
    public record Heals(List<Drift.Repeated> repeated, Optional<HealDelay> delay) {}

    /// @param revisions the commits that were compared, one a source
    public static SyncDecision decide(
            Application application,
            Comparison comparison,
            List<String> revisions,
            Heals heals,
            Instant now) {
        if (application.operation().isPresent()) {
            return requested(application.operation().get(), revisions);
        }
        boolean otherMetadata = hasOtherNamespaceMetadata(application);
        if (comparison.status() == SyncStatus.SYNCED && !otherMetadata) {
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
                                    .flatMap(
                                            it ->
                                                    failure(
                                                            application,
                                                            it.revisions(),
                                                            it.message())));
            case Automated policy ->
                    automated(application, policy, comparison, revisions, heals, now);
        };
    }

    /// The same, unless others have to be ready first. Undoing a change, or trying out what would
    /// be done, waits for nobody.
    ///
    /// @param hindrance why not yet
    public static SyncDecision held(
            SyncDecision decision, Application application, Supplier<Optional<String>> hindrance) {
        boolean rollout =
                decision instanceof Sync sync
                        && sync.trigger() != Trigger.SELF_HEAL
                        && application.operation().filter(Operation::dryRun).isEmpty();
        return rollout
                ? hindrance
                        .get()
                        .<SyncDecision>map(
                                it ->
                                        new Rest(
                                                Reason.WAITING_FOR_OTHERS,
                                                Optional.of(new Warning("DependencyWarning", it))))
                        .orElse(decision)
                : decision;
    }

    static Sync requested(Operation operation, List<String> revisions) {
        return new Sync(revisions, operation.prune(), Trigger.REQUESTED, "requested");
    }

    private static SyncDecision automated(
            Application application,
            Automated policy,
            Comparison comparison,
            List<String> revisions,
            Heals heals,
            Instant now) {
        if (policy.prune() && !policy.allowEmpty() && targetsNothing(comparison)) {
            return new Rest(
                    Reason.WOULD_PRUNE_EVERYTHING,
                    error(
                            "Skipping sync attempt to %s: auto-sync will wipe out all resources"
                                    .formatted(inGo(revisions))));
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
            return new Rest(
                    Reason.FAILED_BEFORE,
                    failure(application, last.get().revisions(), last.get().message()));
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
        return heal(application, policy, comparison, revisions, heals, now);
    }

    private static boolean hasOtherNamespaceMetadata(Application application) {
        return application.hasOtherNamespaceMetadata(application.status().tree());
    }

    /// At once, but for what is a fight: that waits, and holds nothing else up.
    private static SyncDecision heal(
            Application application,
            Automated policy,
            Comparison comparison,
            List<String> revisions,
            Heals heals,
            Instant now) {
        var wanted = heals.delay.flatMap(it -> healedAt(application, it)).orElse(now);
        if (wanted.isAfter(now)) {
            return new Wait(Reason.BACKING_OFF, Duration.between(now, wanted), List.of());
        }
        var options = new SyncOptions(application.syncOptions());
        var fights = heals.repeated.stream().filter(it -> it.due().isAfter(now)).toList();
        var fought = fights.stream().map(it -> it.drift().resource()).collect(Collectors.toSet());
        var healed =
                comparison.outOfSync().stream()
                        .filter(it -> !fought.contains(it.key()))
                        .filter(it -> SyncPlan.writes(it, policy.prune(), options))
                        .map(Comparison.Resource::key)
                        .toList();
        if (healed.isEmpty()) {
            return new Wait(
                    Reason.BACKING_OFF,
                    fights.stream()
                            .map(it -> Duration.between(now, it.due()))
                            .min(Comparator.naturalOrder())
                            .orElseThrow(),
                    fights.stream()
                            .map(it -> new Warning("SelfHealWarning", it.message()))
                            .toList());
        }
        return new Sync(revisions, policy.prune(), Trigger.SELF_HEAL, "self-heal", healed);
    }

    /// When it may be healed again by the delay that somebody wants.
    private static Optional<Instant> healedAt(Application application, HealDelay delay) {
        return OperationState.of(application)
                .flatMap(
                        last ->
                                last.finishedAt()
                                        .map(it -> it.plus(delay.after(last.healAttempts()))));
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
}
