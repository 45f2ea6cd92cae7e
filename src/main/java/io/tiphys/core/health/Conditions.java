package io.tiphys.core.health;

import io.tiphys.core.model.Json;
import java.util.List;
import java.util.Map;

/// Reads the conditions of a status, by the conventions of the Kubernetes API.
final class Conditions {

    private Conditions() {}

    /// The first condition of a type; an empty object if there is none.
    static Map<String, Object> find(Map<String, Object> object, String type) {
        return find(Json.array(object, "status", "conditions"), type);
    }

    static Map<String, Object> find(List<Object> conditions, String type) {
        for (var condition : conditions) {
            if (Json.string(condition, "type").equals(type)) {
                return Json.object(condition);
            }
        }
        return Map.of();
    }

    static boolean isTrue(Map<String, Object> condition) {
        return Json.string(condition, "status").equals("True");
    }

    /// What it says of itself: its message, or else its reason.
    static String message(Map<String, Object> condition) {
        var message = Json.string(condition, "message");
        return message.isEmpty() ? Json.string(condition, "reason") : message;
    }
}
