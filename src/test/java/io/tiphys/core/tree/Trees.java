package io.tiphys.core.tree;

import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Resources for the tests of this room.
final class Trees {

    private Trees() {}

    /// @param more further fields of the object, or of its metadata where it has them too
    static LiveResource live(
            String apiVersion, String kind, String name, Map<String, Object> more) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", name);
        metadata.put("namespace", "shop");
        metadata.put("uid", uid(kind, name));
        metadata.put("resourceVersion", "7");
        metadata.put("creationTimestamp", "2026-01-02T03:04:05Z");
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
        object.putAll(more);
        if (more.get("metadata") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> metadata.put(String.valueOf(key), value));
        }
        object.put("metadata", metadata);
        return LiveResource.of(object);
    }

    static LiveResource live(String apiVersion, String kind, String name, LiveResource... owners) {
        var references = new ArrayList<Map<String, Object>>();
        for (var owner : owners) {
            references.add(
                    Map.of(
                            "apiVersion", owner.type().apiVersion(),
                            "kind", owner.key().kind(),
                            "name", owner.key().name(),
                            "uid", uid(owner.key().kind(), owner.key().name())));
        }
        return live(
                apiVersion, kind, name, Map.of("metadata", Map.of("ownerReferences", references)));
    }

    static String uid(String kind, String name) {
        return "uid-of-" + kind + "-" + name;
    }

    static Map<ResourceKey, LiveResource> family(LiveResource... resources) {
        var family = new LinkedHashMap<ResourceKey, LiveResource>();
        List.of(resources).forEach(it -> family.put(it.key(), it));
        return family;
    }
}
