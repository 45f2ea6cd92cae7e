package io.tiphys.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.KubernetesApi;
import io.tiphys.cluster.WatchedCollection;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.store.crd.ApplicationReader;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The Applications, as the cluster holds them: a watched copy, told of to whoever listens, and the
/// one way to write them.
@Singleton
public class ApplicationStore {

    private static final String API_VERSION = "argoproj.io/v1alpha1";

    private static final long START_MILLIS = 30_000;

    /// How many changes a slow subscriber of the stream may lag behind before it is cut off.
    private static final int STREAM_BUFFER = 4096;

    private final KubernetesApi api;
    private final ApplicationNamespaces namespaces;
    private final Map<ApplicationId, Entry> entries = new ConcurrentHashMap<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final WatchedCollection applications;

    /// An Application as it stands.
    public sealed interface Entry {

        ApplicationId id();

        /// The custom resource, whole.
        Map<String, Object> tree();

        default String resourceVersion() {
            return Json.string(tree(), "metadata", "resourceVersion");
        }

        record Valid(Application application, Map<String, Object> tree) implements Entry {
            @Override
            public ApplicationId id() {
                return application.id();
            }
        }

        /// @param problem what its author should mend
        record Invalid(ApplicationId id, String problem, Map<String, Object> tree)
                implements Entry {}
    }

    /// @param after empty if the Application was deleted
    public record Change(Optional<Entry> before, Optional<Entry> after) {

        public ApplicationId id() {
            return after.or(() -> before).map(Entry::id).orElseThrow();
        }
    }

    ApplicationStore(ApplicationNamespaces namespaces, Clusters clusters) {
        api = clusters.controlPlane();
        this.namespaces = namespaces;
        applications =
                new WatchedCollection(
                        api,
                        "/apis/argoproj.io/v1alpha1" + namespaces.path() + "/applications",
                        API_VERSION,
                        "Application",
                        this::changed);
    }

