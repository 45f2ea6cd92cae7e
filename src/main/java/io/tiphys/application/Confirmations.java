package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.ResourceApplier;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/// Asks the API server about differences that may be a matter of spelling: would applying the
/// target change anything? Answers are remembered until target or live change, so that drift that
/// is none costs one dry run, not one a comparison.
@Singleton
class Confirmations {

    private static final int MAX_REMEMBERED = 10_000;

    /// Targets that were found to change nothing, by the live object's identity and version.
    private final Map<String, Manifest> equal =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Manifest> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    Comparison confirm(Comparison comparison, ResourceApplier applier) {
        return comparison.confirmed((target, live) -> isEqual(target, live, applier));
    }

    private boolean isEqual(Manifest target, LiveResource live, ResourceApplier applier) {
        var version = Json.string(live.object(), "metadata", "uid") + "@" + live.resourceVersion();
        synchronized (equal) {
            var known = equal.get(version);
            if (known != null && known.object().equals(target.object())) {
                return true;
            }
        }
        if (!changesNothing(target, live, applier)) {
            return false;
        }
        synchronized (equal) {
            equal.put(version, target);
        }
        return true;
    }

    private static boolean changesNothing(
            Manifest target, LiveResource live, ResourceApplier applier) {
        try {
            return withoutBookkeeping(applier.dryRun(target).object())
                    .equals(withoutBookkeeping(live.object()));
        } catch (ApiFailure refused) {
            // What cannot be applied is certainly not what runs; the sync will say why.
            return false;
        }
    }

    /// Who owns a field and when it was written is no difference in what it says.
    private static Map<String, Object> withoutBookkeeping(Map<String, Object> object) {
        return Json.without(object, "metadata", "managedFields", "resourceVersion", "generation");
    }
}
