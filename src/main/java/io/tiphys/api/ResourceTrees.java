package io.tiphys.api;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.ClusterCache;
import io.tiphys.cluster.Clusters;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.TrackingId;
import io.tiphys.core.tree.ResourceTree;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.HealthRules;
import io.tiphys.store.ProjectStore;
import io.tiphys.store.StoreConfig;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Shows what an Application consists of, from what the cluster's watches hold.
@Singleton
class ResourceTrees {

    /// Of what belongs to nobody little is held, and each one shown has to be read.
    private static final int MOST_ORPHANS = 500;

    private final Clusters clusters;
    private final ApplicationStore applications;
    private final ProjectStore projects;
    private final HealthRules healthRules;
    private final String controlPlaneNamespace;
    private final Clock clock = Clock.systemUTC();

    ResourceTrees(
            Clusters clusters,
            ApplicationStore applications,
            ProjectStore projects,
            HealthRules healthRules,
            StoreConfig config) {
        this.clusters = clusters;
        this.applications = applications;
        this.projects = projects;
        this.healthRules = healthRules;
        this.controlPlaneNamespace = config.namespace();
    }

    /// Blocks while it reads what is not held.
    Map<String, Object> of(Application application) {
        var view = ClusterView.of(application, clusters, projects);
        try {
            return tree(application, view);
        } catch (ApiFailure failure) {
            throw Problem.UNAVAILABLE.because("The cluster: " + failure.getMessage());
        }
    }

    private Map<String, Object> tree(Application application, ClusterView view) {
        var cache = view.cluster().cache();
        var name = TrackingId.applicationName(application.id(), controlPlaneNamespace);
        var declared = declared(application);
        declared.keySet().removeIf(key -> !view.permits(key));
        var family = cache.family(cache.resources(name, declared.keySet()), view::permits);
        declared.keySet().removeAll(family.keySet());
        var orphans = orphans(application, view, family);
        return new ResourceTree(healthRules.assessor(), clock.instant())
                .of(declared, family, orphans, hosts(cache, family.values()));
    }

    /// What the last comparison found, whether it exists or not.
    private static Map<ResourceKey, GroupVersionKind> declared(Application application) {
        var declared = new LinkedHashMap<ResourceKey, GroupVersionKind>();
        for (var resource : Json.array(application.status().tree(), "resources")) {
            var type =
                    new GroupVersionKind(
                            Json.string(resource, "group"),
                            Json.string(resource, "version"),
                            Json.string(resource, "kind"));
            declared.put(
                    new ResourceKey(
                            type.group(),
                            type.kind(),
                            Json.string(resource, "namespace"),
                            Json.string(resource, "name")),
                    type);
        }
        return declared;
    }

    private Map<ResourceKey, LiveResource> orphans(
            Application application, ClusterView view, Map<ResourceKey, LiveResource> family) {
        var wish = view.project().orphaned();
        if (wish.isEmpty()) {
            return Map.of();
        }
        var cache = view.cluster().cache();
        return cache.family(
                cache.strays(application.destination().namespace(), this::isApplication).stream()
                        .filter(it -> !family.containsKey(it) && !wish.get().ignores(it))
                        .filter(view::permits)
                        .sorted()
                        .limit(MOST_ORPHANS)
                        .toList(),
                view::permits);
    }

    private boolean isApplication(String trackingName) {
        return !trackingName.isEmpty() && applications.find(id(trackingName)).isPresent();
    }

    private ApplicationId id(String trackingName) {
        return TrackingId.application(trackingName, controlPlaneNamespace);
    }

    private static List<LiveResource> hosts(
            ClusterCache cache, Collection<LiveResource> resources) {
        var hosts = new ArrayList<LiveResource>();
        for (var name : ResourceTree.hosts(resources)) {
            cache.resource(new ResourceKey("", "Node", "", name)).ifPresent(hosts::add);
        }
        return hosts;
    }
}
