package io.tiphys.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.KubernetesApi;
import io.tiphys.cluster.WatchedCollection;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.GlobalProject;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Project;
import io.tiphys.core.policy.InheritedRules;
import io.tiphys.core.policy.ProjectRules;
import io.tiphys.core.policy.SyncIdentity;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The projects, as the control plane's namespace holds them, with what global projects and own
/// repositories add to them. Watched: a change counts at once.
@Singleton
public class ProjectStore {

    private static final long START_MILLIS = 30_000;

    private static final String SETTINGS = "argocd-cm";

    private final String namespace;
    private final Clusters clusters;
    private final String path;
    private final Settings settings;
    private final Secrets secrets;
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private final WatchedCollection projects;

    /// As their objects say.
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    /// As their Applications are bound.
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /// What `argocd-cm` says of global projects.
    private volatile String globals = "";

    /// A project as it stands.
    public sealed interface Entry {

        record Valid(Project project) implements Entry {}

        /// @param problem what its author should mend
        record Invalid(String problem) implements Entry {}
    }

    private record Written(Map<String, String> labels, Entry entry) {

        /// Argo CD makes the project that is called `default` when it is installed; until somebody
        /// has, it is there all the same.
        static final Written DEFAULT = new Written(Map.of(), new Entry.Valid(Project.DEFAULT));

        static Written of(String name, Map<String, Object> tree) {
            var labels = Json.strings(tree, "metadata", "labels");
            try {
                return new Written(
                        labels, new Entry.Valid(Project.read(name, Json.object(tree, "spec"))));
            } catch (InvalidSpecException invalid) {
                return new Written(labels, new Entry.Invalid(String.valueOf(invalid.getMessage())));
            }
        }
    }

