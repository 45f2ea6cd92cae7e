package io.tiphys.application;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.ResourceKey;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Remembers on what the last comparison of an Application rested after which nothing was to be
/// done. As long as all of it is the same, another comparison would find the same, and is left out:
/// so the sweep costs next to nothing.
///
/// What does not show in the grounds (settings, credentials, rules) is told of as a change, and
/// counts from then on: also for the comparison that is being made meanwhile.
@Singleton
class Settled {

    private final Map<ApplicationId, Rest> known = new ConcurrentHashMap<>();

    /// Of those that somebody asked about: others have nothing to forget.
    private final Map<ApplicationId, Long> told = new ConcurrentHashMap<>();

    /// @param absent resources that are declared and are not there: of one that comes and does not
    ///     name the Application, the version of its live state does not tell
    private record Rest(Grounds grounds, List<String> revisions, List<ResourceKey> absent) {}

    /// What is known without asking Git.
    ///
    /// @param version of the Application's own object
    /// @param told how many changes were told of so far
    /// @param bounds what its project permits it, where, and as whom
    /// @param live the version of its live state
    /// @param apiVersions what the cluster offers
    record Grounds(
            ApplicationId application,
            String version,
            long told,
            Bounds bounds,
            long live,
            List<String> apiVersions) {

        /// The same after writes of our own.
        Grounds after(String version, long live) {
            return new Grounds(application, version, told, bounds, live, apiVersions);
        }
    }

    /// How many changes of it were told of since it was first asked about.
    long told(ApplicationId application) {
        return told.computeIfAbsent(application, _ -> 0L);
    }

    /// Whether it settled as it is now declared, under these bounds: then it was within them.
    boolean isWithin(Application application, Bounds bounds) {
        var rest = known.get(application.id());
        return rest != null
                && rest.grounds.version().equals(application.resourceVersion())
                && rest.grounds.bounds().equals(bounds);
    }

    /// The revisions of the sources at which nothing is to be done on these grounds; empty if that
    /// is not known of any.
    ///
    /// @param present which resources may be there now
    Optional<List<String>> revisions(Grounds grounds, Predicate<ResourceKey> present) {
        return Optional.ofNullable(known.get(grounds.application()))
                .filter(it -> it.grounds().equals(grounds))
                .filter(it -> it.absent().stream().noneMatch(present))
                .map(Rest::revisions);
    }

    /// @param revisions which alone make the manifests
    /// @param absent resources that are declared and were not there
    void settle(Grounds grounds, List<String> revisions, List<ResourceKey> absent) {
        known.put(grounds.application(), new Rest(grounds, revisions, absent));
    }

    /// Takes note of a change.
    void forget(ApplicationId application) {
        told.computeIfPresent(application, (_, count) -> count + 1);
        known.remove(application);
    }

    /// The Application is gone.
    void remove(ApplicationId application) {
        told.remove(application);
        known.remove(application);
    }
}
