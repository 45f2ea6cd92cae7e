package io.tiphys.core.tree;

import io.tiphys.core.diff.Quantity;
import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The tree of an Application's resources and of what they own, in Argo CD's shape.
public final class ResourceTree {

    /// What hosts are said to have and Pods to ask for.
    private static final List<String> HOST_RESOURCES = List.of("cpu", "memory", "storage");

    private final HealthAssessor assessor;
    private final Instant now;

    /// @param now for rules that ask for the time
    public ResourceTree(HealthAssessor assessor, Instant now) {
        this.assessor = assessor;
        this.now = now;
    }

    /// @param missing what the Application declares and the cluster does not have
    /// @param family the Application's resources and all that they own
    /// @param orphans what is in its namespace, and nobody's, with all that it owns; empty if its
    ///     project does not look for such
    /// @param hosts the Nodes that its Pods run on
    public Map<String, Object> of(
            Map<ResourceKey, GroupVersionKind> missing,
            Map<ResourceKey, LiveResource> family,
            Map<ResourceKey, LiveResource> orphans,
            Collection<LiveResource> hosts) {
        var nodes = new TreeMap<ResourceKey, Map<String, Object>>();
        missing.forEach((key, type) -> nodes.put(key, reference(key, type.version(), "")));
        family.forEach((key, resource) -> nodes.put(key, node(resource, family)));
        var tree = new LinkedHashMap<String, Object>();
        tree.put("nodes", List.copyOf(nodes.values()));
        if (!orphans.isEmpty()) {
            tree.put(
                    "orphanedNodes",
                    orphans.values().stream()
                            .sorted((one, other) -> one.key().compareTo(other.key()))
                            .map(it -> node(it, orphans))
                            .toList());
        }
        if (!hosts.isEmpty()) {
            tree.put(
                    "hosts",
                    hosts.stream()
                            .sorted((one, other) -> one.key().compareTo(other.key()))
                            .map(it -> host(it, family.values()))
                            .toList());
        }
        return tree;
    }

    /// The names of the Nodes that Pods among the resources run on.
    public static Collection<String> hosts(Collection<LiveResource> resources) {
        var names = new TreeSet<String>();
        for (var resource : resources) {
            if (isPod(resource)) {
                names.add(Json.string(resource.object(), "spec", "nodeName"));
            }
        }
        names.remove("");
        return names;
    }

    private Map<String, Object> node(LiveResource resource, Map<ResourceKey, LiveResource> family) {
        var metadata = Json.object(resource.object(), "metadata");
        var node =
                reference(resource.key(), resource.type().version(), Json.string(metadata, "uid"));
        var parents = parents(resource, family);
        if (!parents.isEmpty()) {
            node.put("parentRefs", parents);
        }
        NodeInfo.of(resource).write(node);
        putUnlessEmpty(node, "resourceVersion", resource.resourceVersion());
        assessor.assess(resource, now)
                .ifPresent(
                        health -> {
                            var wire = new LinkedHashMap<String, Object>();
                            wire.put("status", health.status().wire());
                            putUnlessEmpty(wire, "message", health.message());
                            node.put("health", wire);
                        });
        putUnlessEmpty(node, "createdAt", Json.string(metadata, "creationTimestamp"));
        return node;
    }

    private static List<Map<String, Object>> parents(
            LiveResource resource, Map<ResourceKey, LiveResource> family) {
        var parents = new ArrayList<Map<String, Object>>();
        var namespace = resource.key().namespace();
        for (var owner : Ownership.of(resource)) {
            var known = family.get(owner.key(namespace));
            var uid =
                    owner.uid().isEmpty() && known != null
                            ? Json.string(known.object(), "metadata", "uid")
                            : owner.uid();
            parents.add(reference(owner.key(namespace), owner.type().version(), uid));
        }
        for (var candidate : Ownership.candidates(resource.key())) {
            var known = family.get(candidate.key(namespace));
            if (known != null && Ownership.owns(known, resource)) {
                parents.add(
                        reference(
                                known.key(),
                                known.type().version(),
                                Json.string(known.object(), "metadata", "uid")));
            }
        }
        return parents;
    }

    /// A host with what the Application's Pods ask of it, in thousandths.
    private static Map<String, Object> host(LiveResource node, Collection<LiveResource> resources) {
        var requested = new LinkedHashMap<String, Long>();
        for (var resource : resources) {
            if (isPod(resource)) {
                var pod = PodSummary.of(resource);
                if (pod.node().equals(node.key().name())) {
                    pod.requests()
                            .forEach((name, value) -> requested.merge(name, value, Long::sum));
                }
            }
        }
        var capacity = Json.object(node.object(), "status", "capacity");
        var resourcesInfo = new ArrayList<Map<String, Object>>();
        for (var name : HOST_RESOURCES) {
            long has =
                    PodSummary.thousandths(
                            Quantity.value(String.valueOf(capacity.getOrDefault(name, ""))));
            if (has > 0) {
                var info = new LinkedHashMap<String, Object>();
                info.put("resourceName", name);
                if (requested.getOrDefault(name, 0L) > 0) {
                    info.put("requestedByApp", requested.get(name));
                }
                info.put("capacity", has);
                resourcesInfo.add(info);
            }
        }
        var host = new LinkedHashMap<String, Object>();
        host.put("name", node.key().name());
        host.put("resourcesInfo", resourcesInfo);
        host.put("systemInfo", Json.object(node.object(), "status", "nodeInfo"));
        var labels = Json.strings(node.object(), "metadata", "labels");
        if (!labels.isEmpty()) {
            host.put("labels", labels);
        }
        return host;
    }

    private static boolean isPod(LiveResource resource) {
        return resource.key().kind().equals("Pod") && resource.key().group().isEmpty();
    }

    /// An Application's `status.summary`: the images of all Pods below it beside those that it
    /// declares, and the addresses at which people find it.
    ///
    /// @param declared the summary of what it declares
    /// @param family its resources and all that they own
    public static Map<String, Object> summary(
            Application application,
            Map<String, Object> declared,
            Collection<LiveResource> family) {
        var images = new TreeSet<String>();
        Json.array(declared, "images").forEach(image -> images.add(String.valueOf(image)));
        var urls = new TreeSet<>(NodeInfo.links(application.annotations()));
        for (var resource : family) {
            var info = NodeInfo.of(resource);
            images.addAll(info.images());
            urls.addAll(info.networking().urls());
        }
        var summary = new LinkedHashMap<>(declared);
        if (!urls.isEmpty()) {
            summary.put("externalURLs", List.copyOf(urls));
        }
        if (!images.isEmpty()) {
            summary.put("images", List.copyOf(images));
        }
        return summary;
    }

    static Map<String, Object> reference(ResourceKey key) {
        return reference(key, "", "");
    }

    private static Map<String, Object> reference(ResourceKey key, String version, String uid) {
        var reference = new LinkedHashMap<String, Object>();
        putUnlessEmpty(reference, "group", key.group());
        putUnlessEmpty(reference, "version", version);
        reference.put("kind", key.kind());
        putUnlessEmpty(reference, "namespace", key.namespace());
        putUnlessEmpty(reference, "name", key.name());
        putUnlessEmpty(reference, "uid", uid);
        return reference;
    }

    private static void putUnlessEmpty(Map<String, Object> into, String field, String value) {
        if (!value.isEmpty()) {
            into.put(field, value);
        }
    }
}
