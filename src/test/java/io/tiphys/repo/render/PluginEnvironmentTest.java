package io.tiphys.repo.render;

import static io.tiphys.support.Sources.aSource;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Source;
import io.tiphys.repo.Build;
import io.tiphys.repo.RenderRequest;
import io.tiphys.support.MemoryFolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PluginEnvironmentTest {

    private static final RenderRequest REQUEST =
            new RenderRequest(
                    aSource("https://h/r", "app", "main"),
                    "0123456789012345678901234567890123456789",
                    new MemoryFolder(),
                    new MemoryFolder(),
                    new Build("shop", "default", "web", "v1.35.2", List.of("apps/v1", "v1")));

    @Test
    void a_plugin_is_told_of_the_application_and_the_cluster() {
        assertThat(PluginEnvironment.of(REQUEST, Optional.empty()))
                .containsEntry("ARGOCD_APP_NAME", "shop")
                .containsEntry("ARGOCD_APP_REVISION", REQUEST.revision())
                .containsEntry("KUBE_VERSION", "1.35.2")
                .containsEntry("KUBE_API_VERSIONS", "apps/v1,v1")
                .doesNotContainKey("ARGOCD_APP_PARAMETERS");
    }

    @Test
    void variables_of_the_author_have_a_prefix_and_may_name_others() {
        assertThat(of(Map.of("TARGET", "$ARGOCD_APP_NAME-$KUBE_VERSION", "EMPTY", ""), List.of()))
                .containsEntry("ARGOCD_ENV_TARGET", "shop-1.35.2")
                .containsEntry("ARGOCD_ENV_EMPTY", "")
                .containsEntry("ARGOCD_APP_PARAMETERS", "null");
    }

    @Test
    void no_variable_of_the_author_takes_the_place_of_another() {
        assertThat(of(Map.of("ARGOCD_APP_NAME", "other"), List.of()))
                .containsEntry("ARGOCD_APP_NAME", "shop")
                .containsEntry("ARGOCD_ENV_ARGOCD_APP_NAME", "other");
    }

    @Test
    void parameters_are_told_one_by_one_and_together() {
        var parameters =
                List.of(
                        Map.<String, Object>of("name", "image.tag", "string", "1.2"),
                        Map.<String, Object>of("name", "values", "array", List.of("a", "b")),
                        Map.<String, Object>of("name", "labels", "map", Map.of("my-team", "x")));

        assertThat(of(Map.of(), parameters))
                .containsEntry("PARAM_IMAGE_TAG", "1.2")
                .containsEntry("PARAM_VALUES_0", "a")
                .containsEntry("PARAM_VALUES_1", "b")
                .containsEntry("PARAM_LABELS_MY_TEAM", "x")
                .containsEntry(
                        "ARGOCD_APP_PARAMETERS",
                        "[{\"name\":\"image.tag\",\"string\":\"1.2\"},"
                                + "{\"array\":[\"a\",\"b\"],\"name\":\"values\"},"
                                + "{\"map\":{\"my-team\":\"x\"},\"name\":\"labels\"}]");
    }

    private static Map<String, String> of(
            Map<String, String> environment, List<Map<String, Object>> parameters) {
        return PluginEnvironment.of(
                REQUEST, Optional.of(new Source.Plugin("mine", environment, parameters)));
    }
}