    ProjectStore(StoreConfig config, Clusters clusters, Settings settings, Secrets secrets) {
        namespace = config.namespace();
        this.clusters = clusters;
        this.settings = settings;
        this.secrets = secrets;
        written.put(Project.DEFAULT.name(), Written.DEFAULT);
        entries.put(Project.DEFAULT.name(), Written.DEFAULT.entry());
        path = "/apis/argoproj.io/v1alpha1/namespaces/" + namespace + "/appprojects";
        projects =
                new WatchedCollection(
                        clusters.controlPlane(),
                        path,
                        "argoproj.io/v1alpha1",
                        "AppProject",
                        this::changed);
        settings.onChange(this::globalsChanged);
        secrets.onRepositoryChange(this::reconsider);
        // What came in between.
        reconsider();
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

    /// The project of a name, as its Applications are bound by it.
    public Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /// Makes sure that a project is known if there is one: whoever makes an Application right after
    /// its project expects both to be there.
    ///
    /// @throws ApiFailure if the API server cannot be asked
    public void look(String name) {
        if (entries.containsKey(name)) {
            return;
        }
        // As a list, for a name that is none could lead elsewhere as a part of a path.
        var query = "?fieldSelector=" + KubernetesApi.encode("metadata.name=" + name);
        Json.array(clusters.controlPlane().get(path + query), "items")
                .forEach(it -> projects.written(Json.object(it)));
    }

    /// The project that an Application is in.
    ///
    /// @throws InvalidSpecException if it may not be, or there is none, with the sentence that the
    ///     Application's author should read
    public Project of(Application application) {
        return of(application.project(), application.id());
    }

    /// The same where nothing else is known of the Application.
    public Project of(String name, ApplicationId application) {
        var project =
                switch (entries.get(name)) {
                    case Entry.Valid(var valid) -> valid;
                    case Entry.Invalid(var problem) ->
                            throw new InvalidSpecException(
                                    "The project %s cannot be read: %s".formatted(name, problem));
                    case null ->
                            throw new InvalidSpecException(
                                    "Application referencing project %s which does not exist"
                                            .formatted(name));
                };
        ProjectRules.stranger(project, application, namespace)
                .ifPresent(
                        problem -> {
                            throw new InvalidSpecException(problem);
                        });
        return project;
    }

    /// Whether an Application may be in its project and made of what it names.
    public boolean permits(Application application) {
        var destination = application.destination();
        try {
            return ProjectRules.problems(
                            of(application),
                            application,
                            clusters.choose(destination).forProjects(destination))
                    .isEmpty();
        } catch (InvalidSpecException _) {
            // It says so itself, with its next refresh.
            return false;
        }
    }

    /// As whom an Application of a project is synced.
    public SyncIdentity identity(
            Project project,
            ApplicationId application,
            Destination destination,
            DestinationCluster cluster) {
        return SyncIdentity.of(
                settings.entries(SETTINGS), project, application, destination, cluster);
    }

    /// Those that there are and that can be read.
    Collection<Project> valid() {
        return entries.values().stream()
                .filter(Entry.Valid.class::isInstance)
                .map(it -> ((Entry.Valid) it).project())
                .toList();
    }

    /// Calls back with the names of projects whose Applications are bound otherwise than before, on
    /// the thread that saw the change. Must return quickly.
    void onChange(Consumer<Set<String>> listener) {
        listeners.add(listener);
    }

    private void changed(
            @Nullable Map<String, Object> before, @Nullable Map<String, Object> after) {
        var name = Json.string(after == null ? before : after, "metadata", "name");
        synchronized (this) {
            if (after != null) {
                written.put(name, Written.of(name, after));
            } else if (name.equals(Project.DEFAULT.name())) {
                written.put(name, Written.DEFAULT);
            } else {
                written.remove(name);
            }
        }
        // Its rules may be others' as well.
        if (globals.contains(name)) {
            reconsider();
        } else {
            bind(Set.of(name));
        }
    }

    private void globalsChanged() {
        if (!settings.entries(SETTINGS).getOrDefault(GlobalProject.KEY, "").equals(globals)) {
            reconsider();
        }
    }

    private void reconsider() {
        bind(Set.copyOf(written.keySet()));
    }

    private void bind(Set<String> names) {
        var changed = changes(names);
        if (!changed.isEmpty()) {
            listeners.forEach(listener -> listener.accept(changed));
        }
    }

    /// One at a time, so that what was read earlier does not stay.
    private synchronized Set<String> changes(Set<String> names) {
        globals = settings.entries(SETTINGS).getOrDefault(GlobalProject.KEY, "");
        return names.stream()
                .filter(
                        name -> {
                            var object = written.get(name);
                            var now = object == null ? null : bound(object);
                            var old = now == null ? entries.remove(name) : entries.put(name, now);
                            return !Objects.equals(old, now);
                        })
                .collect(Collectors.toUnmodifiableSet());
    }

    /// What the global projects say cannot be left out: something may be denied there.
    private Entry bound(Written object) {
        return switch (object.entry()) {
            case Entry.Invalid invalid -> invalid;
            case Entry.Valid(var project) -> {
                try {
                    yield new Entry.Valid(
                            InheritedRules.add(
                                    project,
                                    object.labels(),
                                    GlobalProject.list(globals),
                                    this::global,
                                    secrets.repositories()));
                } catch (InvalidSpecException invalid) {
                    yield new Entry.Invalid(String.valueOf(invalid.getMessage()));
                }
            }
        };
    }

    private Optional<Project> global(String name) {
        return Optional.ofNullable(written.get(name))
                .map(
                        object ->
                                switch (object.entry()) {
                                    case Entry.Valid(var project) -> project;
                                    case Entry.Invalid(var problem) ->
                                            throw new InvalidSpecException(
                                                    "The global project %s cannot be read: %s"
                                                            .formatted(name, problem));
                                });
    }

    /// Before the connection that it watches by is closed.
    void stop(@Observes ShutdownEvent event) {
        projects.close();
    }
}
