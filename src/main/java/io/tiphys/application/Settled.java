package io.tiphys.application;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Remembers on what the last comparison of an Application rested after which nothing was to be
/// done. As long as all of it is the same, another comparison would find the same, and is left out:
/// so the sweep costs next to nothing.
///
/// What does not show in the grounds (settings, projects, rules) is told of as a change, and who is
/// told of one forgets.
@Singleton
class Settled {

    private final Map<ApplicationId, Grounds> known = new ConcurrentHashMap<>();

    /// @param entry the very one: the store holds another after each change
    /// @param revisions of the sources, which alone make the manifests
    /// @param live the version of its live state
    /// @param apiVersions what the cluster offers
    record Grounds(
            Entry.Valid entry, List<String> revisions, long live, List<String> apiVersions) {

        private boolean same(Grounds other) {
            return entry == other.entry
                    && live == other.live
                    && revisions.equals(other.revisions)
                    && apiVersions.equals(other.apiVersions);
        }
    }

    boolean holds(Grounds grounds) {
        var before = known.get(grounds.entry().id());
        return before != null && before.same(grounds);
    }

    void settle(Grounds grounds) {
        known.put(grounds.entry().id(), grounds);
    }

    void forget(ApplicationId application) {
        known.remove(application);
    }
}
