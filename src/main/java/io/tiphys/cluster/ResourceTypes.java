package io.tiphys.cluster;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The kinds that one API server offers, by discovery; read again when a kind is not among them.
public final class ResourceTypes {

    private final KubernetesApi api;

    private volatile Known known = new Known(Map.of(), Map.of(), "", List.of());

    /// @param preferred one version of each kind, the server's preferred one, by `group/Kind`
    /// @param names of all versions and kinds, in order
    private record Known(
            Map<GroupVersionKind, ResourceType> all,
            Map<String, ResourceType> preferred,
            String serverVersion,
            List<String> names) {}

    ResourceTypes(KubernetesApi api) {
        this.api = api;
    }

    /// @return empty if the API server does not know the kind, even when asked anew
    public Optional<ResourceType> find(GroupVersionKind type) {
        var found = known.all.get(type);
        if (found == null) {
            discover();
            found = known.all.get(type);
        }
        return Optional.ofNullable(found);
    }

    /// The API server's own version, such as `v1.35.2`; empty until discovery.
    public String serverVersion() {
        return known.serverVersion;
    }

    /// Every `group/version` and `group/version/Kind` that is offered, in order, as Helm's
    /// `--api-versions` has them.
    public List<String> apiVersions() {
        return known.names;
    }

    Collection<ResourceType> preferred() {
        return known.preferred.values();
    }

    /// The kind in the version that the server prefers; nothing is asked anew.
    Optional<ResourceType> preferred(String group, String kind) {
        return Optional.ofNullable(known.preferred.get(group + "/" + kind));
    }

    /// @throws ApiFailure if discovery cannot be read at all; a single group that cannot (its
    ///     aggregated server is down) is left out
    synchronized void discover() {
        var all = new LinkedHashMap<GroupVersionKind, ResourceType>();
        var preferred = new LinkedHashMap<String, ResourceType>();
        read("", "v1", "/api/v1", all, preferred);
        for (var group : Json.array(api.get("/apis"), "groups")) {
            var name = Json.string(group, "name");
            var versions = new java.util.LinkedHashSet<String>();
            versions.add(Json.string(group, "preferredVersion", "version"));
            Json.array(group, "versions")
                    .forEach(version -> versions.add(Json.string(version, "version")));
            for (var version : versions) {
                try {
                    read(name, version, "/apis/" + name + "/" + version, all, preferred);
                } catch (ApiFailure unavailable) {
                    if (unavailable.code() == 0) {
                        throw unavailable;
                    }
                }
            }
        }
        known =
                new Known(
                        Map.copyOf(all),
                        Map.copyOf(preferred),
                        Json.string(api.get("/version"), "gitVersion"),
                        names(all.keySet()));
    }

    private static List<String> names(Collection<GroupVersionKind> types) {
        var names = new TreeSet<String>();
        for (var type : types) {
            names.add(type.apiVersion());
            names.add(type.apiVersion() + "/" + type.kind());
        }
        return List.copyOf(names);
    }

    private void read(
            String group,
            String version,
            String path,
            Map<GroupVersionKind, ResourceType> all,
            Map<String, ResourceType> preferred) {
        for (var resource : Json.array(api.get(path), "resources")) {
            var plural = Json.string(resource, "name");
            if (plural.contains("/")) {
                continue;
            }
            var verbs = new HashSet<String>();
            Json.array(resource, "verbs").forEach(verb -> verbs.add(String.valueOf(verb)));
            var kind = Json.string(resource, "kind");
            var type =
                    new ResourceType(
                            new GroupVersionKind(group, version, kind),
                            plural,
                            Json.bool(resource, "namespaced"),
                            verbs);
            all.putIfAbsent(type.type(), type);
            preferred.putIfAbsent(group + "/" + kind, type);
        }
    }
}
