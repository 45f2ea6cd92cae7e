package io.tiphys.image;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// What registries may be asked.
@ConfigMapping(prefix = "tiphys.image")
interface ImageConfig {

    /// The longest that a registry goes without being asked which tags it has, for images that it
    /// told nobody of and those that were too young when it did. Zero: it is not asked.
    @WithDefault("15m")
    Duration poll();
}
