package io.tiphys.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.ResourceType;
import io.tiphys.core.diff.Attribution;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.diff.ComparisonRules;
import io.tiphys.core.diff.MaskedSecrets;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncStatus;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.policy.SyncIdentity;
import io.tiphys.core.sync.TargetResources;
import io.tiphys.repo.Access;
import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.ManifestService;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.DiffCustomizations;
import io.tiphys.store.ProjectStore;
import io.tiphys.store.SignatureDemands;
import io.tiphys.store.StoreConfig;
import io.tiphys.store.Tooling;
import io.tiphys.store.TrackingChoice;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Shows an Application's resources, target beside live, in Argo CD's shape; and who set the fields
/// that differ. What Secrets hold is hidden.
@Singleton
class ManagedResources {

    /// Of so many that differ the API server is asked what they would become; others are shown as
    /// they are.
    private static final int MOST_ASKED = 50;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Clusters clusters;
    private final ManifestService manifests;
    private final Credentials credentials;
    private final SignatureDemands signatures;
    private final Tooling tooling;
    private final DiffCustomizations customizations;
    private final TrackingChoice tracking;
    private final ProjectStore projects;
    private final String controlPlaneNamespace;

    ManagedResources(
            Clusters clusters,
            ManifestService manifests,
            Credentials credentials,
            SignatureDemands signatures,
            Tooling tooling,
            DiffCustomizations customizations,
            TrackingChoice tracking,
            ProjectStore projects,
            StoreConfig config) {
        this.clusters = clusters;
        this.manifests = manifests;
        this.credentials = credentials;
        this.signatures = signatures;
        this.tooling = tooling;
        this.customizations = customizations;
        this.tracking = tracking;
        this.projects = projects;
        this.controlPlaneNamespace = config.namespace();
    }

    /// Blocks while it renders what is not rendered yet and reads what is not held.
    ///
    /// @param wanted which of them
    /// @return one item a resource, in the order of their keys
    List<Map<String, Object>> of(Entry.Valid entry, Predicate<ResourceKey> wanted) {
        var application = entry.application();
        var view = ClusterView.of(application, clusters, projects);
        var own = view.cluster();
        var cluster =
                view.identity() instanceof SyncIdentity.Account(var user) ? own.as(user) : own;
        // As whom nobody is synced nobody is asked.
        int mostAsked = view.identity() instanceof SyncIdentity.None ? 0 : MOST_ASKED;
        var rules = ComparisonRules.of(entry.tree(), customizations.settings());
        try {
            var comparison = compare(application, cluster, rules, view::permits);
            var asked = new HashSet<ResourceKey>();
            comparison.outOfSync().stream()
                    .filter(it -> wanted.test(it.key()))
                    .filter(it -> it.target().isPresent() && it.live().isPresent())
                    .limit(mostAsked)
                    .forEach(it -> asked.add(it.key()));
            return comparison.resources().stream()
                    .filter(it -> wanted.test(it.key()))
                    .map(it -> item(it, cluster, rules, asked.contains(it.key())))
                    .toList();
        } catch (ManifestFailure | ApiFailure failure) {
            throw Problem.UNAVAILABLE.because(String.valueOf(failure.getMessage()));
        }
    }

