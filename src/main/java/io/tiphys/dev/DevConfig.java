package io.tiphys.dev;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/// Where the embedded servers keep what a restart brings back.
@ConfigMapping(prefix = "tiphys")
interface DevConfig {

    /// One process at a time owns it.
    Path dataDir();
}
