package io.tiphys.repo.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/// Who the service's own pod is to Azure: what is not set is taken from the variables that Azure's
/// workload identity gives a pod.
@ConfigMapping(prefix = "tiphys.repo.azure")
public interface AzureConfig {

    /// A file with the token of the pod's service account. It is written anew while we run.
    @WithDefault("${AZURE_FEDERATED_TOKEN_FILE:}")
    Optional<Path> tokenFile();

    @WithDefault("${AZURE_CLIENT_ID:}")
    Optional<String> client();

    @WithDefault("${AZURE_TENANT_ID:}")
    Optional<String> tenant();

    /// The directory's service that gives out tokens.
    @WithDefault("${AZURE_AUTHORITY_HOST:https://login.microsoftonline.com}")
    String directory();

    /// What a token must be for that a registry exchanges, as in Argo CD. Registries that take no
    /// other want `https://containerregistry.azure.net`.
    @WithDefault("${AZURE_ARM_TOKEN_RESOURCE:https://management.core.windows.net}")
    String registryResource();
}
