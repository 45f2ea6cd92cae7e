package io.tiphys.pipeline;

import io.tiphys.core.affected.AffectedApplications;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.TrackingId;
import io.tiphys.repo.NamedRepositories;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.ImageUpdaters;
import io.tiphys.store.StoreConfig;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds Applications by what events name, a repository or an image, without looking at the
/// others. Follows the store.
@Singleton
class ApplicationIndex {

    private final ApplicationStore store;
    private final Credentials credentials;
    private final NamedRepositories named;
    private final String controlPlaneNamespace;
    private final Map<String, AffectedApplications> byRepository = new ConcurrentHashMap<>();
    private final ImageUpdaters updaters;
    private final Map<String, Set<ApplicationId>> byImage = new ConcurrentHashMap<>();
    private final Map<ApplicationId, Set<String>> images = new ConcurrentHashMap<>();
    private final Map<String, Set<ApplicationId>> byArtefact = new ConcurrentHashMap<>();

    ApplicationIndex(
            ApplicationStore store,
            ImageUpdaters updaters,
            Credentials credentials,
            NamedRepositories named,
            StoreConfig config) {
        this.store = store;
        this.updaters = updaters;
        this.credentials = credentials;
        this.named = named;
        this.controlPlaneNamespace = config.namespace();
        store.onChange(this::changed);
        store.all().forEach(entry -> changed(new Change(Optional.empty(), Optional.of(entry))));
        updaters.onChange(it -> it.forEach(this::imagesChanged));
        updaters.all().keySet().forEach(this::imagesChanged);
    }

    /// Those with a source in a repository.
    ///
    /// @param repository canonical URL
    AffectedApplications byRepository(String repository) {
        return byRepository.getOrDefault(repository, new AffectedApplications());
    }

    /// What to ask of those whose files name what was pushed.
    Stream<Refresh> refreshesOfNaming(GitEvent.Pushed push) {
        var fetch = FetchDemand.including(push.repository(), push.id(), push.after());
        return named.naming(push.repository()).entrySet().stream()
                .filter(
                        it ->
                                it.getValue().stream()
                                        .anyMatch(ref -> AffectedApplications.moves(push, ref)))
                .map(it -> TrackingId.application(it.getKey(), controlPlaneNamespace))
                .map(id -> new Refresh(id, false, fetch, push.id()));
    }

    /// As it is known now; empty if it is gone.
    Optional<Application> find(ApplicationId id) {
        return valid(store.find(id));
    }

    /// The revisions that Applications follow in a repository, by what they read it with.
    ///
    /// @param address as they spell it
    Map<GitCredential, Set<Revision>> revisions(String address) {
        var revisions = new HashMap<GitCredential, Set<Revision>>();
        for (var one : applications(byRepository(RepositoryUrl.canonical(address)).all())) {
            one.sources()
                    .git()
                    .filter(source -> source.repoUrl().equals(address))
                    .forEach(
                            source ->
                                    revisions
                                            .computeIfAbsent(
                                                    credentials.reading(
                                                            new Use(address, one.project())),
                                                    _ -> new HashSet<>())
                                            .add(source.revision()));
        }
        return revisions;
    }

    /// What is to be written of a pushed tag.
    Stream<WriteBack> writeBacks(ImageEvent.Pushed push) {
        return applications(byImage.getOrDefault(push.repository(), Set.of())).stream()
                .flatMap(it -> ImageUpdates.of(push, it, updaters.list(it)).stream());
    }

    /// Those with a source that is a chart or another artefact of a registry, for which a new tag
    /// counts.
    ///
    /// @param artefact canonical repository
    Stream<ApplicationId> byArtefact(String artefact, String tag) {
        return applications(byArtefact.getOrDefault(artefact, Set.of())).stream()
                .filter(
                        application ->
                                application.sources().all().stream()
                                        .filter(it -> !it.isGit())
                                        .filter(it -> it.events().equals(artefact))
                                        .anyMatch(it -> it.follows(tag)))
                .map(Application::id);
    }

    private List<Application> applications(Set<ApplicationId> ids) {
        return ids.stream().flatMap(id -> find(id).stream()).toList();
    }

    private void changed(Change change) {
        var before = valid(change.before());
        var after = valid(change.after());
        if (sameKeys(before, after)) {
            return;
        }
        before.ifPresent(this::remove);
        after.ifPresent(this::add);
    }

    /// Most changes are of the status, which no event names.
    private static boolean sameKeys(Optional<Application> before, Optional<Application> after) {
        return before.isPresent()
                && after.isPresent()
                && before.get().sources().equals(after.get().sources());
    }

    private void add(Application application) {
        application
                .sources()
                .git()
                .forEach(
                        source ->
                                byRepository.compute(
                                        source.events(),
                                        (_, known) -> {
                                            var all =
                                                    known == null
                                                            ? new AffectedApplications()
                                                            : known;
                                            all.add(application, source);
                                            return all;
                                        }));
        artefacts(application).forEach(it -> put(byArtefact, it, application.id()));
    }

    /// One at a time, so that what was wanted earlier does not stay.
    private synchronized void imagesChanged(ApplicationId id) {
        var now =
                find(id).map(updaters::list).map(ImageList::images).stream()
                        .flatMap(List::stream)
                        .map(TrackedImage::repository)
                        .collect(Collectors.toUnmodifiableSet());
        var before = now.isEmpty() ? images.remove(id) : images.put(id, now);
        now.forEach(it -> put(byImage, it, id));
        if (before != null) {
            before.stream().filter(it -> !now.contains(it)).forEach(it -> drop(byImage, it, id));
        }
    }

    private static void put(
            Map<String, Set<ApplicationId>> index, String key, ApplicationId application) {
        index.compute(
                key,
                (_, known) -> {
                    var all = known == null ? ConcurrentHashMap.<ApplicationId>newKeySet() : known;
                    all.add(application);
                    return all;
                });
    }

    private void remove(Application application) {
        application
                .sources()
                .git()
                .forEach(
                        source ->
                                byRepository.computeIfPresent(
                                        source.events(),
                                        (_, all) -> {
                                            all.remove(application, source);
                                            return all.isEmpty() ? null : all;
                                        }));
        artefacts(application).forEach(it -> drop(byArtefact, it, application.id()));
    }

    private static void drop(
            Map<String, Set<ApplicationId>> index, String key, ApplicationId application) {
        index.computeIfPresent(
                key,
                (_, all) -> {
                    all.remove(application);
                    return all.isEmpty() ? null : all;
                });
    }

    private static Stream<String> artefacts(Application application) {
        return application.sources().all().stream()
                .filter(source -> !source.isGit())
                .map(Source::events);
    }

    private static Optional<Application> valid(Optional<Entry> entry) {
        return entry.flatMap(
                known ->
                        switch (known) {
                            case Entry.Valid valid -> Optional.of(valid.application());
                            case Entry.Invalid _ -> Optional.empty();
                        });
    }
}
