package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Hides what Secrets hold, in all states of one that are shown together: whoever compares them
/// sees which values differ, but neither the values nor their lengths.
///
/// A value becomes a number of `+`, equal values of one key the same number. So do annotations that
/// are to be hidden, of which the last configuration that was applied in kubectl's way always is
/// one: it holds the values once more.
public final class MaskedSecrets {

    private static final int SHORTEST = 8;

    private final Set<String> annotations;

    /// The masks of a key's values.
    private final Map<String, Map<@Nullable Object, String>> masks = new HashMap<>();

    private MaskedSecrets(Set<String> annotations) {
        this.annotations = annotations;
    }

    /// @param states of one object: its target, what lives and what would become of it
    /// @param annotations whose values are hidden too
    /// @return the same in order; objects that are no Secrets as they are
    public static List<Map<String, Object>> of(
            List<Map<String, Object>> states, Set<String> annotations) {
        var hidden = new HashSet<>(annotations);
        hidden.add(LastApplied.ANNOTATION);
        var secrets = new MaskedSecrets(hidden);
        var masked = new ArrayList<Map<String, Object>>();
        states.forEach(it -> masked.add(isSecret(it) ? secrets.masked(it) : it));
        return masked;
    }

    private static boolean isSecret(Map<String, Object> object) {
        return Json.string(object, "kind").equals("Secret")
                && Json.string(object, "apiVersion").equals("v1");
    }

    private Map<String, Object> masked(Map<String, Object> object) {
        var copy = new LinkedHashMap<>(object);
        Object data = copy.containsKey("data") ? hidden("data", copy.get("data")) : null;
        // What is no object says nothing that the API server would take.
        if (copy.remove("stringData") instanceof Map<?, ?> text) {
            var all = new LinkedHashMap<>(Json.object(data));
            text.forEach(
                    (key, value) -> all.put(key.toString(), mask("data." + key, encoded(value))));
            data = all;
        }
        if (data != null) {
            copy.put("data", data);
        }
        var metadata = new LinkedHashMap<>(Json.object(copy, "metadata"));
        if (metadata.get("annotations") instanceof Map<?, ?> given) {
            var shown = new LinkedHashMap<Object, @Nullable Object>(given);
            annotations.forEach(
                    key ->
                            shown.computeIfPresent(
                                    key, (_, value) -> mask("annotations." + key, value)));
            metadata.put("annotations", shown);
            copy.put("metadata", metadata);
        }
        return copy;
    }

    private Object hidden(String field, @Nullable Object values) {
        if (!(values instanceof Map<?, ?> map)) {
            // What is no object is a mistake, and may be the secret itself.
            return mask(field, values);
        }
        var masked = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> masked.put(key.toString(), mask(field + "." + key, value)));
        return masked;
    }

    private String mask(String key, @Nullable Object value) {
        var ofKey = masks.computeIfAbsent(key, _ -> new HashMap<>());
        return ofKey.computeIfAbsent(value, _ -> "+".repeat(SHORTEST + ofKey.size()));
    }

    /// As the API server stores it, to be recognised there.
    private static @Nullable Object encoded(@Nullable Object value) {
        return value instanceof String text
                ? Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
                : value;
    }
}
