package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.KustomizeOptions.Order;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolSettingsTest {

    @Test
    void nothing_is_said_where_there_is_no_map() {
        assertThat(ToolSettings.read(Map.of())).isEqualTo(ToolSettings.DEFAULT);
        assertThat(ToolSettings.DEFAULT.kustomize(""))
                .isEqualTo(new KustomizeOptions(false, false, Order.UNSAID, false, "", List.of()));
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
    void value_files_are_where_the_map_says(String said, String schemes) {
        assertThat(ToolSettings.read(Map.of("helm.valuesFileSchemes", said)).valueFileSchemes())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(schemes.split(",")).filter(it -> !it.isEmpty()).toList());
    }

    @Test
    void options_are_written_as_on_a_command_line() {
        assertThat(
                        options(
                                """
                                --load-restrictor LoadRestrictionsNone --enable-helm
                                  --reorder=none --enable-managedby-label=true
                                  --helm-kube-version v1.30.0 --helm-api-versions a/v1,b/v1
                                  --helm-api-versions=c/v1
                                """))
                .isEqualTo(
                        new KustomizeOptions(
                                true,
                                true,
                                Order.NONE,
                                true,
                                "v1.30.0",
                                List.of("a/v1,b/v1", "c/v1")));
    }

    @Test
    void of_an_option_that_is_repeated_the_last_counts() {
        assertThat(
                        options(
                                "--enable-helm --load-restrictor=LoadRestrictionsNone"
                                        + " --enable-helm=false --load-restrictor"
                                        + " LoadRestrictionsRootOnly"))
                .isEqualTo(KustomizeOptions.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --enable-alpha-plugins          | --enable-alpha-plugins is not allowed
                    --enable-exec                   | --enable-exec is not allowed
                    --enable-exec=false             | --enable-exec is not allowed
                    -enable-exec                    | -enable-exec is not allowed
                    --enable-star                   | --enable-star is not allowed
                    --network                       | --network is not allowed
                    --network-name host             | --network-name is not allowed
                    --mount type=bind,src=/,dst=/x  | --mount is not allowed
                    --env SECRET=word               | --env is not allowed
                    -e SECRET=word                  | -e is not allowed
                    --as-current-user               | --as-current-user is not allowed
                    --helm-command /bin/sh          | --helm-command is not allowed
                    --helm-debug                    | --helm-debug is not allowed
                    --output /tmp                   | --output is not allowed
                    -o=/tmp                         | -o is not allowed
                    --frobnicate                    | --frobnicate is not known
                    --Enable-Helm                   | --Enable-Helm is not known
                    --                              | -- is not known
                    --enable-helm true              | true is no option
                    /etc                            | /etc is no option
                    --enable-helm=perhaps           | --enable-helm must be one of false, true
                    --load-restrictor               | --load-restrictor needs a value
                    --load-restrictor none          | --load-restrictor must be one of
                    --load-restrictor --enable-helm | --load-restrictor must be one of
                    --reorder=alphabetical          | --reorder must be one of legacy, none
                    --helm-kube-version=$(id)       | --helm-kube-version has a value that is none
                    --helm-kube-version --debug     | --helm-kube-version has a value that is none
                    --helm-api-versions=a;b       | --helm-api-versions has a value that is none
                    """)
    void what_is_refused_is_named(String text, String message) {
        assertThatThrownBy(() -> options("--enable-managedby-label " + text))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageStartingWith("argocd-cm: kustomize.buildOptions: " + message)
                .hasMessageNotContaining("word");
    }

    @Test
    void a_version_may_have_options_of_its_own() {
        var settings =
                ToolSettings.read(
                        Map.of(
                                "kustomize.buildOptions", "--frobnicate",
                                "kustomize.buildOptions.v5.7.1", "--enable-helm",
                                "kustomize.buildOptions.v4", "--enable-exec"));

        assertThat(settings.kustomize("v5.7.1").helm()).isTrue();
        assertThatThrownBy(() -> settings.kustomize("v5.0.0"))
                .hasMessageContaining("kustomize.buildOptions: --frobnicate");
        assertThatThrownBy(() -> settings.kustomize("v4"))
                .hasMessageContaining("kustomize.buildOptions.v4: --enable-exec");
    }

    @ParameterizedTest
    @CsvSource({"kustomize.enable, KUSTOMIZE", "helm.enable, HELM", "jsonnet.enable, DIRECTORY"})
    void a_tool_is_used_unless_it_is_switched_off(String key, Source.Type type) {
        assertThat(ToolSettings.read(Map.of(key, "false")).isOn(type)).isFalse();
        assertThat(ToolSettings.read(Map.of(key, "True")).isOn(type)).isFalse();
        assertThat(ToolSettings.read(Map.of(key, "true")).isOn(type)).isTrue();
        assertThat(ToolSettings.read(Map.of(key, "")).isOn(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t"})
    void nothing_is_no_mistake(String text) {
        assertThat(options(text)).isEqualTo(KustomizeOptions.NONE);
    }

    private static KustomizeOptions options(String text) {
        return ToolSettings.read(Map.of("kustomize.buildOptions", text)).kustomize("");
    }
}
