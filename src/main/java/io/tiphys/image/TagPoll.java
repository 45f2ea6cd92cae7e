package io.tiphys.image;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.Shard;
import io.tiphys.channel.Trace;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.Consent;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.TagChoice;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UpdateStrategy;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.ImageUpdaterSettings;
import io.tiphys.store.ImageUpdaters;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Finds tags that nobody told of, or that were too young when somebody did: asks the registry of
/// each tracked image, one after another, which tags it has; at once where an ImageUpdater or
/// `registries.conf` says something else than before. What it finds is asked to be written once, or
/// each time while it is withheld.
@Singleton
class TagPoll {

    private static final Logger LOG = Logger.getLogger(TagPoll.class);

    private static final String PROVIDER = "poll";

    private final Supplier<List<Application>> applications;
    private final Function<Application, ImageList> lists;
    private final Supplier<BiFunction<String, TrackedImage, List<Candidate>>> tags;
    private final Function<WriteBack, CompletionStage<Void>> publish;
    private final ImageConfig config;
    private final InstantSource clock;
    private final Admission admission;
    private final Consumer<Set<ApplicationId>> checked;

    /// Those that want something else than before, as many as there are.
    private final Set<ApplicationId> changed = ConcurrentHashMap.newKeySet();

    private final Semaphore woken = new Semaphore(0);
    private volatile boolean stopping;

    /// What was found last. Used by one thread.
    private Map<Key, Candidate> found = Map.of();

    private record Key(ApplicationId application, String alias, String image) {}

    /// Whether what was found may be written.
    interface Admission {

        boolean admits(Application application, TrackedImage image, Candidate found);
    }

    @Inject
    TagPoll(
            ApplicationStore store,
            ImageUpdaters updaters,
            Registries registries,
            EventChannel channel,
            UpdaterStatuses statuses,
            SignatureChecks signatures,
            Shard shard,
            ImageConfig config) {
        this(
                () -> store.applications().stream().filter(it -> shard.has(it.id())).toList(),
                updaters::list,
                registries::candidates,
                signatures,
                request -> channel.publish(request, Trace.NONE),
                statuses::checked,
                config,
                InstantSource.system());
    }

    /// @param applications that this replica looks after
    /// @param tags of an image, asked with what a project may use: one that is used for one look
    /// @param checked told for whom registries were asked
    TagPoll(
            Supplier<List<Application>> applications,
            Function<Application, ImageList> lists,
            Supplier<BiFunction<String, TrackedImage, List<Candidate>>> tags,
            Admission admission,
            Function<WriteBack, CompletionStage<Void>> publish,
            Consumer<Set<ApplicationId>> checked,
            ImageConfig config,
            InstantSource clock) {
        this.applications = applications;
        this.lists = lists;
        this.tags = tags;
        this.admission = admission;
        this.publish = publish;
        this.checked = checked;
        this.config = config;
        this.clock = clock;
    }

    void start(
            @Observes StartupEvent event,
            ImageUpdaters updaters,
            ImageUpdaterSettings settings,
            ApplicationStore store) {
        if (config.poll().isPositive()) {
            settings.onRegistryChange(
                    () -> changed(applications.get().stream().map(Application::id).toList()));
            store.onChange(
                    it -> {
                        if (!modes(it.before()).equals(modes(it.after()))) {
                            changed(List.of(it.id()));
                        }
                    });
            updaters.onChange(
                    all ->
                            changed(
                                    all.stream()
                                            .filter(it -> updaters.describing(it).isPresent())
                                            .toList()));
            Thread.ofVirtual().name("tiphys-tags").start(this::run);
        }
    }

    private static Map<String, String> modes(Optional<Entry> application) {
        return Consent.modes(
                application
                        .map(it -> Json.strings(it.tree(), "metadata", "annotations"))
                        .orElse(Map.of()));
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        woken.release();
    }

    private void changed(List<ApplicationId> applications) {
        if (!applications.isEmpty()) {
            changed.addAll(applications);
            woken.release();
        }
    }

    private void run() {
        try {
            long next = System.nanoTime() + config.poll().toNanos();
            while (!stopping) {
                boolean early = woken.tryAcquire(next - System.nanoTime(), TimeUnit.NANOSECONDS);
                woken.drainPermits();
                var some = Set.copyOf(changed);
                changed.removeAll(some);
                if (early) {
                    look(some);
                } else {
                    look();
                    next = System.nanoTime() + config.poll().toNanos();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks for the images of all Applications once.
    void look() {
        look(applications.get(), Map.of());
    }

    /// Asks for those of some. What was found for them before is found anew: it may have to be
    /// written elsewhere now.
    void look(Set<ApplicationId> some) {
        var others = new HashMap<>(found);
        others.keySet().removeIf(it -> some.contains(it.application()));
        found = Map.copyOf(others);
        look(applications.get().stream().filter(it -> some.contains(it.id())).toList(), found);
    }

    /// @param others what stays as it was found
    private void look(List<Application> looked, Map<Key, Candidate> others) {
        var now = new HashMap<>(others);
        var asked = new HashSet<ApplicationId>();
        var registries = tags.get();
        for (var application : looked) {
            var list = lists.apply(application);
            for (var image : list.images()) {
                if (stopping) {
                    return;
                }
                asked.add(application.id());
                if (ImageUpdates.isPaused(application, image)) {
                    continue;
                }
                var key = new Key(application.id(), image.alias().orElse(""), image.repository());
                var before =
                        Optional.ofNullable(found.get(key))
                                .filter(_ -> !isWithheld(application, list, image));
                newest(registries, application, image)
                        .filter(
                                it ->
                                        before.equals(Optional.of(it))
                                                || (admission.admits(application, image, it)
                                                        && request(application, key, it)))
                        .or(() -> before)
                        .ifPresent(it -> now.put(key, it));
            }
        }
        found = now;
        if (!asked.isEmpty()) {
            checked.accept(asked);
        }
    }

    /// What keeps it may be gone without anybody telling.
    private static boolean isWithheld(Application application, ImageList list, TrackedImage image) {
        return ImageUpdates.withheld(application, list)
                .anyMatch(it -> it.image().equals(image.label()));
    }

    /// What the registry has, whatever is named now. When tags were pushed it does not say.
    private Optional<Candidate> newest(
            BiFunction<String, TrackedImage, List<Candidate>> registries,
            Application application,
            TrackedImage image) {
        if (image.strategy() instanceof UpdateStrategy.NewestPush) {
            return Optional.empty();
        }
        try {
            var candidates = registries.apply(application.project(), image);
            return TagChoice.of(image, Optional.empty(), candidates, clock.instant()).chosen();
        } catch (ManifestFailure | RefusedEditException failure) {
            LOG.warnf(
                    "The tags of %s are not known to %s: %s",
                    image.spelled(), application.id(), failure.getMessage());
            return Optional.empty();
        }
    }

    /// @return whether it is asked for
    private boolean request(Application application, Key key, Candidate tag) {
        var push =
                new ImageEvent.Pushed(
                        "%s:%s:%s".formatted(PROVIDER, key.image(), tag.tag()),
                        key.image(),
                        tag.tag(),
                        tag.digest().orElse(""),
                        "",
                        "",
                        PROVIDER);
        try {
            ImageUpdates.of(push, application, lists.apply(application)).stream()
                    .filter(it -> it.alias().equals(key.alias()))
                    .forEach(it -> publish.apply(it).toCompletableFuture().join());
            return true;
        } catch (CompletionException notTaken) {
            LOG.warnf(
                    "%s:%s is asked for again: %s", key.image(), tag.tag(), notTaken.getMessage());
            return false;
        }
    }
}
