package io.tiphys.application;

import io.tiphys.cluster.Cluster;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.diff.ComparisonRules;
import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.NamespaceMetadata;
import io.tiphys.core.model.OrphanedResources;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.core.model.SyncStatus;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.policy.SyncIdentity;
import io.tiphys.core.policy.SyncPermission;
import io.tiphys.core.sync.ApplicationHealth;
import io.tiphys.core.sync.ApplicationStatus;
import io.tiphys.core.sync.Approval;
import io.tiphys.core.sync.Observation;
import io.tiphys.core.sync.OperationPhase;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.ResourceResult;
import io.tiphys.core.sync.SharedResources;
import io.tiphys.core.sync.SyncOptions;
import io.tiphys.core.sync.SyncPlan;
import io.tiphys.core.sync.TargetResources;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.core.tree.ResourceTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// All that the decisions of a run rest on.
///
/// @param grounds as far as they are known without Git
/// @param application with the sources that were rendered
/// @param bounds that its project sets
/// @param cluster changed as the user as whom it is synced
/// @param trackingName its name in tracking ids
/// @param tracking how its resources name it
/// @param rules by which its resources are compared
/// @param assessor by which they are healthy
/// @param orphans counts resources without an Application, where its project wants to know
/// @param images that it wants kept current
record Gathered(
        Settled.Grounds grounds,
        Application application,
        Bounds bounds,
        Cluster cluster,
        String trackingName,
        Tracking tracking,
        TargetState target,
        TargetResources resources,
        ComparisonRules rules,
        HealthAssessor assessor,
        Orphans orphans,
        ImageList images) {

    private static final String VARYING =
            "The same files and options were rendered to different manifests: something is left to"
                    + " chance, to the time or to a download. What was rendered last stays until"
                    + " one of them changes or a hard refresh asks for more";

    /// Of the condition that says why images are not kept current.
    static final String IMAGE_WARNING = "ImageUpdateWarning";

    private static final String INVALID_TASKS = "one or more synchronization tasks are not valid";

    private List<ResourceKey> declared() {
        return resources.manifests().stream().map(Manifest::key).toList();
    }

    /// With what lives now, after a look at differences that may be a matter of spelling. As whom
    /// nobody is synced nobody is asked.
    Comparison compare(Confirmations confirmations, boolean anew) {
        return confirmed(
                Comparison.of(resources.manifests(), live(declared()), rules), confirmations, anew);
    }

    /// The same once more, after something was done.
    ///
    /// @param found what [#compare] gave before
    Comparison compareAgain(Comparison found, Confirmations confirmations) {
        return confirmed(
                found.again(resources.manifests(), live(declared()), rules), confirmations, false);
    }

    private Comparison confirmed(Comparison comparison, Confirmations confirmations, boolean anew) {
        return bounds.identity() instanceof SyncIdentity.None
                ? comparison
                : confirmations.confirm(comparison, rules, api(), anew);
    }

    /// The API server's part in the comparison.
    private Confirmations.Api api() {
        return new Confirmations.Api(cluster.applier()::dryRun, cluster.applier()::whole);
    }

    /// What lives of the Application now, and of others among the targets. What its project does
    /// not permit is neither shown nor pruned.
    Map<ResourceKey, LiveResource> live(Collection<ResourceKey> targets) {
        var live = new HashMap<>(cluster.cache().liveState(trackingName, targets));
        live.keySet().removeIf(key -> bounds.refusal(key).isPresent());
        return live;
    }

    /// An operation that its project does not let go on, with its end: as whom nobody is synced,
    /// and what of the plan may not be. Empty if it may.
    Optional<OperationState> refused(OperationState operation, SyncPlan plan, Instant now) {
        if (operation.phase() == OperationPhase.TERMINATING) {
            return Optional.empty();
        }
        if (bounds.identity() instanceof SyncIdentity.None(var problem)) {
            return Optional.of(operation.ended(OperationPhase.ERROR, problem, now));
        }
        var results =
                plan.tasks()
                        .flatMap(
                                task ->
                                        bounds.refusal(task.key()).stream()
                                                .map(
                                                        reason ->
                                                                ResourceResult.of(
                                                                        task,
                                                                        ResourceResult.Status
                                                                                .FAILED,
                                                                        reason)))
                        .toList();
        return results.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        operation.with(results).ended(OperationPhase.FAILED, INVALID_TASKS, now));
    }

    /// Whether it may be synced now.
    ///
    /// @param automated whether nobody asked for it
    /// @param begun when it was begun; empty if it was not
    SyncPermission permission(boolean automated, Optional<Instant> begun, Instant now) {
        return SyncPermission.of(
                SyncPermission.windows(bounds.project().windows(), application, bounds.cluster()),
                !automated,
                begun,
                now);
    }

    /// The same, with the rules by which it is healthy.
    Observation observe(Collection<ResourceKey> targets, Instant now) {
        return new Observation(live(targets), assessor, now);
    }

    SyncPlan plan(Comparison comparison, OperationState operation) {
        return SyncPlan.of(
                comparison,
                new SyncPlan.Beside(
                        resources.hooks(),
                        namespace(operation),
                        SharedResources.of(comparison, trackingName, tracking)),
                trackingName,
                operation.options(application),
                Approval.of(application.annotations()),
                operation);
    }

    /// The destination's namespace if this operation is to write it, as Argo CD would: one that is
    /// there only where its metadata is managed.
    private Optional<Manifest> namespace(OperationState operation) {
        var key = new ResourceKey("", "Namespace", "", application.destination().namespace());
        var metadata = application.namespaceMetadata();
        boolean needed =
                operation.options(application).createsNamespace()
                        && !key.name().isEmpty()
                        && resources.manifests().stream().noneMatch(it -> it.key().equals(key))
                        && (metadata.isPresent() || !cluster.cache().exists(key));
        return needed
                ? Optional.of(
                        metadata.orElse(new NamespaceMetadata(Map.of(), Map.of()))
                                .namespace(key.name()))
                : Optional.empty();
    }

    Map<String, Object> status(
            Comparison comparison, Optional<OperationState> operation, Instant now) {
        return status(comparison, operation, List.of(), now);
    }

    /// @param more conditions than those that come of the manifests
    Map<String, Object> status(
            Comparison comparison,
            Optional<OperationState> operation,
            List<Warning> more,
            Instant now) {
        var self =
                new ResourceKey(
                        "argoproj.io",
                        "Application",
                        application.id().namespace(),
                        application.id().name());
        var status =
                ApplicationStatus.compared(
                        application,
                        ApplicationHealth.of(comparison, assessor, self, now),
                        target,
                        Stream.concat(warnings(comparison).stream(), more.stream()).toList(),
                        operation,
                        now);
        return Json.with(
                status,
                ResourceTree.summary(
                        application, Json.object(status, "summary"), family(comparison).values()),
                "summary");
    }

    /// What lives of the Application, and all that it owns.
    private Map<ResourceKey, LiveResource> family(Comparison comparison) {
        return cluster.cache()
                .family(
                        comparison.resources().stream()
                                .filter(it -> it.live().isPresent())
                                .map(Comparison.Resource::key)
                                .toList(),
                        key -> bounds.refusal(key).isEmpty());
    }

    /// Whether nothing is to be done nor told, and the same would be found at the same revisions as
    /// long as nothing else changes. What lies beside the Application is not its own change, and
    /// time brings none.
    boolean restsOnRevisions(Comparison comparison) {
        var tracked = cluster.cache().resources(trackingName, List.of());
        return waitsForNobody(comparison.status())
                && !application.hasOtherNamespaceMetadata(application.status().tree())
                && comparison.resources().stream()
                        .allMatch(it -> it.live().isEmpty() || tracked.contains(it.key()))
                && target.ofRevisionsAlone()
                && bounds.project().orphaned().filter(OrphanedResources::warn).isEmpty()
                && !assessor.users().mayAskForTime()
                && warnings(comparison).isEmpty();
    }

    /// In sync, or a person's to sync.
    private boolean waitsForNobody(SyncStatus status) {
        return switch (status) {
            case SYNCED -> true;
            case OUT_OF_SYNC -> application.syncPolicy() instanceof SyncPolicy.Manual;
            case UNKNOWN -> false;
        };
    }

    private List<Warning> warnings(Comparison comparison) {
        var warnings = new ArrayList<>(resources.warnings());
        comparison
                .problems()
                .forEach(problem -> warnings.add(new Warning("ComparisonError", problem)));
        rules.warnings()
                .forEach(problem -> warnings.add(new Warning("IgnoreDifferencesWarning", problem)));
        warnings.addAll(SharedResources.warnings(comparison, trackingName, tracking));
        warnings.addAll(
                SyncOptions.warnings(
                        application.syncOptions(),
                        Stream.concat(resources.manifests().stream(), resources.hooks().stream())
                                .toList()));
        if (target.varies()) {
            warnings.add(new Warning("VaryingManifestsWarning", VARYING));
        }
        warnings.addAll(orphans.warnings(application, bounds, cluster, declared()));
        ImageUpdates.problems(application, images)
                .forEach(problem -> warnings.add(new Warning(IMAGE_WARNING, problem)));
        return warnings;
    }
}
