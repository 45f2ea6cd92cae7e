package io.tiphys.api;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks for a refresh and waits for it, in Argo CD's own way: whoever refreshes an Application
/// takes the annotation away again. So it works whichever replica does the work.
@Singleton
class RefreshRequest {

    /// A large repository takes its time; beyond this a caller is better off asking again.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ApplicationStore store;

    RefreshRequest(ApplicationStore store) {
        this.store = store;
    }

    /// Blocks; call it on a virtual thread.
    ///
    /// @return the custom resource as it is after the refresh
    Map<String, Object> await(ApplicationId id, boolean hard) {
        request(id, hard);
        // The store holds the annotation from here on, so a state without it is a later one.
        var done =
                store.changes()
                        .filter(change -> change.id().equals(id) && isRefreshed(change))
                        .toUni()
                        .map(Change::after)
                        .subscribeAsCompletionStage();
        try {
            var now = store.find(id);
            var refreshed = now.filter(RefreshRequest::isPending).isEmpty() ? now : await(done, id);
            return refreshed.orElseThrow(() -> ApplicationsResource.notFound(id.name())).tree();
        } finally {
            done.cancel(true);
        }
    }

    private void request(ApplicationId id, boolean hard) {
        try {
            store.patch(
                    id,
                    Json.with(
                            Map.of(),
                            hard ? "hard" : "normal",
                            "metadata",
                            "annotations",
                            Annotations.REFRESH));
        } catch (ApiFailure refused) {
            throw refused.notFound()
                    ? ApplicationsResource.notFound(id.name())
                    : Problem.UNAVAILABLE.because(
                            "The refresh could not be requested: " + refused.getMessage());
        }
    }

    private static Optional<Entry> await(
            CompletableFuture<Optional<Entry>> done, ApplicationId id) {
        try {
            return done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw Problem.DEADLINE_EXCEEDED.because(
                    "%s was not refreshed within %d s; it will be, ask again without refresh"
                            .formatted(id.name(), PATIENCE.toSeconds()));
        } catch (ExecutionException broken) {
            throw new IllegalStateException("Changes of Applications are lost", broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Problem.UNAVAILABLE.because("The service is stopping");
        }
    }

    private static boolean isRefreshed(Change change) {
        return change.after().map(entry -> !isPending(entry)).orElse(true);
    }

    private static boolean isPending(Entry entry) {
        return Json.strings(entry.tree(), "metadata", "annotations")
                .containsKey(Annotations.REFRESH);
    }
}
