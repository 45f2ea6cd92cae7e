package io.tiphys.repo.render;

import io.tiphys.core.model.Json;
import io.tiphys.support.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Reads the cases of `golden/render`, each a folder.
final class GoldenFiles {

    private static final Path CASES = Path.of("src/test/resources/golden/render");

    private GoldenFiles() {}

    /// @param tool the folder of its cases
    /// @return a path for each, from all cases
    static Stream<String> cases(String tool) throws IOException {
        try (var folders = Files.list(CASES.resolve(tool))) {
            return folders.map(it -> tool + "/" + it.getFileName()).sorted().toList().stream();
        }
    }

    static Path folder(String name) {
        return CASES.resolve(name);
    }

    static MemoryFolder repository(Path folder) throws IOException {
        var repository = new MemoryFolder();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                repository
                        .files()
                        .put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return repository;
    }

    /// The documents of a file, as manifests are read.
    static List<Map<String, Object>> objects(Path file) throws IOException {
        return ManifestYaml.documents(file.toString(), Files.readAllBytes(file)).stream()
                .map(Json::object)
                .toList();
    }
}
