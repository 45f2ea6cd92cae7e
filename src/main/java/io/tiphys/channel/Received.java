package io.tiphys.channel;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// A record as it came. Whether it can be read shows when it is asked for, so that one bad record
/// fails alone, with the bytes at hand for the dead letter.
public final class Received<T> {

    private final String topic;
    private final Headers headers;
    private final String type;
    private final byte[] value;

    Received(String type, byte[] value) {
        this("", new RecordHeaders(), type, value);
    }

    Received(String topic, Headers headers, String type, byte[] value) {
        this.topic = topic;
        this.headers = headers;
        this.type = type;
        this.value = value;
    }

    /// @throws UnreadableRecordException if it is not of the wanted kind
    public T as(Class<T> wanted) {
        var event = RecordTypes.read(type, value);
        if (!wanted.isInstance(event)) {
            throw new UnreadableRecordException(
                    "A record of type '" + type + "' does not belong on this topic");
        }
        return wanted.cast(event);
    }

    String topic() {
        return topic;
    }

    Headers headers() {
        return headers;
    }

    byte[] value() {
        return value.clone();
    }
}
