package io.tiphys.repo.render;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiphys.repo.RepoConfig;
import java.util.HashMap;
import java.util.Map;

/// The configuration of the room as people write it.
final class Settings {

    private Settings() {}

    /// @param settings names without `tiphys.repo.`, and values, in turn; the rest has its default
    static RepoConfig of(String... settings) {
        var values = new HashMap<>(Map.of("tiphys.repo.directory", "repositories"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put("tiphys.repo." + settings[i], settings[i + 1]);
        }
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(RepoConfig.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(RepoConfig.class);
    }
}
