package io.tiphys.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// A record that was put aside: as it was, with headers that say where it stood, why it could not
/// be handled, and when that was.
final class DeadLetter {

    private static final String PREFIX = "dead-letter-";

    /// A reason may repeat what a stranger wrote.
    private static final int MAX_REASON = 2_000;

    private DeadLetter() {}

    static ProducerRecord<String, byte[]> of(
            ConsumerRecord<String, ? extends Received<?>> one, String reason, Instant at) {
        return letter(one, one.key(), one.value().value(), one.headers().toArray(), reason, at);
    }

    /// For one that leaves no room for the reason.
    static ProducerRecord<String, byte[]> withoutContent(
            ConsumerRecord<String, ?> one, String reason, Instant at) {
        boolean isShort = one.key() != null && one.key().length() <= MAX_REASON;
        return letter(
                one,
                isShort ? one.key() : null,
                new byte[0],
                new Header[0],
                "It is too large to be kept here; its topic has it as long as it keeps any. "
                        + reason,
                at);
    }

    private static ProducerRecord<String, byte[]> letter(
            ConsumerRecord<?, ?> one,
            @Nullable String key,
            byte[] value,
            Header[] attributes,
            String reason,
            Instant at) {
        var headers = new RecordHeaders(attributes);
        add(headers, "topic", one.topic());
        add(headers, "partition", String.valueOf(one.partition()));
        add(headers, "offset", String.valueOf(one.offset()));
        add(
                headers,
                "reason",
                reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + " …");
        add(headers, "at", at.toString());
        return new ProducerRecord<>(Topics.DEAD_LETTERS.topicName(), null, key, value, headers);
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(PREFIX + name, value.getBytes(UTF_8));
    }

    /// Whether a header was added when the record was put aside.
    static boolean isOwn(String header) {
        return header.startsWith(PREFIX);
    }

    /// The topic that it stood on, empty if it does not say.
    static String topicOf(EventHistory.Entry letter) {
        return letter.attributes().getOrDefault(PREFIX + "topic", "");
    }
}
