package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceFilterTest {

    private static final String SERVER = "https://prod.example";

    @ParameterizedTest
    @CsvSource({
        "'', Endpoints, true",
        "discovery.k8s.io, EndpointSlice, true",
        "coordination.k8s.io, Lease, true",
        "authorization.k8s.io, SubjectAccessReview, true",
        "cert-manager.io, CertificateRequest, true",
        "cert-manager.io, Certificate, false",
        "cilium.io, CiliumEndpoint, true",
        "kyverno.io, UpdateRequest, true",
        "'', ConfigMap, false",
        "apps, Deployment, false",
        "'', Event, true",
        "metrics.k8s.io, PodMetrics, true",
    })
    void without_settings_those_are_left_out_that_argo_cd_is_installed_with(
            String group, String kind, boolean out) {
        assertThat(ResourceFilter.DEFAULT.excludes(group, kind, SERVER)).isEqualTo(out);
        assertThat(ResourceFilter.read(Map.of()).excludes(group, kind, SERVER)).isEqualTo(out);
    }

    @ParameterizedTest
    @CsvSource({
        "apps, Deployment, https://prod.example, true",
        "apps, DaemonSet, https://prod.example, false",
        "apps, Deployment, https://test.example, false",
        "a.cilium.io, X, https://test.example, true",
        "'', Endpoints, https://prod.example, false",
        "'', Event, https://prod.example, true",
    })
    void exclusions_take_the_place_of_the_usual_ones(
            String group, String kind, String server, boolean out) {
        var filter =
                exclusions(
                        """
                        - apiGroups: [apps]
                          kinds: [Dep*]
                          clusters: ["https://prod*"]
                        - apiGroups: ["*.cilium.io"]
                        """);

        assertThat(filter.excludes(group, kind, server)).isEqualTo(out);
    }

    @Test
    void what_matches_no_inclusion_is_left_out_and_an_exclusion_counts_all_the_same() {
        var filter =
                ResourceFilter.read(
                        Map.of(
                                "resource.inclusions", "[{apiGroups: [apps]}]",
                                "resource.exclusions", "[{kinds: [DaemonSet]}]"));

        assertThat(filter.excludes("apps", "Deployment", SERVER)).isFalse();
        assertThat(filter.excludes("apps", "DaemonSet", SERVER)).isTrue();
        assertThat(filter.excludes("", "ConfigMap", SERVER)).isTrue();
    }

    @Test
    void an_empty_list_leaves_out_only_what_always_is() {
        assertThat(exclusions("").excludes("", "Endpoints", SERVER)).isFalse();
        assertThat(exclusions("[]").excludes("", "Event", SERVER)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text | resource.exclusions must be a list",
                "{kinds: [X]} | resource.exclusions must be a list",
                "[text] | resource.exclusions must be a list of objects",
                "[{kinds: [1]}] | resource.exclusions: kinds must be texts",
                "[{kinds: ['[']}] | resource.exclusions: '[' has a '[' without a set behind it",
            })
    void what_cannot_be_read_is_named(String text, String problem) {
        assertThatThrownBy(() -> exclusions(text))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage(problem);
        assertThatThrownBy(() -> exclusions("- ["))
                .hasMessageStartingWith("resource.exclusions is no YAML");
    }

    private static ResourceFilter exclusions(String text) {
        return ResourceFilter.read(Map.of("resource.exclusions", text));
    }
}
