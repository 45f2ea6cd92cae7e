package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.Build;
import io.tiphys.repo.ManifestFailure;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What names a rendering, and what Helm is told.
class HelmRendererTest extends HelmByScript {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "other/Chart.yaml",
                "app/values-prod.yaml",
                "app/README.md",
                "app/ci/test-values.yaml",
                "README.md"
            })
    void a_file_that_helm_does_not_read_changes_nothing(String file) {
        var inputs = inputs("{}");

        root.with(file, "changed: true");

        assertThat(inputs("{}")).isEqualTo(inputs);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: {{ randAlphaNum 8 }}",
                "a: {{ (genCA \"a\" 365).Cert }}",
                "a: {{ now | unixEpoch }}",
                "a: {{ date \"2006\" .Values.a }}",
                "a: {{ \"secret\" | htpasswd \"a\" }}",
            })
    void what_is_left_to_chance_is_for_one_application_alone(String template) {
        assertThat(inputsOf("shop")).isEqualTo(inputsOf("other"));
        assertThat(plan("{}", build("v1.35.2", "v1")).chance()).isFalse();

        root.with("app/templates/it.yaml", template);

        assertThat(inputsOf("shop")).isEqualTo(inputsOf("shop")).isNotEqualTo(inputsOf("other"));
        assertThat(plan("{}", build("v1.35.2", "v1")).chance()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app/Chart.yaml",
                "app/Chart.lock",
                "app/values.yaml",
                "app/values.schema.json",
                "app/.helmignore",
                "app/templates/it.yaml",
                "app/templates/deep/new.tpl",
                "app/charts/db/values.yaml",
                "app/crds/it.yaml"
            })
    void a_file_of_the_chart_changes_the_inputs(String file) {
        var inputs = inputs("{}");

        root.with(file, "changed: true");

        assertThat(inputs("{}")).isNotEqualTo(inputs);
    }

    @Test
    void a_value_file_counts_when_it_is_used() {
        var inputs = inputs("{valueFiles: [values-prod.yaml]}");

        root.with("app/values-prod.yaml", "a: 3");

        assertThat(inputs("{valueFiles: [values-prod.yaml]}")).isNotEqualTo(inputs);
    }

    @Test
    void a_file_that_was_missing_counts_when_it_comes() {
        var options = "{valueFiles: [late.yaml], ignoreMissingValueFiles: true}";
        var inputs = inputs(options);

        root.with("app/late.yaml", "a: 3");

        assertThat(inputs(options)).isNotEqualTo(inputs);
    }

    @Test
    void every_file_of_a_chart_counts_if_its_templates_read_files() {
        root.with("app/templates/it.yaml", "{{ .Files.Get \"README.md\" }}");
        var inputs = inputs("{}");

        root.with("app/README.md", "changed");

        assertThat(inputs("{}")).isNotEqualTo(inputs);
    }

    @ParameterizedTest
    @CsvSource({
        "releaseName: x",
        "namespace: x",
        "kubeVersion: '1.30'",
        "values: 'a: 9'",
        "valuesObject: {a: 9}",
        "'parameters: [{name: a, value: x}]'",
        "'parameters: [{name: a, value: x, forceString: true}]'",
        "skipCrds: true",
        "skipTests: true",
        "skipSchemaValidation: true",
        "'valueFiles: [values.yaml]'",
        "'fileParameters: [{name: a, path: values.yaml}]'"
    })
    void an_option_changes_the_inputs(String option) {
        assertThat(inputs("{" + option + "}")).isNotEqualTo(inputs("{}"));
    }

    @Test
    void what_the_cluster_offers_counts_only_for_a_chart_that_asks() {
        var more = build("v1.35.2", "v1", "example.org/v1");
        assertThat(plan("{}", more).inputs()).isEqualTo(inputs("{}"));
        assertThat(arguments(plan("{}", more))).doesNotContain("--api-versions");

        root.with("app/templates/it.yaml", "{{ .Capabilities.APIVersions.Has \"a\" }}");

        assertThat(plan("{}", more).inputs()).isNotEqualTo(inputs("{}"));
        assertThat(arguments(plan("{}", more)))
                .containsSequence("--api-versions", "v1,example.org/v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{values: '{{ .Capabilities.APIVersions }}'}",
                "{valuesObject: {a: '{{ .Capabilities.APIVersions }}'}}",
                "{parameters: [{name: a, value: '{{ .Capabilities.APIVersions }}'}]}",
                "{valueFiles: [/asks.yaml]}",
                "{fileParameters: [{name: a, path: /asks.yaml}]}"
            })
    void a_value_may_ask_as_well(String options) {
        root.with("asks.yaml", "a: '{{ $.Capabilities.APIVersions }}'");

        assertThat(plan(options, build("v1.35.2", "v1", "example.org/v1")).inputs())
                .isNotEqualTo(inputs(options));
    }

    @Test
    void a_chart_that_is_packed_may_ask_for_anything() {
        root.with("app/charts/db-1.0.0.tgz", "packed");

        assertThat(plan("{}", build("v1.35.2", "v1", "example.org/v1")).inputs())
                .isNotEqualTo(inputs("{}"));
    }

    @Test
    void the_clusters_version_counts_for_every_chart_by_its_numbers() {
        root.with("app/templates/it.yaml", "{{ .Capabilities.KubeVersion.Minor }}");

        assertThat(plan("{}", build("v1.36.0", "v1")).inputs()).isNotEqualTo(inputs("{}"));
        assertThat(plan("{}", build("v1.35.2-eks-1", "v1")).inputs()).isEqualTo(inputs("{}"));
    }

    @Test
    void a_commit_counts_only_if_an_option_names_it() {
        var one = "1".repeat(40);
        var other = "2".repeat(40);
        assertThat(plan("{}", one).inputs()).isEqualTo(plan("{}", other).inputs());

        var named = "{parameters: [{name: a, value: $ARGOCD_APP_REVISION_SHORT}]}";
        assertThat(plan(named, one).inputs()).isNotEqualTo(plan(named, other).inputs());
    }

    @Test
    void helm_gets_the_files_that_were_named_and_no_others() {
        var rendered = plan("{valueFiles: [values-prod.yaml]}", build("v1.35.2", "v1")).render();

        assertThat(rendered.get().manifests().getFirst().object().get("files"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactly(
                        "./app/Chart.yaml",
                        "./app/templates/it.yaml",
                        "./app/values-prod.yaml",
                        "./app/values.yaml");
    }

    @Test
    void a_manifest_comes_from_its_template() {
        var manifests = plan("{}", build("v1.35.2", "v1")).render().get().manifests();

        assertThat(manifests.getFirst().origin()).isEqualTo("templates/it.yaml");
    }

    @Test
    void values_are_out_of_the_charts_reach() {
        var arguments = arguments(plan("{values: 'a: 9'}", build("v1.35.2", "v1")));

        assertThat(arguments.get(arguments.indexOf("--values") + 1)).contains("/home/");
    }

    @Test
    void thousands_of_api_versions_are_few_arguments() {
        root.with("app/templates/it.yaml", "{{ .Capabilities.APIVersions.Has \"a\" }}");
        var names = IntStream.range(0, 5000).mapToObj(it -> "group" + it + ".example.org/v1/Kind");

        assertThat(arguments(plan("{}", build("v1.35.2", names.toArray(String[]::new)))))
                .hasSizeLessThan(60)
                .anyMatch(it -> it.endsWith("group4999.example.org/v1/Kind"));
    }

    @Test
    void more_api_versions_than_a_process_can_be_told_are_refused() {
        root.with("app/templates/it.yaml", "{{ .Capabilities.APIVersions.Has \"a\" }}");
        var long_ = "x".repeat(300);
        var names = IntStream.range(0, 5500).mapToObj(it -> long_ + it);
        var rendering = plan("{}", build("v1.35.2", names.toArray(String[]::new)));

        assertThatThrownBy(() -> rendering.render().get())
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("spec.source.helm.apiVersions");
    }

    @Test
    void helm_may_let_its_heap_grow_and_not_without_end() {
        var object = plan("{}", "0".repeat(40)).render().get().manifests().getFirst().object();

        assertThat(object).containsEntry("garbage", "400 512MiB");
    }

    @Test
    void a_parameter_that_is_too_long_is_refused_by_its_name() {
        var rendering =
                plan(
                        "{parameters: [{name: deep.it, value: '" + "x".repeat(200_000) + "'}]}",
                        build("v1.35.2", "v1"));

        assertThatThrownBy(() -> rendering.render().get())
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("deep.it is too long")
                .hasMessageNotContaining("xxx");
    }

    private String inputs(String options) {
        return plan(options, build("v1.35.2", "v1")).inputs();
    }

    private String inputsOf(String application) {
        var build = new Build(application, "default", "web", "v1.35.2", List.of("v1"));
        return plan("{releaseName: a}", build).inputs();
    }
}
