package io.tiphys.webhook;

import java.util.LinkedHashMap;
import java.util.Map;

/// What the sender hears.
///
/// @param body a JSON object
record Answer(Outcome outcome, Map<String, Object> body) {

    static Answer accepted(Contents contents) {
        if (!contents.reply().isEmpty()) {
            return new Answer(Outcome.ANSWERED, Map.copyOf(contents.reply()));
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("delivery", contents.delivery());
        body.put("events", contents.gitEvents().size() + contents.imageEvents().size());
        if (!contents.note().isEmpty()) {
            body.put("note", contents.note());
        }
        return new Answer(Outcome.ACCEPTED, body);
    }

    /// What it says in words, empty if nothing.
    String message() {
        return String.valueOf(body.getOrDefault("message", body.getOrDefault("note", "")));
    }

    static Answer refused(Outcome outcome, String message) {
        var body = new LinkedHashMap<String, Object>();
        body.put("error", outcome.label());
        body.put("message", message);
        return new Answer(outcome, body);
    }
}
