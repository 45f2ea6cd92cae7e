package io.tiphys.repo.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AzureConfigTest {

    @Test
    void what_is_not_set_is_taken_from_the_variables_of_azure() {
        var config =
                config(
                        Map.of(
                                "AZURE_CLIENT_ID", "pod",
                                "AZURE_TENANT_ID", "theirs",
                                "AZURE_FEDERATED_TOKEN_FILE", "/var/run/token",
                                "AZURE_AUTHORITY_HOST", "https://login.example/",
                                "AZURE_ARM_TOKEN_RESOURCE", "https://containerregistry.azure.net",
                                "tiphys.repo.azure.tenant", "ours"));

        assertThat(config.client()).contains("pod");
        assertThat(config.tenant()).contains("ours");
        assertThat(config.tokenFile()).contains(Path.of("/var/run/token"));
        assertThat(config.directory()).isEqualTo("https://login.example/");
        assertThat(config.registryResource()).isEqualTo("https://containerregistry.azure.net");
    }

    @Test
    void a_pod_need_not_be_anybody_to_azure() {
        var config = config(Map.of());

        assertThat(config.client()).isEmpty();
        assertThat(config.tenant()).isEmpty();
        assertThat(config.tokenFile()).isEmpty();
        assertThat(config.directory()).isEqualTo("https://login.microsoftonline.com");
        assertThat(config.registryResource()).isEqualTo("https://management.core.windows.net");
    }

    private static AzureConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(AzureConfig.class)
                .withDefaultValues(settings)
                .build()
                .getConfigMapping(AzureConfig.class);
    }
}
