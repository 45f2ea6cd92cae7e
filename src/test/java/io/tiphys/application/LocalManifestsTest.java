package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalManifestsTest {

    private static final String MAP =
            "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}}";

    @Test
    void an_operation_without_manifests_syncs_its_sources() {
        assertThat(LocalManifests.of(Map.of("sync", Map.of()))).isEmpty();
        assertThat(LocalManifests.of(operation())).isEmpty();
    }

    @Test
    void manifests_are_read_in_order() {
        var manifests = LocalManifests.of(operation(MAP, MAP.replace("\"a\"", "\"b\"")));

        assertThat(manifests.orElseThrow())
                .extracting(it -> it.key().name())
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '!',
            textBlock =
                    """
                    {"data": "hunter2"          | is no JSON object
                    []                          | is no JSON object
                    hunter2                     | is no JSON object
                    null                        | needs apiVersion, kind and metadata.name
                    {}                          | needs apiVersion, kind and metadata.name
                    {"kind": "Secret", "data": {"p": "hunter2"}} | needs apiVersion, kind
                    """)
    void what_is_no_manifest_is_named_by_its_place_and_not_quoted(String text, String words) {
        assertThatThrownBy(() -> LocalManifests.of(operation(MAP, text)))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("operation.sync.manifests[1] " + words)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void what_is_nested_without_end_is_no_manifest() {
        var deep = "{\"a\":".repeat(100_000);

        assertThatThrownBy(() -> LocalManifests.of(operation(deep)))
                .isInstanceOf(ManifestFailure.class);
    }

    private static Map<String, Object> operation(String... manifests) {
        return Map.of("sync", Map.of("manifests", List.of(manifests)));
    }
}
