package io.tiphys.store;

import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.NamespaceRule;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/// Where Applications may be: in the control plane's namespace, and where Argo CD's users let them
/// be as well. A change counts from the next start on, as in Argo CD.
@Singleton
class ApplicationNamespaces {

    private static final String PARAMETERS = "argocd-cmd-params-cm";
    private static final String KEY = "application.namespaces";

    private final String controlPlane;
    private final List<NamespaceRule> others;

    @Inject
    ApplicationNamespaces(StoreConfig config, Settings settings) {
        this(config.namespace(), configured(config.applicationNamespaces(), settings));
    }

    /// @param others globs and expressions, with commas between them
    /// @throws IllegalStateException if one is neither, which ends the start
    ApplicationNamespaces(String controlPlane, String others) {
        this.controlPlane = controlPlane;
        try {
            this.others = NamespaceRule.list(KEY, others);
        } catch (InvalidSpecException malformed) {
            throw new IllegalStateException(malformed.getMessage(), malformed);
        }
    }

    private static String configured(Optional<String> property, Settings settings) {
        return property.orElseGet(
                () -> {
                    settings.requireListed();
                    return settings.entries(PARAMETERS).getOrDefault(KEY, "");
                });
    }

    /// The part of a collection's path in which all of them are.
    String path() {
        return others.isEmpty() ? "/namespaces/" + controlPlane : "";
    }

    boolean permit(String namespace) {
        return namespace.equals(controlPlane) || NamespaceRule.anyMatches(others, namespace);
    }
}
