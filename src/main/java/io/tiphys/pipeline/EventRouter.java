package io.tiphys.pipeline;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.EventReader;
import io.tiphys.channel.Incoming;
import io.tiphys.channel.Topics;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.ApplicationId;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// Turns events into commands. Events come in batches, and of a burst one command an Application
/// is left. A batch is done with when the broker has all that came of it.
@Singleton
class EventRouter {

    /// Commands on their way to the broker at once.
    private static final int IN_FLIGHT = 256;

    private final ApplicationIndex index;
    private final EventChannel channel;
    private final Counter repeated;
    private final Repetitions<GitEvent> gitEvents = Repetitions.ofGit();
    private final Repetitions<ImageEvent> imageEvents =
            Repetitions.ofImages(InstantSource.system());

    EventRouter(ApplicationIndex index, EventChannel channel, MeterRegistry meters) {
        this.index = index;
        this.channel = channel;
        repeated = meters.counter("tiphys.events.repeated");
    }

    void start(@Observes StartupEvent event, EventReader reader) {
        reader.read(
                Topics.GIT_EVENTS,
                "tiphys-pipeline-git",
                GitEvent.class,
                batch ->
                        once(
                                gitEvents,
                                batch,
                                events -> route(events, Traces.of(batch, GitEvent::id))),
                gitEvents::forget);
        reader.read(
                Topics.IMAGE_EVENTS,
                "tiphys-pipeline-image",
                ImageEvent.class,
                batch ->
                        once(
                                imageEvents,
                                batch,
                                events -> routeImages(events, Traces.of(batch, ImageEvent::id))),
                imageEvents::forget);
    }

    private <T> Uni<Void> once(
            Repetitions<T> repetitions,
            List<Incoming<T>> batch,
            Function<List<T>, Uni<Void>> handler) {
        var events = repetitions.without(batch);
        return handler.apply(events)
                .invoke(
                        () -> {
                            repetitions.remember(batch);
                            repeated.increment(batch.size() - events.size());
                        });
    }

    /// What can be decided is done at once; for the rest, the files are asked of Git first.
    private Uni<Void> route(List<GitEvent> events, Traces traces) {
        return all(refreshes(events), it -> channel.publish(it, traces.of(it)))
                .chain(
                        () ->
                                all(
                                        inDoubt(events),
                                        it -> channel.publishIncomplete(it, traces.of(it.id()))));
    }

    /// A tag may be of an image that Git is to have, of a chart that Applications are made of, and
    /// registries do not always say which.
    private Uni<Void> routeImages(List<ImageEvent> events, Traces traces) {
        return all(writeBacks(events), it -> channel.publish(it, traces.of(it.cause())))
                .chain(
                        () ->
                                all(
                                        artefactRefreshes(events),
                                        it -> channel.publish(it, traces.of(it))));
    }

    private List<GitEvent.Pushed> inDoubt(List<GitEvent> events) {
        return events.stream()
                .filter(GitEvent.Pushed.class::isInstance)
                .map(GitEvent.Pushed.class::cast)
                .filter(push -> index.byRepository(push.repository()).inDoubt(push).isPresent())
                .toList();
    }

    static <T> Uni<Void> all(Collection<T> commands, Function<T, CompletionStage<Void>> publish) {
        return Multi.createFrom()
                .iterable(commands)
                .onItem()
                .transformToUni(it -> Uni.createFrom().completionStage(publish.apply(it)))
                .merge(IN_FLIGHT)
                .collect()
                .last();
    }

    private Collection<Refresh> refreshes(List<GitEvent> events) {
        Map<ApplicationId, Refresh> perApplication = new LinkedHashMap<>();
        for (var event : events) {
            switch (event) {
                case GitEvent.Pushed push -> {
                    for (var refresh : index.byRepository(push.repository()).refreshes(push)) {
                        perApplication.merge(refresh.application(), refresh, Refresh::and);
                    }
                    index.refreshesOfNaming(push)
                            .forEach(
                                    it -> perApplication.merge(it.application(), it, Refresh::and));
                }
                case GitEvent.PullRequestChanged _ -> {
                    // Nothing that is deployed follows a pull request.
                }
            }
        }
        return perApplication.values();
    }

    private Collection<Refresh> artefactRefreshes(List<ImageEvent> events) {
        Map<ApplicationId, Refresh> perApplication = new LinkedHashMap<>();
        for (var event : events) {
            var fetch = FetchDemand.including(event.repository(), event.id(), event.tag());
            index.byArtefact(event.repository(), event.tag())
                    .map(id -> new Refresh(id, false, fetch, event.id()))
                    .forEach(it -> perApplication.merge(it.application(), it, Refresh::and));
        }
        return perApplication.values();
    }

    private Set<WriteBack> writeBacks(List<ImageEvent> events) {
        var requests = new LinkedHashSet<WriteBack>();
        for (var event : events) {
            switch (event) {
                case ImageEvent.Pushed push ->
                        requests.addAll(WriteBack.together(index.writeBacks(push).toList()));
                case ImageEvent.ArtifactPushed _ -> {
                    // No tag of an image.
                }
            }
        }
        return requests;
    }
}
