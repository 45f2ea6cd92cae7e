package io.tiphys.pipeline;

import io.tiphys.channel.Incoming;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Remembers what was handled lately, so that what is said twice is done once: a delivery that its
/// sender repeats (the same id), and one of which two senders told (the same move of the same ref,
/// with nothing in between). What somebody replays on purpose is no repetition.
///
/// Of an image, two senders tell at about the same time. Who pushes the same under the same tag
/// later wants something of it: that it is written, or to be told why it is not.
///
/// Forgetting does no harm, for nothing depends on it but work saved: after a restart, or when
/// another replica takes over, a repetition is handled again and finds nothing to do. Remembering
/// may, where another replica handled what came in between. Not for several threads.
final class Repetitions<T> {

    /// The most events that are remembered.
    private static final int MEMORY = 10_000;

    /// So long the same words about an image are a repetition.
    private static final Duration SAME_PUSH = Duration.ofMinutes(1);

    /// What an event says about what.
    ///
    /// @param id empty if two events with the same one may mean two things: some registries say
    ///     neither what was pushed nor when
    /// @param saying empty if two events with the same words may mean two things
    record Statement(String id, String subject, String saying) {}

    private record Said(String words, Instant at) {}

    private final Function<T, Statement> statement;
    private final Duration lasts;
    private final InstantSource clock;
    private final Map<String, Said> said =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Said> eldest) {
                    return size() > 2 * MEMORY;
                }
            };

    /// @param lasts how long words are remembered
    private Repetitions(Function<T, Statement> statement, Duration lasts, InstantSource clock) {
        this.statement = statement;
        this.lasts = lasts;
        this.clock = clock;
    }

    static Repetitions<GitEvent> ofGit() {
        return new Repetitions<>(
                event ->
                        switch (event) {
                            case GitEvent.Pushed push ->
                                    new Statement(
                                            push.id(),
                                            push.repository() + " " + push.ref(),
                                            push.before() + " " + push.after());
                            case GitEvent.PullRequestChanged change ->
                                    new Statement(change.id(), "", "");
                        },
                ChronoUnit.FOREVER.getDuration(),
                InstantSource.system());
    }

    static Repetitions<ImageEvent> ofImages(InstantSource clock) {
        return new Repetitions<>(
                event ->
                        switch (event) {
                            case ImageEvent.Pushed push ->
                                    push.digest().isEmpty()
                                            ? new Statement("", "", "")
                                            : new Statement(
                                                    push.id(),
                                                    push.repository() + ":" + push.tag(),
                                                    push.digest());
                            case ImageEvent.ArtifactPushed push -> new Statement(push.id(), "", "");
                        },
                SAME_PUSH,
                clock);
    }

    /// Those of a batch that say something new, also to those before them in the batch.
    List<T> without(List<Incoming<T>> batch) {
        var here = new LinkedHashMap<String, Said>();
        return batch.stream()
                .filter(it -> isNew(statement.apply(it.event()), here) || it.replayed())
                .map(Incoming::event)
                .toList();
    }

    /// Remembers a batch; to be called when it is done with, for one that failed must be handled
    /// again.
    void remember(List<Incoming<T>> batch) {
        batch.forEach(it -> remember(statement.apply(it.event()), said));
    }

    /// To be called when events may have been handled elsewhere since.
    void forget() {
        said.clear();
    }

    private boolean isNew(Statement one, Map<String, Said> here) {
        var id = "id " + one.id;
        boolean isNew =
                (one.id.isEmpty() || !(said.containsKey(id) || here.containsKey(id)))
                        && !isSaid(one, here.getOrDefault(one.subject, said.get(one.subject)));
        remember(one, here);
        return isNew;
    }

    private boolean isSaid(Statement one, @Nullable Said before) {
        return before != null
                && !one.saying.isEmpty()
                && one.saying.equals(before.words())
                && Duration.between(before.at(), clock.instant()).compareTo(lasts) < 0;
    }

    private void remember(Statement one, Map<String, Said> where) {
        var now = clock.instant();
        if (!one.id.isEmpty()) {
            where.put("id " + one.id, new Said("", now));
        }
        // Repeating it for ever keeps nobody from hearing of it again.
        if (!one.saying.isEmpty() && !isSaid(one, where.get(one.subject))) {
            where.put(one.subject, new Said(one.saying, now));
        }
    }
}
