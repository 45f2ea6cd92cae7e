package io.tiphys.core.health;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/// The rules as data that the service brings.
final class Tables {

    private static final Path FOLDER = Path.of("src/main/resources/health");

    private Tables() {}

    static RuleTable all() {
        var texts = new TreeMap<String, String>();
        try (var files = Files.list(FOLDER)) {
            for (var file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return RuleTable.of(texts);
    }
}
