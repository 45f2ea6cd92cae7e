package io.tiphys.application;

import io.tiphys.cluster.Cluster;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncStatus;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.sync.ApplicationHealth;
import io.tiphys.core.sync.ApplicationStatus;
import io.tiphys.core.sync.Observation;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.SyncPlan;
import io.tiphys.core.sync.TargetResources;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.core.tree.ResourceTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that the decisions of a run rest on.
///
/// @param application with the sources that were rendered
/// @param trackingName its name in tracking ids
/// @param assessor by which its resources are healthy
/// @param orphans whether and of how many resources without an Application it is told
record Gathered(
        Application application,
        Cluster cluster,
        String trackingName,
        TargetState target,
        TargetResources resources,
        HealthAssessor assessor,
        Orphans orphans) {

    private static final String VARYING =
            "The same files and options were rendered to different manifests: something is left to"
                    + " chance, to the time or to a download. What was rendered last stays until"
                    + " one of them changes or a hard refresh asks for more";

    /// With what lives now.
    Comparison compare() {
        return Comparison.of(
                resources.manifests(),
                live(resources.manifests().stream().map(Manifest::key).toList()));
    }

    /// What lives of the Application now, and of others among the targets.
    Map<ResourceKey, LiveResource> live(Collection<ResourceKey> targets) {
        return cluster.cache().liveState(trackingName, targets);
    }

    /// The same, with the rules by which it is healthy.
    Observation observe(Collection<ResourceKey> targets, Instant now) {
        return new Observation(live(targets), assessor, now);
    }

    SyncPlan plan(Comparison comparison, OperationState operation) {
        return SyncPlan.of(
                comparison, resources.hooks(), trackingName, application.syncOptions(), operation);
    }

    Map<String, Object> status(
            Comparison comparison, Optional<OperationState> operation, Instant now) {
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
                        warnings(),
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
                                .toList());
    }

    /// Whether the same would be found at the same revisions, as long as nothing else changes.
    boolean restsOnRevisions(Comparison comparison) {
        var tracked = cluster.cache().resources(trackingName, List.of());
        return comparison.status() == SyncStatus.SYNCED
                && comparison.resources().stream().allMatch(it -> tracked.contains(it.key()))
                && target.ofRevisionsAlone()
                && orphaned().isEmpty()
                && !assessor.users().mayAskForTime();
    }

    private List<Warning> orphaned() {
        return orphans.warnings(
                application, cluster, resources.manifests().stream().map(Manifest::key).toList());
    }

    private List<Warning> warnings() {
        var warnings = new ArrayList<>(resources.warnings());
        if (target.varies()) {
            warnings.add(new Warning("VaryingManifestsWarning", VARYING));
        }
        warnings.addAll(orphaned());
        ImageUpdates.problems(application)
                .forEach(problem -> warnings.add(new Warning("ImageUpdateWarning", problem)));
        return warnings;
    }
}
