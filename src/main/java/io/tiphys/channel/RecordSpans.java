package io.tiphys.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/// The spans of records, as OpenTelemetry's conventions for messaging and Kafka have them. The span
/// of whoever wrote a record travels in its headers.
final class RecordSpans {

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION =
            AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> OPERATION_TYPE =
            AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> TOPIC =
            AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> PARTITION =
            AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<String> GROUP =
            AttributeKey.stringKey("messaging.consumer.group.name");
    private static final AttributeKey<String> KEY =
            AttributeKey.stringKey("messaging.kafka.message.key");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");

    private RecordSpans() {}

    /// Writes a record under a span of its own, which the record names.
    static CompletionStage<Void> send(
            Tracing tracing,
            ProducerRecord<String, byte[]> message,
            Trace trace,
            Function<ProducerRecord<String, byte[]>, CompletionStage<Void>> write) {
        var attributes = attributes("send", message.topic()).put(KEY, message.key());
        var span =
                tracing.begin(
                        SpanKind.PRODUCER, "send " + message.topic(), trace, attributes.build());
        Trace.of(span).write((name, value) -> message.headers().add(name, value.getBytes(UTF_8)));
        return write.apply(message)
                .whenComplete(
                        (_, failure) -> {
                            if (failure != null) {
                                Tracing.failed(span, "It was not written", failure);
                            }
                            span.end();
                        });
    }

    /// Begins the span of a record that is about to be handled; none where tracing is off.
    static Span handled(Tracing tracing, ConsumerRecord<String, ?> one, String group) {
        if (!tracing.isOn()) {
            return Span.getInvalid();
        }
        var attributes =
                attributes("process", one.topic())
                        .put(PARTITION, String.valueOf(one.partition()))
                        .put(OFFSET, one.offset())
                        .put(GROUP, group);
        if (one.key() != null) {
            attributes.put(KEY, one.key());
        }
        return handled(tracing, one.topic(), one.headers(), attributes.build());
    }

    static Span handled(Tracing tracing, Received<?> received) {
        var topic = received.topic();
        return handled(tracing, topic, received.headers(), attributes("process", topic).build());
    }

    private static Span handled(
            Tracing tracing, String topic, Headers headers, Attributes attributes) {
        var trace = Trace.of(name -> text(headers, name));
        return tracing.begin(SpanKind.CONSUMER, "process " + topic, trace, attributes);
    }

    private static AttributesBuilder attributes(String operation, String topic) {
        return Attributes.builder()
                .put(SYSTEM, "kafka")
                .put(OPERATION, operation)
                .put(OPERATION_TYPE, operation)
                .put(TOPIC, topic);
    }

    private static String text(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }
}
