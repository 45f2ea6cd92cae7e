package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.Map;

/// The configuration that was applied last in kubectl's way, from the annotation in which kubectl
/// and Argo CD keep it.
final class LastApplied {

    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private LastApplied() {}

    /// @return empty if there is none or it cannot be read: then nothing is known to be dropped
    static Map<String, Object> of(Map<String, Object> live) {
        var text = Json.string(live, "metadata", "annotations", ANNOTATION);
        return text.isEmpty() ? Map.of() : FlatJson.object(text);
    }
}
