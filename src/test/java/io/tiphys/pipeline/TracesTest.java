package io.tiphys.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.tiphys.channel.Incoming;
import io.tiphys.channel.Trace;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.ApplicationId;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Events are their ids here.
class TracesTest {

    private static final Trace FIRST = trace(1);
    private static final Trace SECOND = trace(2);

    @Test
    void a_refresh_continues_its_cause_and_names_the_others_behind_it() {
        var traces =
                traces(
                        new Incoming<>("one", false, FIRST),
                        new Incoming<>("two", false, SECOND),
                        new Incoming<>("three", false, trace(3)));

        assertThat(traces.of(refresh("one").and(refresh("two")))).isEqualTo(FIRST.and(SECOND));
        assertThat(traces.of(refresh("two").and(refresh("one")))).isEqualTo(SECOND.and(FIRST));
        assertThat(traces.of("two")).isEqualTo(SECOND);
    }

    @Test
    void an_event_that_came_twice_has_both_traces() {
        var traces =
                traces(new Incoming<>("one", false, FIRST), new Incoming<>("one", false, SECOND));

        assertThat(traces.of("one")).isEqualTo(FIRST.and(SECOND));
    }

    @Test
    void what_nobody_traces_has_none() {
        var untraced = traces(new Incoming<>("one", false, Trace.NONE));
        var traced = traces(new Incoming<>("one", false, FIRST));

        assertThat(untraced.of(refresh("one"))).isEqualTo(Trace.NONE);
        assertThat(traced.of(refresh("another"))).isEqualTo(Trace.NONE);
    }

    @SafeVarargs
    private static Traces traces(Incoming<String>... batch) {
        return Traces.of(List.of(batch), Function.identity());
    }

    private static Refresh refresh(String cause) {
        return new Refresh(
                new ApplicationId("argocd", "shop"),
                false,
                FetchDemand.including("h/r", cause, "a".repeat(40)),
                cause);
    }

    private static Trace trace(int number) {
        return new Trace(
                List.of(
                        SpanContext.create(
                                "1".repeat(32),
                                "%016x".formatted(number),
                                TraceFlags.getSampled(),
                                TraceState.getDefault())));
    }
}
