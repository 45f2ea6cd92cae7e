package io.tiphys.application;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How Applications are kept.
@ConfigMapping(prefix = "tiphys.application")
interface ApplicationConfig {

    /// The longest that an Application goes without a look, whatever events say.
    @WithDefault("180s")
    Duration sweep();

    /// Applications that are worked on at once.
    @WithDefault("32")
    int concurrency();

    /// Writes to a cluster at once, for one sync, at most: as many as its API server bears without
    /// taking longer for each.
    @WithDefault("128")
    int parallelWrites();

    /// After which an operation that still waits is terminated. Zero: never, as hooks may take as
    /// long as they need.
    @WithDefault("0s")
    Duration syncTimeout();
}
