package io.tiphys.pipeline;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaRecordBatch;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.Received;
import io.tiphys.channel.UnreadableRecordException;
import io.tiphys.core.affected.AffectedApplications;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.model.ApplicationId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Turns events into commands. A batch is what the log held when it was read: one record when it is
/// quiet, hundreds after a burst, and then one command an Application. A batch is done with when
/// the broker has all that came of it; until then it is read again after a crash.
@Singleton
class EventRouter {

    private static final Logger LOG = Logger.getLogger(EventRouter.class);

    /// Commands on their way to the broker at once.
    private static final int IN_FLIGHT = 256;

    /// The broker is away: nothing can be done but wait for it, and nothing may be lost.
    private static final Duration FIRST_RETRY = Duration.ofMillis(200);

    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final ApplicationIndex index;
    private final EventChannel channel;

    EventRouter(ApplicationIndex index, EventChannel channel) {
        this.index = index;
        this.channel = channel;
    }

    @Incoming("git-events")
    Uni<Void> git(KafkaRecordBatch<String, Received<GitEvent>> batch) {
        var deadLetters = new ArrayList<Uni<Void>>();
        var events = events(batch, GitEvent.class, deadLetters);
        var refreshes = refreshes(events);
        LOG.debugf("%d git events touch %d Applications", events.size(), refreshes.size());
        return all(deadLetters)
                .chain(() -> all(refreshes.stream().map(this::send).toList()))
                .chain(() -> Uni.createFrom().completionStage(batch.ack()));
    }

    @Incoming("image-events")
    Uni<Void> images(KafkaRecordBatch<String, Received<ImageEvent>> batch) {
        var deadLetters = new ArrayList<Uni<Void>>();
        var requests = writeBacks(events(batch, ImageEvent.class, deadLetters));
        return all(deadLetters)
                .chain(() -> all(requests.stream().map(this::send).toList()))
                .chain(() -> Uni.createFrom().completionStage(batch.ack()));
    }

    private static Uni<Void> all(List<Uni<Void>> sendings) {
        return Multi.createFrom()
                .iterable(sendings)
                .onItem()
                .transformToUni(sending -> sending)
                .merge(IN_FLIGHT)
                .collect()
                .last();
    }

    private List<Refresh> refreshes(List<GitEvent> events) {
        Map<ApplicationId, Refresh> perApplication = new LinkedHashMap<>();
        for (var event : events) {
            switch (event) {
                case GitEvent.Pushed push -> {
                    for (var refresh :
                            AffectedApplications.of(push, index.byRepository(push.repository()))) {
                        perApplication.merge(refresh.application(), refresh, Refresh::and);
                    }
                }
            }
        }
        return List.copyOf(perApplication.values());
    }

    private List<WriteBack> writeBacks(List<ImageEvent> events) {
        var requests = new LinkedHashSet<WriteBack>();
        for (var event : events) {
            switch (event) {
                case ImageEvent.Pushed push ->
                        requests.addAll(ImageUpdates.of(push, index.byImage(push.repository())));
            }
        }
        return List.copyOf(requests);
    }

    private Uni<Void> send(Refresh refresh) {
        return persistently(Uni.createFrom().completionStage(() -> channel.publish(refresh)));
    }

    private Uni<Void> send(WriteBack request) {
        return persistently(Uni.createFrom().completionStage(() -> channel.publish(request)));
    }

    /// What can be read of a batch; what cannot is put aside.
    private <T> List<T> events(
            KafkaRecordBatch<String, Received<T>> batch,
            Class<T> wanted,
            List<Uni<Void>> deadLetters) {
        var events = new ArrayList<T>();
        for (KafkaRecord<String, Received<T>> message : batch) {
            try {
                events.add(message.getPayload().as(wanted));
            } catch (UnreadableRecordException unreadable) {
                deadLetters.add(
                        persistently(
                                Uni.createFrom()
                                        .completionStage(
                                                () ->
                                                        channel.deadLetter(
                                                                message.getTopic(),
                                                                message.getKey(),
                                                                message.getPayload(),
                                                                String.valueOf(
                                                                        unreadable
                                                                                .getMessage())))));
            }
        }
        return events;
    }

    private static Uni<Void> persistently(Uni<Void> sending) {
        return sending.onFailure().retry().withBackOff(FIRST_RETRY, LAST_RETRY).indefinitely();
    }
}
