package io.tiphys.image;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.core.image.ImageUpdater;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.image.UpdaterStatus;
import io.tiphys.core.image.UpdaterStatus.Findings;
import io.tiphys.core.image.UpdaterStatus.Update;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ImageUpdaters;
import io.tiphys.store.ImageUpdaters.Chosen;
import io.tiphys.store.ImageUpdaters.Resource;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Tells in each ImageUpdater's status what became of it. Changes that come while one is told of
/// are told of together.
@Singleton
class UpdaterStatuses {

    private static final Logger LOG = Logger.getLogger(UpdaterStatuses.class);

    private final ImageUpdaters updaters;
    private final ApplicationStore store;
    private final Clock clock = Clock.systemUTC();
    private final Semaphore changes = new Semaphore(1);
    private volatile boolean stopping;

    UpdaterStatuses(ImageUpdaters updaters, ApplicationStore store) {
        this.updaters = updaters;
        this.store = store;
    }

    void start(@Observes StartupEvent event) {
        updaters.onChange(_ -> changes.release());
        Thread.ofVirtual().name("tiphys-updaters").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        changes.release();
    }

    private void run() {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                if (stopping) {
                    return;
                }
                tell();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell() {
        try {
            // Gather
            var resources = updaters.resources();
            var following = new HashMap<ImageUpdater.Id, List<Kept>>();
            var lost = new HashMap<ImageUpdater.Id, List<String>>();
            updaters.all().forEach((id, chosen) -> sort(id, chosen, following, lost));

            for (var resource : resources) {
                var id = resource.id();

                // Decide
                var findings =
                        findings(
                                resource,
                                following.getOrDefault(id, List.of()),
                                lost.getOrDefault(id, List.of()));

                // Act
                var generation = updaters.tree(id).map(it -> Json.at(it, "metadata", "generation"));
                updaters.editStatus(
                        id,
                        before ->
                                UpdaterStatus.found(
                                        before, generation.orElse(0), findings, clock.instant()));
            }
        } catch (RuntimeException unexpected) {
            // What comes next is told all the same.
            LOG.error("The status of ImageUpdaters could not be told", unexpected);
        }
    }

    /// An Application that follows a resource.
    private record Kept(Application application, Chosen chosen) {}

    private void sort(
            ApplicationId id,
            Chosen chosen,
            Map<ImageUpdater.Id, List<Kept>> following,
            Map<ImageUpdater.Id, List<String>> lost) {
        var application = store.application(id);
        if (chosen.by().isEmpty() || application.isEmpty()) {
            return;
        }
        var by = chosen.by().get();
        following
                .computeIfAbsent(by, _ -> new ArrayList<>())
                .add(new Kept(application.get(), chosen));
        for (var rival : chosen.rivals()) {
            lost.computeIfAbsent(rival, _ -> new ArrayList<>())
                    .add(
                            "%s: the ImageUpdater %s describes it as closely, and is the one that counts"
                                    .formatted(id.name(), by.name()));
        }
    }

    private static Findings findings(Resource resource, List<Kept> kept, List<String> lost) {
        return switch (resource) {
            case Resource.Invalid(_, var problem) ->
                    new Findings(Optional.of(problem), 0, 0, List.of());
            case Resource.Valid(var updater) ->
                    new Findings(
                            Optional.empty(),
                            kept.size(),
                            kept.stream().mapToInt(it -> it.chosen().list().images().size()).sum(),
                            Stream.of(
                                            updater.problems().stream(),
                                            kept.stream().flatMap(UpdaterStatuses::problems),
                                            lost.stream())
                                    .flatMap(it -> it)
                                    .sorted()
                                    .toList());
        };
    }

    private static Stream<String> problems(Kept kept) {
        return ImageUpdates.problems(kept.application(), kept.chosen().list()).stream()
                .map(it -> "%s: %s".formatted(kept.application().id().name(), it));
    }

    /// Tells anew what there is to be mended.
    void reconsider() {
        changes.release();
    }

    /// Tells that registries were asked for the images of Applications.
    void checked(Collection<ApplicationId> applications) {
        var resources =
                applications.stream()
                        .flatMap(it -> updaters.describing(it).stream())
                        .collect(Collectors.toSet());
        resources.forEach(
                id ->
                        updaters.editStatus(
                                id, before -> UpdaterStatus.checked(before, clock.instant())));
    }

    /// Tells why a tag could not be written.
    ///
    /// @param image its alias or its name
    void refused(ApplicationId application, String image, String reason) {
        edit(
                application,
                before ->
                        UpdaterStatus.refused(
                                before, application.name() + " " + image, reason, clock.instant()));
    }

    /// Tells that nothing is in the way of a tag any more, where something was.
    void taken(ApplicationId application, String image) {
        edit(
                application,
                before ->
                        UpdaterStatus.taken(
                                before, application.name() + " " + image, clock.instant()));
    }

    /// Tells that an Application's image is not written for want of a signature, or that nothing is
    /// wrong with it.
    void signed(ApplicationId application, String image, Optional<String> problem) {
        edit(
                application,
                before ->
                        UpdaterStatus.signed(
                                before,
                                application.name() + ", " + image,
                                problem,
                                clock.instant()));
    }

    /// Tells that an Application's image has another tag.
    void updated(ApplicationId application, Update update) {
        edit(application, before -> UpdaterStatus.updated(before, update, clock.instant()));
    }

    private void edit(ApplicationId application, UnaryOperator<Map<String, Object>> edit) {
        updaters.describing(application).ifPresent(id -> updaters.editStatus(id, edit));
    }
}
