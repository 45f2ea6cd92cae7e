package io.tiphys.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What the ConfigMap `argocd-cm` says of Helm. A change counts from the next look on.
@Singleton
public class HelmSettings {

    private static final String CONFIG_MAP = "argocd-cm";
    private static final String FILE_SCHEMES = "helm.valuesFileSchemes";
    private static final String USUAL_FILE_SCHEMES = "https, http";

    private final Function<String, Map<String, String>> settings;

    @Inject
    HelmSettings(Settings settings) {
        this(settings::entries);
    }

    /// @param settings the entries of the ConfigMap of a name
    HelmSettings(Function<String, Map<String, String>> settings) {
        this.settings = settings;
    }

    /// What the addresses of value files may begin with, in lower case; none if it is set to
    /// nothing.
    public Set<String> fileSchemes() {
        var schemes = settings.apply(CONFIG_MAP).getOrDefault(FILE_SCHEMES, USUAL_FILE_SCHEMES);
        return Arrays.stream(schemes.split(","))
                .map(it -> it.strip().toLowerCase(Locale.ROOT))
                .filter(it -> !it.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