    /// @param permitted what its project permits of what lives; the rest is not shown
    private Comparison compare(
            Application application,
            Cluster cluster,
            ComparisonRules rules,
            Predicate<ResourceKey> permitted) {
        var name = TrackingId.applicationName(application.id(), controlPlaneNamespace);
        var namespace = application.destination().namespace();
        var project = application.project();
        var target =
                manifests.render(
                        application.sources(),
                        new Build(
                                name,
                                project,
                                namespace,
                                cluster.types().serverVersion(),
                                cluster.types().apiVersions(),
                                application
                                        .annotations()
                                        .getOrDefault(Annotations.MANIFEST_GENERATE_PATHS, ""),
                                tooling.settings()),
                        new Access(
                                project,
                                url -> credentials.reading(new Use(url, project)),
                                url -> credentials.reading(new Use(url, project, false)),
                                repository -> credentials.named(repository, project),
                                url -> signatures.demanded(project, url)),
                        List.of(),
                        FetchDemand.ANY,
                        false);
        var declared =
                TargetResources.prepare(
                                target.manifests(),
                                name,
                                tracking.tracking(),
                                namespace,
                                type -> cluster.types().find(type).map(ResourceType::namespaced))
                        .without(cluster.cache()::excludes)
                        .manifests();
        var keys = declared.stream().map(Manifest::key).toList();
        var live = new HashMap<>(cluster.cache().liveState(name, keys));
        live.keySet().removeIf(permitted.negate());
        return Comparison.of(declared, live, rules);
    }

    private static Map<String, Object> item(
            Comparison.Resource resource, Cluster cluster, ComparisonRules rules, boolean ask) {
        var live = resource.live();
        var normalized = live.map(rules::normalized);
        var predicted = normalized;
        var differences = resource.differences();
        if (ask) {
            var whole = cluster.applier().whole(live.orElseThrow());
            var dryRun = dryRun(resource.target().orElseThrow(), cluster);
            if (dryRun.isPresent()) {
                predicted = dryRun.map(rules::normalized);
                differences = rules.remaining(differences, dryRun.get(), whole);
            }
            live = Optional.of(whole);
        }
        var states =
                MaskedSecrets.of(
                        Stream.of(
                                        resource.target().map(Manifest::object),
                                        live.map(LiveResource::object),
                                        normalized,
                                        predicted)
                                .map(it -> it.map(ManagedResources::shown).orElse(Map.of()))
                                .toList(),
                        rules.settings().hidden());
        var item = new LinkedHashMap<String, Object>();
        item.put("group", resource.key().group());
        item.put("kind", resource.key().kind());
        item.put("namespace", resource.key().namespace());
        item.put("name", resource.key().name());
        item.put("targetState", text(states.get(0)));
        item.put("liveState", text(states.get(1)));
        item.put("normalizedLiveState", text(states.get(2)));
        item.put("predictedLiveState", text(states.get(3)));
        live.ifPresent(it -> item.put("resourceVersion", it.resourceVersion()));
        item.put(
                "modified",
                resource.status() == SyncStatus.OUT_OF_SYNC
                        && (live.isEmpty()
                                || resource.target().isEmpty()
                                || !differences.isEmpty()));
        item.put("differences", attributed(differences, live));
        return item;
    }

    private static Optional<LiveResource> dryRun(Manifest target, Cluster cluster) {
        try {
            return Optional.of(cluster.applier().dryRun(target));
        } catch (ApiFailure refused) {
            // What is refused changes nothing; the sync tells why it is.
            return Optional.empty();
        }
    }

    private static List<Map<String, Object>> attributed(
            List<String> differences, Optional<LiveResource> live) {
        var attribution = Attribution.of(live.map(LiveResource::object).orElse(Map.of()));
        return differences.stream()
                .map(
                        field -> {
                            var shown = new LinkedHashMap<String, Object>();
                            shown.put("field", field);
                            attribution
                                    .of(field)
                                    .ifPresent(
                                            it -> {
                                                shown.put("manager", it.manager());
                                                shown.put("operation", it.operation());
                                                shown.put("time", it.time());
                                            });
                            return Map.copyOf(shown);
                        })
                .toList();
    }

    private static Map<String, Object> shown(Map<String, Object> object) {
        return Json.without(object, "metadata", "managedFields");
    }

    /// What is not there is `null`, as Argo CD has it.
    private static String text(Map<String, Object> object) {
        try {
            return object.isEmpty() ? "null" : JSON.writeValueAsString(object);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree must have a JSON form", impossible);
        }
    }
}
