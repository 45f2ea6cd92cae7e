package io.tiphys.repo.chart;

import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.identity.Identities;
import io.tiphys.repo.render.Settings;
import io.tiphys.support.AzurePod;
import io.tiphys.support.TarGz;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;

/// What tests of this room begin with.
final class Given {

    private Given() {}

    /// @param settings names without `tiphys.repo.`, and values, in turn; the rest has its default
    static RepoConfig config(Path directory, String... settings) {
        return Settings.of(
                Stream.concat(Stream.of("directory", directory.toString()), Stream.of(settings))
                        .toArray(String[]::new));
    }

    static ChartSources sources(RepoConfig config) {
        return sources(config, new Identities(AzurePod.NONE, InstantSource.system()));
    }

    static ChartSources sources(RepoConfig config, Identities identities) {
        return new ChartSources(config, new Archives(config), identities);
    }

    static byte[] chart(String name, String version) {
        return new TarGz()
                .with(
                        name + "/Chart.yaml",
                        "{apiVersion: v2, name: %s, version: %s}".formatted(name, version))
                .with(name + "/templates/map.yaml", "kind: ConfigMap")
                .bytes();
    }
}
