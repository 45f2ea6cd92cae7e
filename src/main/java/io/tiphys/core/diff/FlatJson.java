package io.tiphys.core.diff;

import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads the JSON that stands inside of names of `fieldsV1` and in annotations. JSON is YAML in
/// flow style.
final class FlatJson {

    /// All annotations of an object together have 256 KiB.
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit(256 * 1024).build();

    private FlatJson() {}

    /// @return empty if it is no object
    static Map<String, Object> object(String json) {
        var fields = new LinkedHashMap<String, Object>();
        try {
            if (new Load(SETTINGS).loadFromString(json) instanceof Map<?, ?> map) {
                map.forEach((key, value) -> fields.put(String.valueOf(key), value));
            }
        } catch (YamlEngineException | StackOverflowError malformed) {
            return Map.of();
        }
        return fields;
    }
}
