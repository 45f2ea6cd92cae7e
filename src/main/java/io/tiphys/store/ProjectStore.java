package io.tiphys.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.WatchedCollection;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.OrphanedResources;
import io.tiphys.core.model.Project;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The projects, as the control plane's namespace holds them, watched: a changed one counts at
/// once.
@Singleton
public class ProjectStore {

    private static final long START_MILLIS = 30_000;

    private final String namespace;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final WatchedCollection projects;

    /// A project as it stands.
    public sealed interface Entry {

        record Valid(Project project) implements Entry {}

        /// @param problem what its author should mend
        record Invalid(String problem) implements Entry {}
    }

    ProjectStore(StoreConfig config, Clusters clusters) {
        namespace = config.namespace();
        projects =
                new WatchedCollection(
                        clusters.controlPlane(),
                        "/apis/argoproj.io/v1alpha1/namespaces/" + namespace + "/appprojects",
                        "argoproj.io/v1alpha1",
                        "AppProject",
                        this::changed);
    }

    /// Before any Application is compared: without its project nothing would be used.
    ///
    /// @throws IllegalStateException if the cluster does not list them, which ends the start
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (!projects.awaitListed(START_MILLIS)) {
            throw new IllegalStateException(
                    "The cluster does not list the AppProjects of the namespace %s: are the CRDs of k8s/crds installed, may the service read them?"
                            .formatted(namespace));
        }
    }

    /// The project of a name. Argo CD makes the one that is called `default` when it is installed;
    /// until somebody has, it is there all the same.
    public Optional<Entry> find(String name) {
        return name.equals(Project.DEFAULT.name())
                ? Optional.of(entries.getOrDefault(name, new Entry.Valid(Project.DEFAULT)))
                : Optional.ofNullable(entries.get(name));
    }

    /// Whether and how a project looks for what belongs to none of its Applications.
    public Optional<OrphanedResources> orphanedResources(String name) {
        return projects.find(namespace, name)
                .filter(it -> Json.at(it, "spec", "orphanedResources") instanceof Map<?, ?>)
                .map(it -> OrphanedResources.read(Json.object(it, "spec", "orphanedResources")));
    }

    /// Those that there are and that can be read.
    Collection<Project> valid() {
        return entries.values().stream()
                .filter(Entry.Valid.class::isInstance)
                .map(it -> ((Entry.Valid) it).project())
                .toList();
    }

    /// Calls back with the name of each project that changed, on the thread that saw it. Must
    /// return quickly.
    void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    private void changed(
            @Nullable Map<String, Object> before, @Nullable Map<String, Object> after) {
        var name = Json.string(after == null ? before : after, "metadata", "name");
        var now = after == null ? null : read(name, after);
        var old = now == null ? entries.remove(name) : entries.put(name, now);
        if (!Objects.equals(old, now)) {
            listeners.forEach(listener -> listener.accept(name));
        }
    }

    private static Entry read(String name, Map<String, Object> tree) {
        try {
            return new Entry.Valid(Project.read(name, Json.object(tree, "spec")));
        } catch (InvalidSpecException invalid) {
            return new Entry.Invalid(String.valueOf(invalid.getMessage()));
        }
    }

    /// Before the connection that it watches by is closed.
    void stop(@Observes ShutdownEvent event) {
        projects.close();
    }
}
