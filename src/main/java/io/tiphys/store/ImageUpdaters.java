package io.tiphys.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.KubernetesApi;
import io.tiphys.cluster.WatchedCollection;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.ImageUpdater;
import io.tiphys.core.image.ImageUpdaterReader;
import io.tiphys.core.image.RegistryNames;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Which images Applications want kept current, whoever says so: an ImageUpdater of their
/// namespace, or where none describes them, or leaves it to them, their own annotations. Watched: a
/// change counts at once.
@Singleton
public class ImageUpdaters {

    private static final Logger LOG = Logger.getLogger(ImageUpdaters.class);

    private static final String API_VERSION = "argocd-image-updater.argoproj.io/v1alpha1";

    private static final long START_MILLIS = 30_000;

    private final KubernetesApi api;
    private final ApplicationStore applications;
    private final ApplicationNamespaces namespaces;
    private final ImageUpdaterSettings settings;
    private final WatchedCollection resources;
    private final Map<ImageUpdater.Id, Resource> read = new ConcurrentHashMap<>();
    private final Map<ApplicationId, Chosen> chosen = new ConcurrentHashMap<>();
    private final List<Consumer<Set<ApplicationId>>> listeners = new CopyOnWriteArrayList<>();

    /// What of images is not written, and why, as far as it was found here; by their entries.
    private final Map<ApplicationId, Map<String, String>> refused = new ConcurrentHashMap<>();

    private final List<Consumer<Set<ApplicationId>>> refusals = new CopyOnWriteArrayList<>();

    /// A resource as it stands.
    public sealed interface Resource {

        ImageUpdater.Id id();

        record Valid(ImageUpdater updater) implements Resource {
            @Override
            public ImageUpdater.Id id() {
                return updater.id();
            }
        }

        /// @param problem what its author should mend
        record Invalid(ImageUpdater.Id id, String problem) implements Resource {}
    }

    /// What an Application wants.
    ///
    /// @param by the resource that describes the Application; empty if none does
    /// @param rivals other resources that describe it as closely
    public record Chosen(
            ImageList list, Optional<ImageUpdater.Id> by, List<ImageUpdater.Id> rivals) {

        static final Chosen NOTHING =
                new Chosen(ImageList.parse(Map.of()), Optional.empty(), List.of());
    }

    ImageUpdaters(
            ApplicationStore applications,
            ApplicationNamespaces namespaces,
            ImageUpdaterSettings settings,
            Clusters clusters) {
        api = clusters.controlPlane();
        this.applications = applications;
        this.namespaces = namespaces;
        this.settings = settings;
        resources =
                new WatchedCollection(
                        api,
                        "/apis/" + API_VERSION + namespaces.path() + "/imageupdaters",
                        API_VERSION,
                        "ImageUpdater",
                        this::changed);
        applications.onChange(this::changed);
        settings.onRegistryChange(this::reread);
        // What came in between.
        reread();
    }

