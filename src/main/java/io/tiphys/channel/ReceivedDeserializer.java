package io.tiphys.channel;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/// Wraps what Kafka hands over without reading it. Named in `application.properties`.
public class ReceivedDeserializer<T> implements Deserializer<Received<T>> {

    @Override
    public Received<T> deserialize(String topic, byte[] data) {
        return new Received<>("", data == null ? new byte[0] : data);
    }

    @Override
    public Received<T> deserialize(String topic, Headers headers, byte[] data) {
        var type = headers.lastHeader(EventChannel.TYPE);
        return new Received<>(
                topic,
                headers,
                type == null || type.value() == null
                        ? ""
                        : new String(type.value(), StandardCharsets.UTF_8),
                data == null ? new byte[0] : data);
    }
}
