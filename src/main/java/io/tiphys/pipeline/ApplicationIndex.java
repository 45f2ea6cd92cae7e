package io.tiphys.pipeline;

import io.tiphys.core.image.ImageList;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.Credentials;
import io.tiphys.store.Credentials.Use;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Finds Applications by what events name, a repository or an image, without looking at the
/// others. Follows the store.
@Singleton
class ApplicationIndex {

    private final ApplicationStore store;
    private final Credentials credentials;
    private final Map<String, Set<ApplicationId>> byRepository = new ConcurrentHashMap<>();
    private final Map<String, Set<ApplicationId>> byImage = new ConcurrentHashMap<>();

    ApplicationIndex(ApplicationStore store, Credentials credentials) {
        this.store = store;
        this.credentials = credentials;
        store.onChange(this::changed);
        store.all().forEach(entry -> changed(new Change(Optional.empty(), Optional.of(entry))));
    }

    /// @param repository canonical URL
    Collection<Application> byRepository(String repository) {
        return applications(byRepository.getOrDefault(repository, Set.of()));
    }

    /// The revisions that Applications follow in a repository, by what they read it with.
    ///
    /// @param address as they spell it
    Map<GitCredential, Set<String>> revisions(String address) {
        return byRepository(RepositoryUrl.canonical(address)).stream()
                .filter(it -> it.source().repoUrl().equals(address))
                .collect(
                        Collectors.groupingBy(
                                it -> credentials.reading(Use.by(it)),
                                Collectors.mapping(
                                        it -> it.source().targetRevision(), Collectors.toSet())));
    }

    /// @param image canonical repository
    Collection<Application> byImage(String image) {
        return applications(byImage.getOrDefault(image, Set.of()));
    }

    private List<Application> applications(Set<ApplicationId> ids) {
        return ids.stream()
                .flatMap(id -> store.find(id).stream())
                .flatMap(entry -> valid(Optional.of(entry)).stream())
                .toList();
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
                && before.get().source().equals(after.get().source())
                && before.get().annotations().equals(after.get().annotations());
    }

    private void add(Application application) {
        put(byRepository, repository(application), application.id());
        images(application).forEach(image -> put(byImage, image, application.id()));
    }

    private void remove(Application application) {
        drop(byRepository, repository(application), application.id());
        images(application).forEach(image -> drop(byImage, image, application.id()));
    }

    private static String repository(Application application) {
        return RepositoryUrl.canonical(application.source().repoUrl());
    }

    private static List<String> images(Application application) {
        return ImageList.parse(application.annotations()).images().stream()
                .map(image -> image.image().canonicalRepository())
                .toList();
    }

    private static Optional<Application> valid(Optional<Entry> entry) {
        return entry.flatMap(
                known ->
                        switch (known) {
                            case Entry.Valid valid -> Optional.of(valid.application());
                            case Entry.Invalid _ -> Optional.empty();
                        });
    }

    private static void put(Map<String, Set<ApplicationId>> index, String key, ApplicationId id) {
        index.compute(
                key,
                (_, ids) -> {
                    var all = ids == null ? ConcurrentHashMap.<ApplicationId>newKeySet() : ids;
                    all.add(id);
                    return all;
                });
    }

    private static void drop(Map<String, Set<ApplicationId>> index, String key, ApplicationId id) {
        index.computeIfPresent(
                key,
                (_, ids) -> {
                    ids.remove(id);
                    return ids.isEmpty() ? null : ids;
                });
    }
}
