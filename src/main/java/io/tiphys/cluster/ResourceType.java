package io.tiphys.cluster;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.ResourceKey;
import java.util.Map;
import java.util.Set;

/// A kind as the API server offers it.
public record ResourceType(
        GroupVersionKind type, String plural, boolean namespaced, Set<String> verbs) {

    /// Kinds that others own are read after their owners: whether they belong to an Application is
    /// then known when they come.
    private static final Map<String, Integer> TURNS =
            Map.of(
                    "apps/ReplicaSet", 1,
                    "apps/ControllerRevision", 1,
                    "batch/Job", 1,
                    "/PersistentVolumeClaim", 1,
                    "/Pod", 2);

    static final int LAST_TURN = 2;

    /// When it is read at the start, from 0 on.
    int turn() {
        return TURNS.getOrDefault(type.group() + "/" + type.kind(), 0);
    }

    boolean watchable() {
        return verbs.contains("list") && verbs.contains("watch");
    }

    /// The path of all objects of the kind in all namespaces.
    public String path() {
        return base() + "/" + plural;
    }

    /// The path of the kind's objects in one namespace.
    public String path(String namespace) {
        return namespaced
                ? base() + "/namespaces/" + KubernetesApi.encode(namespace) + "/" + plural
                : path();
    }

    /// The path of one object.
    public String path(ResourceKey key) {
        return path(key.namespace()) + "/" + KubernetesApi.encode(key.name());
    }

    private String base() {
        return type.group().isEmpty()
                ? "/api/" + type.version()
                : "/apis/" + type.group() + "/" + type.version();
    }
}
