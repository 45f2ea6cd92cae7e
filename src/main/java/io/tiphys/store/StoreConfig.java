package io.tiphys.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Where the control plane's objects are.
@ConfigMapping(prefix = "tiphys.store")
public interface StoreConfig {

    /// The control plane's namespace; Argo CD's by default, so that its objects are found.
    @WithDefault("argocd")
    String namespace();
}