    /// Before any event is looked at: without them, annotations would be followed that are none of
    /// their business. Where the kind is not installed there are none.
    ///
    /// @throws IllegalStateException if the cluster does not answer, which ends the start
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (!resources.awaitSettled(START_MILLIS)) {
            throw new IllegalStateException(
                    "The cluster at %s does not say which ImageUpdaters there are"
                            .formatted(api.address()));
        }
    }

    /// What an Application wants kept current.
    public ImageList list(Application application) {
        var known = chosen.get(application.id());
        var list =
                known == null ? ImageList.parse(application.annotations(), names()) : known.list();
        var problems = refused.get(application.id());
        return problems == null ? list : list.with(problems);
    }

    /// Takes in that a tag of an image is not written, or that nothing keeps it from being written.
    ///
    /// @param entry of the list
    public void refuse(ApplicationId application, String entry, Optional<String> problem) {
        if (isRefusedOtherwise(application, entry, problem)) {
            refusals.forEach(listener -> listener.accept(Set.of(application)));
        }
    }

    private synchronized boolean isRefusedOtherwise(
            ApplicationId application, String entry, Optional<String> problem) {
        var before = refused.getOrDefault(application, Map.of());
        var after = new HashMap<>(before);
        problem.ifPresentOrElse(it -> after.put(entry, it), () -> after.remove(entry));
        if (after.isEmpty()) {
            refused.remove(application);
        } else {
            refused.put(application, Map.copyOf(after));
        }
        return !after.equals(before);
    }

    /// Calls back with the Application of which an image is refused for another reason than before,
    /// or is no longer, on the thread that found it. Must return quickly.
    public void onRefusal(Consumer<Set<ApplicationId>> listener) {
        refusals.add(listener);
    }

    /// The resource that describes an Application.
    public Optional<ImageUpdater.Id> describing(ApplicationId application) {
        return Optional.ofNullable(chosen.get(application)).flatMap(Chosen::by);
    }

    /// All Applications.
    public Map<ApplicationId, Chosen> all() {
        return Map.copyOf(chosen);
    }

    public List<Resource> resources() {
        return List.copyOf(read.values());
    }

    /// The custom resource, whole.
    public Optional<Map<String, Object>> tree(ImageUpdater.Id id) {
        return resources.find(id.namespace(), id.name());
    }

    /// Calls back with the Applications that want something else than before, and with none where
    /// nothing but a resource changed, on the thread that saw the change. Must return quickly.
    public void onChange(Consumer<Set<ApplicationId>> listener) {
        listeners.add(listener);
    }

    /// Writes the status of a resource, if it is to be another than it is. It is told where it
    /// cannot be written, and tried again when there is something else to write.
    ///
    /// @param edit given the status
    public void editStatus(ImageUpdater.Id id, UnaryOperator<Map<String, Object>> edit) {
        try {
            if (resources.onNewest(path(id), () -> edited(id, edit)).isEmpty()) {
                LOG.warnf("The ImageUpdater %s changes faster than its status can be written", id);
            }
        } catch (ApiFailure failure) {
            LOG.warnf(
                    "The status of the ImageUpdater %s is not written: %s",
                    id, failure.getMessage());
        }
    }

    /// @return whether it was written
    private boolean edited(ImageUpdater.Id id, UnaryOperator<Map<String, Object>> edit) {
        var tree = tree(id);
        if (tree.isEmpty()) {
            return false;
        }
        var status = Json.object(tree.get(), "status");
        var edited = edit.apply(status);
        if (edited.equals(status)) {
            return false;
        }
        resources.written(
                api.mergePatch(
                        path(id) + "/status?fieldManager=" + KubernetesApi.FIELD_MANAGER,
                        Map.of(
                                "metadata",
                                Map.of(
                                        "resourceVersion",
                                        Json.string(tree.get(), "metadata", "resourceVersion")),
                                "status",
                                edited)));
        return true;
    }

    private static String path(ImageUpdater.Id id) {
        return "/apis/%s/namespaces/%s/imageupdaters/%s"
                .formatted(API_VERSION, id.namespace(), id.name());
    }

    private void changed(
            @Nullable Map<String, Object> before, @Nullable Map<String, Object> after) {
        var id = ImageUpdater.Id.of(after == null ? Json.object(before) : after);
        if (!namespaces.permit(id.namespace()) || isSameSpec(before, after)) {
            return;
        }
        if (after == null) {
            read.remove(id);
        } else {
            read.put(id, read(after));
        }
        tell(reconsider(it -> it.namespace().equals(id.namespace())));
    }

    /// Where images are that name no registry may be said otherwise now.
    private void reread() {
        resources.all().stream()
                .filter(it -> read.containsKey(ImageUpdater.Id.of(it)))
                .forEach(it -> read.put(ImageUpdater.Id.of(it), read(it)));
        tell(reconsider(_ -> true));
    }

    private RegistryNames names() {
        return settings.registries().names();
    }

    /// Most changes are of the status.
    private static boolean isSameSpec(
            @Nullable Map<String, Object> before, @Nullable Map<String, Object> after) {
        return before != null
                && after != null
                && Json.object(before, "spec").equals(Json.object(after, "spec"));
    }

    private Resource read(Map<String, Object> tree) {
        try {
            return new Resource.Valid(ImageUpdaterReader.read(tree, names()));
        } catch (InvalidSpecException invalid) {
            return new Resource.Invalid(
                    ImageUpdater.Id.of(tree), String.valueOf(invalid.getMessage()));
        }
    }

    private void changed(Change change) {
        if (!metadata(change.before()).equals(metadata(change.after())) && choose(change.id())) {
            tell(Set.of(change.id()));
        }
    }

    /// What of an Application is looked at. Most changes are of its status.
    private static List<Object> metadata(Optional<Entry> entry) {
        return entry.map(Entry::tree)
                .map(
                        it ->
                                List.<Object>of(
                                        Json.object(it, "metadata", "labels"),
                                        Json.object(it, "metadata", "annotations"),
                                        entry.get() instanceof Entry.Valid))
                .orElse(List.of());
    }

    private Set<ApplicationId> reconsider(Predicate<ApplicationId> which) {
        var changed = new HashSet<ApplicationId>();
        for (var entry : applications.all()) {
            if (which.test(entry.id()) && choose(entry.id())) {
                changed.add(entry.id());
            }
        }
        return changed;
    }

    /// One at a time, so that what was chosen by an older resource does not stay.
    ///
    /// @return whether it is another choice than before
    private synchronized boolean choose(ApplicationId id) {
        var now = applications.find(id).flatMap(this::choice);
        if (now.isEmpty()) {
            refused.remove(id);
        }
        var before =
                Optional.ofNullable(
                        now.isPresent() ? chosen.put(id, now.get()) : chosen.remove(id));
        return !before.orElse(Chosen.NOTHING).equals(now.orElse(Chosen.NOTHING));
    }

    private Optional<Chosen> choice(Entry entry) {
        return switch (entry) {
            case Entry.Invalid _ -> Optional.empty();
            case Entry.Valid(var application, var tree) ->
                    Optional.of(choice(application, Json.strings(tree, "metadata", "labels")));
        };
    }

    private Chosen choice(Application application, Map<String, String> labels) {
        var match = ImageUpdater.of(application.id(), labels, valid());
        return new Chosen(
                match.map(it -> it.reference().list(application.annotations(), names()))
                        .orElseGet(() -> ImageList.parse(application.annotations(), names())),
                match.map(it -> it.updater().id()),
                match.map(ImageUpdater.Match::rivals).orElse(List.of()));
    }

    private List<ImageUpdater> valid() {
        return read.values().stream()
                .flatMap(
                        it ->
                                switch (it) {
                                    case Resource.Valid(var updater) -> Stream.of(updater);
                                    case Resource.Invalid _ -> Stream.empty();
                                })
                .toList();
    }

    private void tell(Set<ApplicationId> changed) {
        listeners.forEach(listener -> listener.accept(changed));
    }

    /// Before the connection that it watches by is closed.
    void stop(@Observes ShutdownEvent event) {
        resources.close();
    }
}
