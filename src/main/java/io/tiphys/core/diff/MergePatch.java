package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The smallest JSON merge patch (RFC 7386) from one object to another.
public final class MergePatch {

    private MergePatch() {}

    /// @return empty if the two are equal. Numbers are compared by value.
    public static Map<String, @Nullable Object> between(
            Map<String, Object> before, Map<String, Object> after) {
        var patch = new LinkedHashMap<String, @Nullable Object>();
        for (var field : after.entrySet()) {
            var old = before.get(field.getKey());
            var now = field.getValue();
            if (now instanceof Map<?, ?> && old instanceof Map<?, ?>) {
                var below = between(Json.object(old), Json.object(now));
                if (!below.isEmpty()) {
                    patch.put(field.getKey(), below);
                }
            } else if (!same(old, now)) {
                patch.put(field.getKey(), now);
            }
        }
        for (var name : before.keySet()) {
            if (!after.containsKey(name)) {
                patch.put(name, null);
            }
        }
        return patch;
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof Number && other instanceof Number) {
            return one.toString().equals(other.toString());
        }
        if (one instanceof java.util.List<?> first && other instanceof java.util.List<?> second) {
            if (first.size() != second.size()) {
                return false;
            }
            for (int i = 0; i < first.size(); i++) {
                if (!same(first.get(i), second.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (one instanceof Map<?, ?> && other instanceof Map<?, ?>) {
            return between(Json.object(one), Json.object(other)).isEmpty();
        }
        return Objects.equals(one, other);
    }
}
