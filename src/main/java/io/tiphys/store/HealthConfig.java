package io.tiphys.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// How well resources are thought to run.
@ConfigMapping(prefix = "tiphys.health")
interface HealthConfig {

    /// Whether kinds that nobody has a rule for are judged by the conditions that are common. Argo
    /// CD takes them for healthy: an Application would wait where it did not before.
    @WithDefault("false")
    boolean guess();
}
