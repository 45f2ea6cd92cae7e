package io.tiphys.api;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.sync.Deletion;
import io.tiphys.core.sync.Finalizers;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.inject.Singleton;
import java.util.Locale;

/// Asks for an Application's deletion in Argo CD's own way: what goes with it stands in its
/// finalizers, and then the custom resource is deleted. So it works whoever does the work.
@Singleton
class DeletionRequest {

    private final ApplicationStore store;

    DeletionRequest(ApplicationStore store) {
        this.store = store;
    }

    /// Returns when it has begun; a request for one that is going already is none the worse.
    ///
    /// @param cascade `true`, `false` or empty
    /// @param policy `foreground`, `background` or empty, in any case of letters
    void begin(Entry entry, String cascade, String policy) {
        var now = Finalizers.of(entry.tree());
        var wanted = wanted(now, cascade, policy);
        // Kubernetes lets nothing be added to what is going, but taken away.
        boolean going = Deletion.of(entry.tree()).isPresent();
        try {
            if (!wanted.equals(now) && (!going || now.all().containsAll(wanted.all()))) {
                store.holdBy(entry, wanted.all());
            }
            store.delete(entry.id());
        } catch (ApiFailure refused) {
            throw refused.notFound()
                    ? ApplicationsResource.notFound(entry.id().name())
                    : Problem.UNAVAILABLE.because(
                            "The Application could not be deleted: " + refused.getMessage());
        }
    }

    static Finalizers wanted(Finalizers now, String cascade, String policy) {
        return switch (cascade) {
            case "false" -> {
                if (!policy.isEmpty()) {
                    throw Problem.INVALID_ARGUMENT.because(
                            "cannot set propagation policy when cascading is disabled");
                }
                yield now.orphaning();
            }
            case "", "true" ->
                    switch (policy.toLowerCase(Locale.ROOT)) {
                        case "" -> now.cascade() ? now : now.cascading(Finalizers.RESOURCES);
                        case "foreground" -> now.cascading(Finalizers.FOREGROUND);
                        case "background" -> now.cascading(Finalizers.BACKGROUND);
                        default ->
                                throw Problem.INVALID_ARGUMENT.because(
                                        "invalid propagation policy: " + policy);
                    };
            default ->
                    throw Problem.INVALID_ARGUMENT.because(
                            "cascade is true or false, not '%s'".formatted(cascade));
        };
    }
}
