package io.tiphys.store.crd;

import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a Secret holds, decoded.
final class SecretFields {

    private SecretFields() {}

    static Map<String, Hidden> of(Map<String, Object> secret) {
        var fields = new HashMap<String, Hidden>();
        Json.strings(secret, "data")
                .forEach((key, value) -> decode(value).ifPresent(it -> fields.put(key, it)));
        return fields;
    }

    /// The API server refuses a Secret whose values are not base64.
    private static Optional<Hidden> decode(String base64) {
        try {
            return Optional.of(
                    new Hidden(
                            new String(
                                    Base64.getDecoder().decode(base64), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
