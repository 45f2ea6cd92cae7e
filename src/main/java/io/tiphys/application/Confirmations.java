package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Asks the API server about differences that may be a matter of spelling: would applying the
/// target change anything? Answers are remembered until target or live change, so that a
/// difference costs one dry run, not one a comparison.
@Singleton
class Confirmations {

    private static final int MAX_REMEMBERED = 10_000;

    /// By the live object's identity and version.
    private final Map<String, Answer> answers =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    /// @param equal whether applying the target would change nothing
    private record Answer(Manifest target, boolean equal) {}

    /// @param dryRun what the API server would make of a manifest; throws [ApiFailure]
    /// @param anew whether to ask about what is remembered too
    Comparison confirm(
            Comparison comparison, Function<Manifest, LiveResource> dryRun, boolean anew) {
        return comparison.confirmed((target, live) -> isEqual(target, live, dryRun, anew));
    }

    /// Whether the API server was asked about this target and this live object, and would take it.
    boolean wasAsked(Manifest target, LiveResource live) {
        synchronized (answers) {
            var known = answers.get(version(live));
            return known != null && known.target().object().equals(target.object());
        }
    }

    private boolean isEqual(
            Manifest target,
            LiveResource live,
            Function<Manifest, LiveResource> dryRun,
            boolean anew) {
        var version = version(live);
        if (!anew) {
            synchronized (answers) {
                var known = answers.get(version);
                if (known != null && known.target().object().equals(target.object())) {
                    return known.equal();
                }
            }
        }
        try {
            var applied = dryRun.apply(target).object();
            boolean equal = withoutBookkeeping(applied).equals(withoutBookkeeping(live.object()));
            synchronized (answers) {
                answers.put(version, new Answer(target, equal));
            }
            return equal;
        } catch (ApiFailure refused) {
            // What cannot be applied is certainly not what runs; the sync will say why.
            return false;
        }
    }

    private static String version(LiveResource live) {
        return Json.string(live.object(), "metadata", "uid") + "@" + live.resourceVersion();
    }

    /// Who owns a field and when it was written is no difference in what it says.
    private static Map<String, Object> withoutBookkeeping(Map<String, Object> object) {
        return Json.without(object, "metadata", "managedFields", "resourceVersion", "generation");
    }
}
