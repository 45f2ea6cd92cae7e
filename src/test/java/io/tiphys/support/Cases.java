package io.tiphys.support;

import io.tiphys.core.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Tables of cases: files that are a list of objects, each with a sentence `is`.
public final class Cases {

    private static final Path RESOURCES = Path.of("src/test/resources");

    private Cases() {}

    /// @param table its path below the resources of tests, without `.yaml`
    public static Stream<Map<String, Object>> of(String table) {
        try {
            var text = Files.readString(RESOURCES.resolve(table + ".yaml"));
            return Json.array(new Load(LoadSettings.builder().build()).loadFromString(text))
                    .stream()
                    .map(Json::object);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
