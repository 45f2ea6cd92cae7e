package io.tiphys.core.model;

import java.util.LinkedHashMap;
import java.util.Map;

/// Labels and annotations that the destination's namespace is to have, as
/// `spec.syncPolicy.managedNamespaceMetadata` has them.
public record NamespaceMetadata(Map<String, String> labels, Map<String, String> annotations) {

    /// The namespace with them: others that it has are others' affair.
    public Manifest namespace(String name) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", name);
        metadata.putAll(tree());
        return new Manifest(
                Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", metadata), "");
    }

    /// As the Application's specification has them.
    public Map<String, Object> tree() {
        var tree = new LinkedHashMap<String, Object>();
        if (!labels.isEmpty()) {
            tree.put("labels", labels);
        }
        if (!annotations.isEmpty()) {
            tree.put("annotations", annotations);
        }
        return tree;
    }
}
