package io.tiphys.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.channel.EventHistory.Entry;
import io.tiphys.channel.Topics;
import io.tiphys.core.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The JSON of what the event log holds.
final class EventJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EventJson() {}

    /// A record with its attributes, and its data as JSON, or as text where it is none.
    static Map<String, Object> event(Entry entry) {
        var event = new LinkedHashMap<String, Object>();
        event.put("topic", entry.topic().topicName());
        event.put("partition", entry.partition());
        event.put("offset", entry.offset());
        event.put("time", entry.at().toString());
        event.put("key", entry.key());
        event.put("attributes", entry.attributes());
        event.put("data", data(entry));
        return event;
    }

    /// Deliveries, oldest first: the events of one are put together, and one that came before is
    /// marked as sent again. Replays and events that other producers wrote are no deliveries.
    static List<Map<String, Object>> deliveries(List<Entry> entries) {
        var grouped = new LinkedHashMap<String, List<Entry>>();
        for (var entry : entries) {
            if (entry.topic() == Topics.DELIVERIES) {
                grouped.put(entry.partition() + "/" + entry.offset(), List.of(entry));
            } else if (!entry.delivery().isEmpty() && !entry.isReplay()) {
                var one = entry.delivery() + " " + entry.received();
                grouped.computeIfAbsent(one, _ -> new ArrayList<>()).add(entry);
            }
        }
        var known = new HashSet<String>();
        var deliveries = new ArrayList<Map<String, Object>>();
        for (var group : grouped.values()) {
            var id = group.getFirst().delivery();
            deliveries.add(delivery(group, !id.isEmpty() && !known.add(id)));
        }
        return deliveries;
    }

    private static Map<String, Object> delivery(List<Entry> group, boolean again) {
        var first = group.getFirst();
        boolean hasEvents = first.topic() != Topics.DELIVERIES;
        var said = Json.object(data(first));
        var delivery = new LinkedHashMap<String, Object>();
        delivery.put("time", hasEvents ? first.received() : first.at().toString());
        delivery.put("delivery", first.delivery());
        delivery.put("redelivery", again);
        delivery.put("provider", Json.string(said, "provider"));
        delivery.put("sender", first.sender());
        delivery.put("outcome", hasEvents ? "accepted" : Json.string(said, "outcome"));
        delivery.put("message", Json.string(said, "message"));
        delivery.put("events", hasEvents ? group.stream().map(Entry::id).toList() : List.of());
        return delivery;
    }

    private static Object data(Entry entry) {
        try {
            return MAPPER.readValue(entry.value(), Object.class);
        } catch (IOException _) {
            return new String(entry.value(), StandardCharsets.UTF_8);
        }
    }
}
