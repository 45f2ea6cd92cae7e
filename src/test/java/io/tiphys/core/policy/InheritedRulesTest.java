package io.tiphys.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.GlobalProject;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.core.model.RepositorySecret.Kind;
import io.tiphys.core.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class InheritedRulesTest {

    private static final String GLOBAL =
            """
            - projectName: base
              labelSelector: {matchLabels: {tier: gold}}
            """;

    private static final Project BASE =
            project(
                    "base",
                    """
                    sourceRepos: ["https://host/base/*"]
                    destinations: [{server: "*", namespace: base}]
                    clusterResourceWhitelist: [{group: "", kind: Namespace}]
                    clusterResourceBlacklist: [{group: "", kind: Node}]
                    namespaceResourceBlacklist: [{group: "", kind: Secret}]
                    destinationServiceAccounts:
                      - {server: "*", namespace: "*", defaultServiceAccount: base}
                    syncWindows: [{kind: deny, schedule: "@daily", duration: 1h}]
                    sourceNamespaces: ["*"]
                    permitOnlyProjectScopedClusters: true
                    """);

    private static final Project TEAM =
            project(
                    "team",
                    """
                    sourceRepos: ["https://host/team/*"]
                    destinations: [{server: "*", namespace: team}]
                    destinationServiceAccounts:
                      - {server: "*", namespace: team, defaultServiceAccount: team}
                    """);

    @Test
    void the_rules_of_a_global_project_are_added() {
        // When
        var bound = bind(TEAM, Map.of("tier", "gold"), GLOBAL);

        // Then
        assertThat(ProjectRules.permitsSource(bound, "https://host/team/a")).isTrue();
        assertThat(ProjectRules.permitsSource(bound, "https://host/base/a")).isTrue();
        assertThat(permits(bound, new ResourceKey("", "Namespace", "", "a"))).isTrue();
        assertThat(permits(bound, new ResourceKey("", "Node", "", "a"))).isFalse();
        assertThat(permits(bound, new ResourceKey("", "Secret", "team", "a"))).isFalse();
        assertThat(permits(bound, new ResourceKey("", "ConfigMap", "base", "a"))).isTrue();
        assertThat(bound.windows()).hasSize(1);
        assertThat(bound.accounts()).extracting(it -> it.account()).containsExactly("team", "base");
    }

    @Test
    void what_is_about_its_own_applications_is_not() {
        var bound = bind(TEAM, Map.of("tier", "gold"), GLOBAL);

        assertThat(bound.name()).isEqualTo("team");
        assertThat(bound.sourceNamespaces()).isEmpty();
        assertThat(bound.ownClustersOnly()).isFalse();
    }

    @Test
    void a_list_of_kinds_that_a_global_project_has_bounds_one_that_has_none() {
        // Given
        var global =
                project("base", "namespaceResourceWhitelist: [{group: apps, kind: Deployment}]");

        // When
        var bound =
                InheritedRules.add(
                        TEAM,
                        Map.of("tier", "gold"),
                        GlobalProject.list(GLOBAL),
                        _ -> Optional.of(global),
                        List.of());

        // Then
        assertThat(permits(bound, new ResourceKey("apps", "Deployment", "team", "a"))).isTrue();
        assertThat(permits(bound, new ResourceKey("", "ConfigMap", "team", "a"))).isFalse();
    }

    @Test
    void no_project_inherits_from_itself_or_from_one_that_is_not_there() {
        assertThat(bind(BASE, Map.of("tier", "gold"), GLOBAL)).isEqualTo(BASE);
        assertThat(bind(TEAM, Map.of("tier", "gold"), GLOBAL.replace("base", "none")))
                .isEqualTo(TEAM);
    }

    /// A selector, and whether it selects the labels `tier: gold, zone: a`.
    @TestFactory
    Stream<DynamicTest> selectors() {
        return Stream.of(
                selects("{}", true),
                selects("{matchLabels: {tier: gold}}", true),
                selects("{matchLabels: {tier: gold, zone: a}}", true),
                selects("{matchLabels: {tier: gold, zone: b}}", false),
                selects("{matchLabels: {other: gold}}", false),
                selects("{matchExpressions: [{key: tier, operator: In, values: [gold, x]}]}", true),
                selects("{matchExpressions: [{key: tier, operator: In, values: [x]}]}", false),
                selects("{matchExpressions: [{key: other, operator: In, values: [x]}]}", false),
                selects("{matchExpressions: [{key: tier, operator: NotIn, values: [x]}]}", true),
                selects("{matchExpressions: [{key: other, operator: NotIn, values: [x]}]}", true),
                selects(
                        "{matchExpressions: [{key: tier, operator: NotIn, values: [gold]}]}",
                        false),
                selects("{matchExpressions: [{key: tier, operator: Exists}]}", true),
                selects("{matchExpressions: [{key: other, operator: Exists}]}", false),
                selects("{matchExpressions: [{key: other, operator: DoesNotExist}]}", true),
                selects("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", false),
                selects(
                        "{matchLabels: {tier: gold}, matchExpressions: [{key: zone, operator:"
                                + " DoesNotExist}]}",
                        false));
    }

    private static DynamicTest selects(String selector, boolean expected) {
        return DynamicTest.dynamicTest(
                selector,
                () -> {
                    var global =
                            GlobalProject.list(
                                            "[{projectName: base, labelSelector: %s}]"
                                                    .formatted(selector))
                                    .getFirst();
                    assertThat(global.isFor("team", Map.of("tier", "gold", "zone", "a")))
                            .isEqualTo(expected);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "text",
                "{projectName: base}",
                "[base]",
                "[{projectName: 1}]",
                "[{projectName: base, labelSelector: all}]",
                "[{projectName: base, labelSelector: {matchLabels: {a: 1}}}]",
                "[{projectName: base, labelSelector: {matchExpressions: [{key: a, operator:"
                        + " Is}]}}]",
                "[{projectName: base, labelSelector: {matchExpressions: [{key: a, operator:"
                        + " In}]}}]",
                "[{projectName: base, labelSelector: {matchExpressions: [{operator: Exists}]}}]",
                "&a [*a, *a]",
            })
    void what_names_no_global_projects_is_refused(String yaml) {
        assertThatThrownBy(() -> GlobalProject.list(yaml))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("argocd-cm.globalProjects");
    }

    @Test
    void a_repository_that_is_a_projects_own_is_permitted_to_it() {
        // When
        var bound =
                InheritedRules.add(
                        TEAM,
                        Map.of(),
                        List.of(),
                        _ -> Optional.empty(),
                        List.of(
                                secret(Kind.REPOSITORY, "https://own/a*", "team"),
                                secret(Kind.REPOSITORY, "https://others/a", "others"),
                                secret(Kind.REPOSITORY, "https://all/a", ""),
                                secret(Kind.TEMPLATE, "https://template/a", "team")));

        // Then
        assertThat(ProjectRules.permitsSource(bound, "https://own/a*")).isTrue();
        assertThat(ProjectRules.permitsSource(bound, "https://own/abc")).isFalse();
        assertThat(ProjectRules.permitsSource(bound, "https://others/a")).isFalse();
        assertThat(ProjectRules.permitsSource(bound, "https://all/a")).isFalse();
        assertThat(ProjectRules.permitsSource(bound, "https://template/a")).isFalse();
    }

    private static RepositorySecret secret(Kind kind, String url, String project) {
        return new RepositorySecret(
                "secret",
                kind,
                RepositoryAddress.of(url),
                project,
                Map.of("url", new Hidden(url), "project", new Hidden(project)));
    }

    private static Project bind(Project project, Map<String, String> labels, String globals) {
        return InheritedRules.add(
                project,
                labels,
                GlobalProject.list(globals),
                name -> name.equals("base") ? Optional.of(BASE) : Optional.empty(),
                List.of());
    }

    private static boolean permits(Project project, ResourceKey key) {
        return ProjectRules.refusal(project, DestinationCluster.IN_CLUSTER, key).isEmpty();
    }

    private static Project project(String name, String spec) {
        return Project.read(
                name, Json.object(new Load(LoadSettings.builder().build()).loadFromString(spec)));
    }
}
