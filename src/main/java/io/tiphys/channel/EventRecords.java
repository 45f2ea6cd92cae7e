package io.tiphys.channel;

import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.GitEventFaults;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.image.ImageEventFaults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Reads a record as the event that it holds, and trusts no one with it: the topics of events are
/// open to other producers, and what they write is held to what a delivery is held to.
final class EventRecords {

    private static final String VERSION = "ce_specversion";

    private EventRecords() {}

    /// @throws UnreadableRecordException if it is not of the wanted kind, or anything about it is
    ///     not as `kafka/README.md` and the schema of its type say
    static <T> T read(ConsumerRecord<String, Received<T>> one, Class<T> wanted) {
        var event = one.value().as(wanted);
        var faults = new ArrayList<String>();
        var version = one.headers().lastHeader(VERSION);
        if (version != null && !"1.0".equals(text(version.value()))) {
            faults.add("The header 'ce_specversion' should be 1.0");
        }
        switch (event) {
            case GitEvent git -> {
                faults.addAll(keyFaults(one.key(), git.repository()));
                faults.addAll(GitEventFaults.of(git));
            }
            case ImageEvent image -> {
                faults.addAll(keyFaults(one.key(), image.repository()));
                faults.addAll(ImageEventFaults.of(image));
            }
            default -> {
                // Written by this service alone.
            }
        }
        if (!faults.isEmpty()) {
            throw new UnreadableRecordException(String.join(". ", faults));
        }
        return event;
    }

    /// By another key it may be on another partition, and overtake or be overtaken there.
    private static List<String> keyFaults(@Nullable String key, String repository) {
        return repository.equals(key)
                ? List.of()
                : List.of("The record's key should be what its field 'repository' says");
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
