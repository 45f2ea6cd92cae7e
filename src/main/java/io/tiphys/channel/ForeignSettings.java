package io.tiphys.channel;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/// Settings that are a library's to name and to understand: all that are configured below its
/// prefix.
final class ForeignSettings {

    private ForeignSettings() {}

    /// By their whole names as properties; an environment variable such as `KAFKA_SASL_MECHANISM`
    /// sets `kafka.sasl.mechanism`.
    static Map<String, String> below(String prefix, Config config) {
        var found = new HashMap<String, String>();
        for (var name : config.getPropertyNames()) {
            var property = name.toLowerCase(Locale.ROOT).replace('_', '.');
            if (property.startsWith(prefix)) {
                config.getOptionalValue(name, String.class)
                        .ifPresent(value -> found.put(property, value));
            }
        }
        return found;
    }
}
