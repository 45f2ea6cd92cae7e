package io.tiphys.application;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.Application.Operation;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the manifests that an operation brings itself, as `argocd app sync --local` sends them.
final class LocalManifests {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LocalManifests() {}

    /// @param operation as it was written
    /// @return empty if it syncs what the sources declare
    /// @throws ManifestFailure if one cannot be a manifest
    static Optional<List<Manifest>> of(Map<String, Object> operation) {
        var texts = Operation.manifests(operation);
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        var manifests = new ArrayList<Manifest>();
        for (int i = 0; i < texts.size(); i++) {
            manifests.add(manifest(texts.get(i), "operation.sync.manifests[%d]".formatted(i)));
        }
        return Optional.of(List.copyOf(manifests));
    }

    private static Manifest manifest(Object text, String origin) {
        Map<String, Object> object;
        try {
            object = JSON.readValue(String.valueOf(text), new TypeReference<>() {});
        } catch (JsonProcessingException malformed) {
            // Without its message, which quotes: a Secret may stand there.
            throw new ManifestFailure(origin + " is no JSON object");
        }
        boolean whole =
                object != null
                        && !Json.string(object, "apiVersion").isEmpty()
                        && !Json.string(object, "kind").isEmpty()
                        && !Json.string(object, "metadata", "name").isEmpty();
        if (!whole) {
            throw new ManifestFailure(origin + " needs apiVersion, kind and metadata.name");
        }
        return new Manifest(object, origin);
    }
}
