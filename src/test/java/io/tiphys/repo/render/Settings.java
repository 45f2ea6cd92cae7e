package io.tiphys.repo.render;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiphys.repo.Charts;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.identity.Identities;
import io.tiphys.repo.plugin.AskPass;
import io.tiphys.repo.plugin.PluginConfig;
import io.tiphys.repo.plugin.Plugins;
import io.tiphys.support.AzurePod;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// The configuration of the room as people write it.
public final class Settings {

    /// For charts that depend on none of other repositories.
    static final Charts NO_CHARTS =
            (url, _, _, _) -> {
                throw new ManifestFailure("nothing is at " + url);
            };

    private Settings() {}

    static PluginRenderer withoutPlugins(WorkingFolders folders) {
        var none = plugins("plugins.directory", "target/no-plugins");
        return new PluginRenderer(
                of(),
                none,
                new Plugins(none),
                new AskPass(none),
                new Identities(AzurePod.NONE, InstantSource.system()),
                folders);
    }

    static PluginConfig plugins(String... settings) {
        return mapped(PluginConfig.class, settings);
    }

    /// @param settings names without `tiphys.repo.`, and values, in turn; the rest has its default
    public static RepoConfig of(String... settings) {
        return mapped(RepoConfig.class, settings);
    }

    /// @param settings as of [#of]
    public static <T> T mapped(Class<T> config, String... settings) {
        var values = new HashMap<>(Map.of("tiphys.repo.directory", "repositories"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put("tiphys.repo." + settings[i], settings[i + 1]);
        }
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(config)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(config);
    }
}
