package io.tiphys.application;

import io.tiphys.cluster.Cluster;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.NamespaceMetadata;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.sync.ApplicationHealth;
import io.tiphys.core.sync.ApplicationStatus;
import io.tiphys.core.sync.Approval;
import io.tiphys.core.sync.Observation;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.SharedResources;
import io.tiphys.core.sync.SyncOptions;
import io.tiphys.core.sync.SyncPlan;
import io.tiphys.core.sync.TargetResources;
import io.tiphys.core.sync.TargetResources.Warning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// All that the decisions of a run rest on.
///
/// @param application with the sources that were rendered
/// @param trackingName its name in tracking ids
/// @param assessor by which its resources are healthy
record Gathered(
        Application application,
        Cluster cluster,
        String trackingName,
        TargetState target,
        TargetResources resources,
        HealthAssessor assessor) {

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
                comparison,
                new SyncPlan.Beside(resources.hooks(), namespace(operation)),
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
        return ApplicationStatus.compared(
                application,
                ApplicationHealth.of(comparison, assessor, self, now),
                target,
                Stream.concat(warnings(comparison).stream(), more.stream()).toList(),
                operation,
                now);
    }

    private List<Warning> warnings(Comparison comparison) {
        var warnings = new ArrayList<>(resources.warnings());
        warnings.addAll(SharedResources.warnings(comparison, trackingName));
        warnings.addAll(
                SyncOptions.warnings(
                        application.syncOptions(),
                        Stream.concat(resources.manifests().stream(), resources.hooks().stream())
                                .toList()));
        if (target.varies()) {
            warnings.add(new Warning("VaryingManifestsWarning", VARYING));
        }
        ImageUpdates.problems(application)
                .forEach(problem -> warnings.add(new Warning("ImageUpdateWarning", problem)));
        return warnings;
    }
}
