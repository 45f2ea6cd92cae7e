package io.tiphys.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// Where the control plane's objects are.
@ConfigMapping(prefix = "tiphys.store")
public interface StoreConfig {

    /// The control plane's namespace; Argo CD's by default, so that its objects are found.
    @WithDefault("argocd")
    String namespace();

    /// Where Applications may be beside that namespace: globs and, between slashes, regular
    /// expressions, with commas between them. Absent: `application.namespaces` of the ConfigMap
    /// `argocd-cmd-params-cm`.
    @WithDefault("${ARGOCD_APPLICATION_NAMESPACES:}")
    Optional<String> applicationNamespaces();
}
