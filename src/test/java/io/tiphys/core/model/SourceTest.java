package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Source.Helm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceTest {

    @Test
    void parameters_that_argo_cd_image_updater_wrote_are_texts_as_well() {
        var source =
                Source.read(
                        "spec.source",
                        Map.of(
                                "repoURL",
                                "https://h/r",
                                "helm",
                                Map.of(
                                        "parameters",
                                        List.of(
                                                parameter("forcestring"),
                                                parameter("forceString"),
                                                parameter("other")))));

        assertThat(((Helm) source.options().orElseThrow()).parameters())
                .extracting(Helm.Parameter::forceString)
                .containsExactly(true, true, false);
    }

    private static Map<String, Object> parameter(String field) {
        return Map.of("name", "image.tag", "value", "1.20", field, true);
    }
}
