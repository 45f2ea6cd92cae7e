package io.tiphys.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.ProjectRole;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.support.Cases;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ProjectTest {

    @TestFactory
    Stream<DynamicTest> what_is_wrong_is_told_by_the_name_of_its_field() {
        return Cases.of("golden/projects/invalid")
                .map(
                        given ->
                                DynamicTest.dynamicTest(
                                        Json.string(given, "is"),
                                        () ->
                                                assertThatThrownBy(
                                                                () ->
                                                                        Project.read(
                                                                                "team",
                                                                                Json.object(
                                                                                        given,
                                                                                        "project")))
                                                        .isInstanceOf(InvalidSpecException.class)
                                                        .hasMessageContaining(
                                                                Json.string(given, "problem"))));
    }

    @Test
    void roles_are_read_with_their_policies_groups_and_tokens() {
        var project =
                project(
                        """
                        roles:
                          - name: ci
                            description: For the pipeline
                            policies: ["p, proj:team:ci, applications, sync, team/*, allow"]
                            groups: [builders]
                            jwtTokens: [{iat: 1535390316, exp: 1535390400, id: a}, {iat: 1535390317}]
                        """);

        assertThat(project.roles())
                .containsExactly(
                        new ProjectRole(
                                "ci",
                                "For the pipeline",
                                List.of("p, proj:team:ci, applications, sync, team/*, allow"),
                                List.of("builders"),
                                List.of(
                                        new ProjectRole.Token(1535390316, 1535390400, "a"),
                                        new ProjectRole.Token(1535390317, 0, "1535390317"))));
    }

    /// A resource, and whether nobody wants to hear that no Application declares it.
    @ParameterizedTest
    @CsvSource({
        "'', Secret, a-token, true",
        "'', Secret, token, false",
        "'', ConfigMap, any, false",
        "cilium.io, CiliumEndpoint, any, true",
        "io, CiliumEndpoint, any, false",
        "'', ServiceAccount, default, true",
        "'', ServiceAccount, other, false",
        "'', ConfigMap, kube-root-ca.crt, true",
        "'', Service, kubernetes, false",
    })
    void orphaned_resources_may_be_ignored(
            String group, String kind, String name, boolean ignored) {
        var orphaned =
                project(
                                """
                                orphanedResources:
                                  warn: true
                                  ignore: [{kind: Secret, name: "*-token"}, {group: cilium.*}]
                                """)
                        .orphaned()
                        .orElseThrow();

        assertThat(orphaned.warn()).isTrue();
        assertThat(orphaned.ignores(new ResourceKey(group, kind, "team", name))).isEqualTo(ignored);
    }

    @Test
    void the_api_servers_own_service_is_nobodys() {
        var orphaned = project("orphanedResources: {}").orphaned().orElseThrow();

        assertThat(orphaned.warn()).isFalse();
        assertThat(orphaned.ignores(new ResourceKey("", "Service", "default", "kubernetes")))
                .isTrue();
    }

    @Test
    void without_a_word_nothing_orphaned_is_looked_for() {
        assertThat(Project.read("team", Map.of()).orphaned()).isEmpty();
    }

    @Test
    void two_that_say_the_same_are_equal() {
        var spec =
                """
                sourceRepos: ["https://host/*", "!https://host/a"]
                destinations: [{server: "*", namespace: "a*"}]
                clusterResourceWhitelist: [{group: "", kind: Node, name: a}]
                namespaceResourceWhitelist: []
                sourceNamespaces: [team, "/te.m/"]
                syncWindows: [{kind: deny, schedule: "@daily", duration: 1h, timeZone: Asia/Tokyo}]
                destinationServiceAccounts: [{server: "*", namespace: "*", defaultServiceAccount: a}]
                orphanedResources: {ignore: [{kind: Secret}]}
                """;

        assertThat(project(spec)).isEqualTo(project(spec));
        assertThat(project(spec)).isNotEqualTo(project(spec.replace("te.m", "te.n")));
        assertThat(project(spec)).isNotEqualTo(project(spec.replace("Tokyo", "Seoul")));
    }

    private static Project project(String spec) {
        return Project.read(
                "team", Json.object(new Load(LoadSettings.builder().build()).loadFromString(spec)));
    }
}
