package io.tiphys.repo.render;

import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Brings charts that a chart declares and does not contain into its folder, with
/// `helm dependency build`. What was built is remembered until the declarations change, or the
/// charts in the repository that they name: other values download nothing.
@Singleton
class ChartDependencies {

    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private final Jail jail;

    /// Packed charts by name, by recipe.
    private final SequencedMap<String, Map<String, byte[]>> built =
            new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    ChartDependencies(Jail jail) {
        this.jail = jail;
    }

    /// @param folder has the chart's files
    /// @throws ManifestFailure that names the dependencies, if they cannot be built
    void build(Folder root, Tool helm, ChartFiles chart, WorkingFolder folder) throws IOException {
        if (chart.missing().isEmpty()) {
            return;
        }
        var recipe = Inputs.of(helm.version(), chart.path(), chart.recipe(root));
        var charts = folder.files().resolve(chart.path()).resolve("charts");
        var known = known(recipe);
        if (known.isEmpty()) {
            run(helm, chart, folder);
            remember(recipe, charts, chart);
        } else {
            Files.createDirectories(charts);
            for (var entry : known.entrySet()) {
                Files.write(charts.resolve(entry.getKey()), entry.getValue());
            }
        }
    }

    private void run(Tool helm, ChartFiles chart, WorkingFolder folder) {
        var missing = chart.missing();
        var run = new Run(helm, folder, "dependency", "build").in(chart.path());
        boolean local = missing.stream().allMatch(ChartFiles.Dependency::isLocal);
        try {
            jail.run(local ? run : run.withNetwork());
        } catch (ManifestFailure failed) {
            var names = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
            var failure =
                    new ManifestFailure(
                            "The chart's dependencies cannot be built (%s): %s"
                                    .formatted(names, failed.getMessage()),
                            failed.passing());
            failure.initCause(failed);
            throw failure;
        }
    }

    /// Of what was built that which the repository does not have, if it is not too large.
    private void remember(String recipe, Path charts, ChartFiles chart) throws IOException {
        var packed = new HashMap<String, byte[]>();
        long size = 0;
        try (var files = Files.newDirectoryStream(charts, "*.tgz")) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (!chart.has("charts/" + name)) {
                    size += Files.size(file);
                    if (size > MAX_BYTES) {
                        return;
                    }
                    packed.put(name, Files.readAllBytes(file));
                }
            }
        }
        remember(recipe, packed);
    }

    private Map<String, byte[]> known(String recipe) {
        synchronized (built) {
            return built.getOrDefault(recipe, Map.of());
        }
    }

    private void remember(String recipe, Map<String, byte[]> packed) {
        synchronized (built) {
            var old = built.put(recipe, packed);
            bytes += size(packed) - (old == null ? 0 : size(old));
            while (bytes > MAX_BYTES) {
                bytes -= size(built.pollFirstEntry().getValue());
            }
        }
    }

    private static long size(Map<String, byte[]> packed) {
        return packed.values().stream().mapToLong(it -> it.length).sum();
    }
}
