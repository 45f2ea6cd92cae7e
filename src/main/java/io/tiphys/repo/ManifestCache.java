package io.tiphys.repo;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
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
    private final Map<Key, Rendered> rendered = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    /// All that a plain directory's manifests depend on.
    ///
    /// @param treeId the Git tree of the source's folder: equal ids, equal files
    /// @param path the folder's name, which stands in messages
    record Key(String treeId, String path, Source.Directory directory) {}

    ManifestCache(RepoConfig config) {
        maxBytes = config.cacheBytes();
    }

    /// What the inputs render to. Failures are not remembered: they cost their author, not others.
    List<Manifest> get(Key key, Supplier<Rendered> render) {
        synchronized (rendered) {
            var known = rendered.get(key);
            if (known != null) {
                return known.manifests();
            }
        }
        return renew(key, render);
    }

    /// Renders even if the result is known.
    List<Manifest> renew(Key key, Supplier<Rendered> render) {
        var fresh = render.get();
        synchronized (rendered) {
            var old = rendered.put(key, fresh);
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
