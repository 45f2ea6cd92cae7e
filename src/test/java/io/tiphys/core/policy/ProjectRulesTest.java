package io.tiphys.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.SyncPolicy;
import io.tiphys.support.Cases;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectRulesTest {

    private static final DestinationCluster CLUSTER = DestinationCluster.IN_CLUSTER;

    @TestFactory
    Stream<DynamicTest> sources() {
        return each("sources", ProjectRules::permitsSource);
    }

    @TestFactory
    Stream<DynamicTest> destinations() {
        return each("destinations", ProjectRulesTest::permitsDestination);
    }

    @TestFactory
    Stream<DynamicTest> resources() {
        return each("resources", ProjectRulesTest::permitsResource);
    }

    private static boolean permitsDestination(Project project, String place) {
        var parts = Stream.of(place.split(" ")).map(it -> it.equals("-") ? "" : it).toList();
        var name = parts.get(1);
        return ProjectRules.permitsDestination(
                project,
                new DestinationCluster(
                        parts.get(0),
                        name,
                        switch (name) {
                            case "own", "some" -> "team";
                            case "others" -> "others";
                            default -> "";
                        },
                        name.equals("some") ? Set.of("red", "blue") : Set.of()),
                parts.get(2));
    }

    private static boolean permitsResource(Project project, String resource) {
        var parts = resource.split("/", -1);
        return ProjectRules.refusal(
                        project, CLUSTER, new ResourceKey(parts[0], parts[1], parts[2], parts[3]))
                .isEmpty();
    }

    /// A test for each text that a case of a table permits or refuses.
    private static Stream<DynamicTest> each(String table, BiPredicate<Project, String> permits) {
        return Cases.of("golden/projects/" + table)
                .flatMap(
                        given -> {
                            var project = Project.read("team", Json.object(given, "project"));
                            return Stream.concat(
                                    each(given, "permitted", it -> permits.test(project, it)),
                                    each(given, "refused", it -> !permits.test(project, it)));
                        });
    }

    private static Stream<DynamicTest> each(
            Map<String, Object> given, String which, Predicate<String> holds) {
        return Json.array(given, which).stream()
                .map(String::valueOf)
                .map(
                        text ->
                                DynamicTest.dynamicTest(
                                        "%s: %s %s".formatted(given.get("is"), text, which),
                                        () -> assertThat(text).matches(holds, which)));
    }

    @Test
    void every_problem_of_an_application_is_told_in_argo_cds_words() {
        // Given
        var project = Project.read("team", Map.of("sourceRepos", List.of("https://host/a")));

        // When
        var problems =
                ProjectRules.problems(
                        project,
                        application(
                                new Destination(Destination.IN_CLUSTER, "", "web"),
                                "https://host/a",
                                "https://host/b",
                                "https://host/c"),
                        CLUSTER);

        // Then
        assertThat(problems)
                .containsExactly(
                        "application repo https://host/b is not permitted in project 'team'",
                        "application repo https://host/c is not permitted in project 'team'",
                        "application destination server 'https://kubernetes.default.svc' and"
                                + " namespace 'web' do not match any of the allowed destinations"
                                + " in project 'team'");
    }

    @Test
    void a_cluster_is_told_of_as_the_application_names_it() {
        assertThat(
                        ProjectRules.problems(
                                Project.read("team", Map.of("sourceRepos", List.of("*"))),
                                application(
                                        new Destination("", "in-cluster", "web"), "https://host/a"),
                                CLUSTER))
                .singleElement()
                .asString()
                .startsWith("application destination server 'in-cluster' and namespace 'web'");
    }

    @Test
    void the_project_that_everybody_has_permits_everything() {
        var application =
                application(new Destination("", "in-cluster", "web"), "https://host/any/thing");

        assertThat(ProjectRules.problems(Project.DEFAULT, application, CLUSTER)).isEmpty();
        assertThat(permitsResource(Project.DEFAULT, "/Namespace//web")).isTrue();
        assertThat(permitsResource(Project.DEFAULT, "/Secret/web/app")).isTrue();
    }

    @Test
    void what_a_resource_is_refused_for_is_told_in_argo_cds_words() {
        var project =
                Project.read(
                        "team",
                        Map.of("destinations", List.of(Map.of("server", "*", "namespace", "web"))));

        assertThat(refusal(project, new ResourceKey("", "Namespace", "", "web")))
                .contains("resource :Namespace is not permitted in project team");
        assertThat(refusal(project, new ResourceKey("apps", "Deployment", "other", "app")))
                .contains("namespace other is not permitted in project 'team'");
    }

    private static Optional<String> refusal(Project project, ResourceKey key) {
        return ProjectRules.refusal(project, CLUSTER, key);
    }

    /// The namespaces that a project lets Applications be in, one of these, and whether it may.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "            | argocd  | true",
                "            | team    | false",
                "team        | team    | true",
                "team        | argocd  | true",
                "team        | teams   | false",
                "team-*      | team-a  | true",
                "team-*      | xteam-a | false",
                "*           | any     | true",
                "/team/      | xteamx  | true",
                "/^team-.$/  | team-a  | true",
                "/^team-.$/  | team-ab | false",
                "{red,blue}  | red     | true",
                "{red,blue}  | green   | false",
            })
    void applications_may_be_where_the_project_says(
            String namespaces, String namespace, boolean permitted) {
        var list = namespaces == null ? List.of() : List.of(namespaces);
        var project = Project.read("team", Map.of("sourceNamespaces", list));

        var stranger =
                ProjectRules.stranger(project, new ApplicationId(namespace, "shop"), "argocd");

        assertThat(stranger.isEmpty()).isEqualTo(permitted);
        stranger.ifPresent(
                it ->
                        assertThat(it)
                                .isEqualTo(
                                        "application 'shop' in namespace '%s' is not permitted to use project 'team'"
                                                .formatted(namespace)));
    }

    static Application application(Destination destination, String... urls) {
        var sources =
                Stream.of(urls).map(it -> (Object) Map.of("repoURL", it, "path", "web")).toList();
        return new Application(
                new ApplicationId("argocd", "shop"),
                "7",
                "team",
                Sources.read(Map.of("sources", sources)),
                destination,
                new SyncPolicy.Manual(),
                Set.of(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Application.Status.EMPTY,
                10);
    }
}
