package io.tiphys.pipeline;

import io.tiphys.channel.Incoming;
import io.tiphys.channel.Trace;
import io.tiphys.core.event.ApplicationCommand.Push;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Which traces the events of a batch belong to, so that what comes of them goes on there.
///
/// @param byEvent by the events' ids; none of events that nobody traces
record Traces(Map<String, Trace> byEvent) {

    private static final Traces NONE = new Traces(Map.of());

    static <T> Traces of(List<Incoming<T>> batch, Function<? super T, String> id) {
        if (batch.stream().allMatch(it -> it.trace().isNone())) {
            return NONE;
        }
        var byEvent = new HashMap<String, Trace>();
        batch.forEach(it -> byEvent.merge(id.apply(it.event()), it.trace(), Trace::and));
        return new Traces(byEvent);
    }

    /// @param event its id
    Trace of(String event) {
        return byEvent.getOrDefault(event, Trace.NONE);
    }

    /// That of the newest event behind it, with those of the others that it names.
    Trace of(Refresh refresh) {
        return byEvent.isEmpty()
                ? Trace.NONE
                : refresh.fetch().pushes().stream()
                        .map(Push::event)
                        .map(this::of)
                        .reduce(Trace.NONE, Trace::and)
                        .and(of(refresh.cause()));
    }
}
