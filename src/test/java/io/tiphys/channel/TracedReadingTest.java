package io.tiphys.channel;

import static io.tiphys.support.TraceCollector.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.smallrye.mutiny.Uni;
import io.tiphys.support.TraceCollector;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a collector is told of records that are read.
class TracedReadingTest extends AgainstBroker {

    private static final String PROCESS = "process tiphys.git-events";

    private final TraceCollector collector = new TraceCollector();
    private final Tracing tracing = new Tracing(collector.settings());

    @Override
    Tracing tracing() {
        return tracing;
    }

    @AfterEach
    void close() {
        tracing.close();
        collector.close();
    }

    @Test
    void a_record_that_is_handled_begins_a_trace_and_says_where_it_stood() {
        publish("h/r", "1");

        read(this::done);

        var span = collector.await(PROCESS);
        assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(attribute(span, "messaging.system")).isEqualTo("kafka");
        assertThat(attribute(span, "messaging.operation.name")).isEqualTo("process");
        assertThat(attribute(span, "messaging.operation.type")).isEqualTo("process");
        assertThat(attribute(span, "messaging.destination.name")).isEqualTo("tiphys.git-events");
        assertThat(attribute(span, "messaging.destination.partition.id")).isEqualTo("0");
        assertThat(attribute(span, "messaging.kafka.offset")).isEqualTo("0");
        assertThat(attribute(span, "messaging.consumer.group.name")).isEqualTo("test");
        assertThat(attribute(span, "messaging.kafka.message.key")).isEqualTo("h/r");
    }

    @Test
    void a_record_that_is_put_aside_is_an_error_that_repeats_nothing_of_it() {
        read(_ -> Uni.createFrom().failure(new IllegalStateException("broke at s3cret")));
        publish("h/r", "1");
        produce("s3cret");

        collector.await(it -> isPutAside(it, "java.lang.IllegalStateException"));
        collector.await(it -> isPutAside(it, "io.tiphys.channel.UnreadableRecordException"));
        assertThat(deadLetters()).hasSize(2).allMatch(it -> it.contains("s3cret"));
        assertThat(collector.text()).contains(PROCESS).doesNotContain("s3cret");
    }

    @Test
    void a_record_that_is_handled_in_the_end_is_no_error() {
        var attempts = new AtomicInteger();
        read(
                events ->
                        attempts.incrementAndGet() == 1
                                ? Uni.createFrom().failure(new IOException("not yet"))
                                : done(events));

        publish("h/r", "1");

        assertThat(collector.await(PROCESS).getStatus().getCode())
                .isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(attempts).hasValue(2);
    }

    @Test
    void what_a_stranger_may_make_long_is_cut() {
        read(this::done);

        publish("h/" + "r".repeat(2_000), "1");

        assertThat(attribute(collector.await(PROCESS), "messaging.kafka.message.key")).hasSize(256);
    }

    private static boolean isPutAside(Span span, String failure) {
        return span.getName().equals(PROCESS)
                && span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR
                && span.getStatus().getMessage().equals("It was put aside as a dead letter")
                && attribute(span, "error.type").equals(failure);
    }
}
