package io.tiphys.dev;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/// Where the embedded servers keep what a restart brings back.
@ConfigMapping(prefix = "tiphys")
interface DevConfig {

    /// One process at a time owns it.
    Path dataDir();

    Dev dev();

    /// How a first try differs from the usual one.
    interface Dev {

        /// A kubeconfig file. The sample is installed into that cluster then, as its administrator,
        /// instead of into a sandbox.
        Optional<Path> kubeconfig();
    }
}
