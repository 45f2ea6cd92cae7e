package io.tiphys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelmSettingsTest {

    private final Map<String, String> configMap = new HashMap<>();
    private final HelmSettings settings =
            new HelmSettings(name -> name.equals("argocd-cm") ? configMap : Map.of());

    @Test
    void value_files_are_on_the_web_where_nothing_else_is_said() {
        assertThat(settings.fileSchemes()).containsExactlyInAnyOrder("https", "http");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    https              | https
                    s3, GS ,,https     | s3,gs,https
                    ' '                | ''
                    """)
    void value_files_are_where_the_config_map_says(String said, String schemes) {
        configMap.put("helm.valuesFileSchemes", said);

        assertThat(settings.fileSchemes())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(schemes.split(",")).filter(it -> !it.isEmpty()).toList());
    }
}
