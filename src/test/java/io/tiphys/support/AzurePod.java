package io.tiphys.support;

import io.tiphys.repo.identity.AzureConfig;
import java.nio.file.Path;
import java.util.Optional;

/// Who a service in a test is to Azure.
public record AzurePod(
        Optional<Path> tokenFile,
        Optional<String> client,
        Optional<String> tenant,
        String directory,
        String registryResource)
        implements AzureConfig {

    /// Nobody.
    public static final AzurePod NONE =
            new AzurePod(Optional.empty(), Optional.empty(), Optional.empty(), "", "");

    /// The client `pod` of the directory `home`.
    ///
    /// @param directory its address
    public static AzurePod of(Path tokenFile, String directory) {
        return new AzurePod(
                Optional.of(tokenFile),
                Optional.of("pod"),
                Optional.of("home"),
                directory,
                "https://registries.example");
    }
}
