package io.tiphys.image;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.Shard;
import io.tiphys.channel.Trace;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.TagChoice;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UpdateStrategy;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.ApplicationStore;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Finds tags that nobody told of, or that were too young when somebody did: asks the registry of
/// each tracked image, one after another, which tags it has. What it finds is asked to be written
/// once; if somebody takes that back in Git, it stays so until there is another tag.
@Singleton
class TagPoll {

    private static final Logger LOG = Logger.getLogger(TagPoll.class);

    private static final String PROVIDER = "poll";

    private final Supplier<List<Application>> applications;
    private final BiFunction<String, TrackedImage, List<Candidate>> tags;
    private final Function<WriteBack, CompletionStage<Void>> publish;
    private final ImageConfig config;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /// What was found last. Used by one thread.
    private Map<Key, Candidate> found = Map.of();

    private record Key(ApplicationId application, String alias, String image) {}

    @Inject
    TagPoll(
            ApplicationStore store,
            Registries registries,
            EventChannel channel,
            Shard shard,
            ImageConfig config) {
        this(
                () -> store.applications().stream().filter(it -> shard.has(it.id())).toList(),
                registries::candidates,
                request -> channel.publish(request, Trace.NONE),
                config,
                InstantSource.system());
    }

    /// @param applications that this replica looks after
    /// @param tags of an image, asked with what a project may use
    TagPoll(
            Supplier<List<Application>> applications,
            BiFunction<String, TrackedImage, List<Candidate>> tags,
            Function<WriteBack, CompletionStage<Void>> publish,
            ImageConfig config,
            InstantSource clock) {
        this.applications = applications;
        this.tags = tags;
        this.publish = publish;
        this.config = config;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        if (config.poll().isPositive()) {
            Thread.ofVirtual().name("tiphys-tags").start(this::run);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    private void run() {
        try {
            while (!stopping.await(config.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks for the images of all Applications once.
    void look() {
        var now = new HashMap<Key, Candidate>();
        for (var application : applications.get()) {
            for (var image : ImageList.parse(application.annotations()).images()) {
                if (stopping.getCount() == 0) {
                    return;
                }
                var key =
                        new Key(
                                application.id(),
                                image.alias().orElse(""),
                                image.image().canonicalRepository());
                var before = Optional.ofNullable(found.get(key));
                newest(application, image)
                        .filter(
                                it ->
                                        before.equals(Optional.of(it))
                                                || request(application, key, it))
                        .or(() -> before)
                        .ifPresent(it -> now.put(key, it));
            }
        }
        found = now;
    }

    /// What the registry has, whatever is named now. When tags were pushed it does not say.
    private Optional<Candidate> newest(Application application, TrackedImage image) {
        if (image.strategy() instanceof UpdateStrategy.NewestPush) {
            return Optional.empty();
        }
        try {
            var candidates = tags.apply(application.project(), image);
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
            ImageUpdates.of(push, List.of(application)).stream()
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