    /// Before any record is consumed: an event that comes before the Applications are known would
    /// find none to touch.
    ///
    /// @throws IllegalStateException if the cluster does not list them, which ends the start
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (!awaitListed(START_MILLIS)) {
            throw new IllegalStateException(
                    "The cluster at %s does not list Applications: is it up, are the CRDs of k8s/crds installed, may the service read them?"
                            .formatted(api.address()));
        }
    }

    /// Waits until the Applications were read once.
    ///
    /// @return whether they were within the time given
    public boolean awaitListed(long millis) {
        return applications.awaitListed(millis);
    }

    public Optional<Entry> find(ApplicationId id) {
        return Optional.ofNullable(entries.get(id));
    }

    /// As the API server has it at this moment, where what is watched may be late.
    ///
    /// @return empty if there is none, or none that can be read
    public Optional<Application> read(ApplicationId id) {
        try {
            applications.written(api.get(path(id)));
        } catch (ApiFailure failure) {
            if (failure.notFound()) {
                return Optional.empty();
            }
            throw failure;
        }
        return application(id);
    }

    /// An Application that can be read.
    public Optional<Application> application(ApplicationId id) {
        return find(id).flatMap(
                        entry ->
                                switch (entry) {
                                    case Entry.Valid valid -> Optional.of(valid.application());
                                    case Entry.Invalid _ -> Optional.empty();
                                });
    }

    /// All that can be read.
    public List<Application> applications() {
        return entries.keySet().stream().flatMap(it -> application(it).stream()).toList();
    }

    public Collection<Entry> all() {
        return entries.values();
    }

    /// Calls back for every change from now on, on the thread that saw it. Must return quickly.
    public void onChange(Consumer<Change> listener) {
        listeners.add(listener);
    }

    /// Every change from the subscription on. A subscriber that cannot keep up is cut off with an
    /// error rather than served gaps.
    public Multi<Change> changes() {
        return Multi.createFrom()
                .<Change>emitter(
                        emitter -> {
                            Consumer<Change> listener = emitter::emit;
                            listeners.add(listener);
                            emitter.onTermination(() -> listeners.remove(listener));
                        })
                .onOverflow()
                .buffer(STREAM_BUFFER);
    }

    /// Merges a patch into the custom resource. What it answers is in the store when this returns.
    ///
    /// @throws ApiFailure if the API server refuses; 409 if the patch names a resourceVersion that
    ///     is no longer the newest
    public Map<String, Object> patch(
            ApplicationId id, Map<String, ? extends @Nullable Object> patch) {
        var written =
                api.mergePatch(path(id) + "?fieldManager=" + KubernetesApi.FIELD_MANAGER, patch);
        if (isLeaving(written)) {
            applications.leaving(written);
        } else {
            applications.written(written);
        }
        return written;
    }

    /// As [#patch], but only if the custom resource still is as it was seen.
    ///
    /// @throws ApiFailure if the API server refuses; 409 if it was changed meanwhile
    public Map<String, Object> patchSeen(
            Entry seen, Map<String, ? extends @Nullable Object> patch) {
        var metadata = Json.object(patch.get("metadata"));
        var bound = new LinkedHashMap<String, @Nullable Object>(patch);
        bound.put("metadata", Json.with(metadata, seen.resourceVersion(), "resourceVersion"));
        return patch(seen.id(), bound);
    }

    /// Runs what decides on an Application as it is here and writes it by [#patchSeen]; again on
    /// what the API server has then, each time that somebody wrote it meanwhile.
    ///
    /// @return what the last run returned; empty if somebody was faster each of fifty times
    /// @throws ApiFailure if the API server refuses; 404 if the Application is gone
    public <T> Optional<T> onNewest(ApplicationId id, Supplier<T> write) {
        return applications.onNewest(path(id), write);
    }

    /// Says which finalizers an Application has from now on.
    ///
    /// @param entry as it was when that was decided
    /// @return the Application with them
    /// @throws ApiFailure if the API server refuses; 409 if the Application has changed meanwhile
    public Map<String, Object> holdBy(Entry entry, List<String> finalizers) {
        return patchSeen(entry, Map.of("metadata", Map.of("finalizers", finalizers)));
    }

    /// Deletes an Application; while it has finalizers it only begins to go.
    ///
    /// @throws ApiFailure if the API server refuses; 404 if there is none
    public void delete(ApplicationId id) {
        var answer = api.delete(path(id), "Background");
        if (isLeaving(answer)) {
            applications.leaving(answer);
        }
    }

    private static boolean isLeaving(Map<String, Object> application) {
        return !Json.string(application, "metadata", "deletionTimestamp").isEmpty();
    }

    private static String path(ApplicationId id) {
        return "/apis/argoproj.io/v1alpha1/namespaces/%s/applications/%s"
                .formatted(id.namespace(), id.name());
    }

    private void changed(
            @Nullable Map<String, Object> beforeTree, @Nullable Map<String, Object> afterTree) {
        var tree = afterTree == null ? beforeTree : afterTree;
        var id = ApplicationReader.id(tree == null ? Map.of() : tree);
        if (!namespaces.permit(id.namespace())) {
            return;
        }
        var after = Optional.ofNullable(afterTree).map(ApplicationStore::read);
        var before =
                Optional.ofNullable(
                        after.isPresent() ? entries.put(id, after.get()) : entries.remove(id));
        var change = new Change(before, after);
        listeners.forEach(listener -> listener.accept(change));
    }

    private static Entry read(Map<String, Object> tree) {
        try {
            return new Entry.Valid(ApplicationReader.read(tree), tree);
        } catch (InvalidSpecException invalid) {
            return new Entry.Invalid(
                    ApplicationReader.id(tree), String.valueOf(invalid.getMessage()), tree);
        }
    }

    /// Before the connection that it watches by is closed.
    void stop(@Observes ShutdownEvent event) {
        applications.close();
    }
}
