package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {

    private static final String PARENT = "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01";

    @Test
    void what_was_folded_continues_the_newest() {
        var trace = trace(1).and(trace(2)).and(trace(1));

        assertThat(trace.spans()).containsExactly(span(2), span(1));
    }

    @Test
    void what_nobody_traces_changes_nothing() {
        assertThat(trace(1).and(Trace.NONE)).isEqualTo(trace(1));
        assertThat(Trace.NONE.and(trace(1))).isEqualTo(trace(1));
        assertThat(Trace.NONE.and(Trace.NONE).isNone()).isTrue();
    }

    @Test
    void of_a_storm_the_newest_are_kept() {
        var storm =
                IntStream.range(0, 10_000)
                        .mapToObj(TraceTest::trace)
                        .reduce(Trace.NONE, Trace::and);

        assertThat(storm.spans()).hasSize(Trace.MOST).startsWith(span(9_967)).endsWith(span(9_999));
    }

    @Test
    void headers_that_are_read_are_written_again() {
        var headers = Map.of("traceparent", PARENT, "tracestate", "vendor=1");

        var written = new HashMap<String, String>();
        of(headers).write(written::put);

        assertThat(written).isEqualTo(headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "00-00000000000000000000000000000000-2222222222222222-01",
                "00-11111111111111111111111111111111-0000000000000000-01",
                "ff-11111111111111111111111111111111-2222222222222222-01"
            })
    void a_parent_that_is_none_is_not_continued(String parent) {
        assertThat(of(Map.of("traceparent", parent))).isEqualTo(Trace.NONE);
    }

    @Test
    void more_state_than_has_to_be_passed_on_is_not() {
        var state = "vendor=" + "x".repeat(250);
        var trace =
                of(
                        Map.of(
                                "traceparent",
                                PARENT,
                                "tracestate",
                                state + ",a" + state + ",b" + state));

        assertThat(trace.isNone()).isFalse();
        assertThat(trace.spans().getFirst().getTraceState().isEmpty()).isTrue();
    }

    private static Trace of(Map<String, String> headers) {
        return Trace.of(name -> headers.getOrDefault(name, ""));
    }

    private static Trace trace(int number) {
        return new Trace(List.of(span(number)));
    }

    private static SpanContext span(int number) {
        return SpanContext.create(
                "1".repeat(32),
                "%016x".formatted(number + 1),
                TraceFlags.getSampled(),
                TraceState.getDefault());
    }
}
