package io.tiphys.repo;

import io.tiphys.core.model.Manifest;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Remembers what inputs rendered to. Bounded by the bytes of the inputs; what was not asked for
/// longest goes first.
@Singleton
class ManifestCache {

    private final long maxBytes;
    private final Map<String, Rendered> rendered = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    ManifestCache(RepoConfig config) {
        maxBytes = config.cacheBytes();
    }

    /// What the inputs render to. Failures are not remembered: they cost their author, not others.
    List<Manifest> get(String inputs, Supplier<Rendered> render) {
        synchronized (rendered) {
            var known = rendered.get(inputs);
            if (known != null) {
                return known.manifests();
            }
        }
        return renew(inputs, render);
    }

    /// Renders even if the result is known.
    List<Manifest> renew(String inputs, Supplier<Rendered> render) {
        var fresh = render.get();
        synchronized (rendered) {
            var old = rendered.put(inputs, fresh);
            bytes += fresh.bytes() - (old == null ? 0 : old.bytes());
            var eldest = rendered.entrySet().iterator();
            while (bytes > maxBytes && eldest.hasNext()) {
                bytes -= eldest.next().getValue().bytes();
                eldest.remove();
            }
        }
        return fresh.manifests();
    }
}
