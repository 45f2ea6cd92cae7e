package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApplicationJsonTest {

    private static final List<Map<String, Object>> ALL =
            List.of(
                    application("web", "team-a", "https://git.example.com/web.git", "9"),
                    application("api", "", "git@git.example.com:api", "10"),
                    application("db", "team-b", "https://git.example.com/db", "11"));

    @Test
    void applications_are_listed_by_name() {
        assertThat(names(Map.of())).containsExactly("api", "db", "web");
    }

    @Test
    void a_list_names_the_newest_version_in_it() {
        assertThat(Json.string(list(Map.of(), Fields.ALL), "metadata", "resourceVersion"))
                .isEqualTo("11");
    }

    @Test
    void an_empty_list_is_a_list() {
        assertThat(ApplicationJson.list(List.of(), ApplicationQuery.of(Map.of()), Fields.ALL))
                .isEqualTo(Map.of("items", List.of(), "metadata", Map.of("resourceVersion", "0")));
    }

    @Test
    void a_projected_list_keeps_its_version() {
        assertThat(list(Map.of(), Fields.parse("items.metadata.name")))
                .containsOnlyKeys("items", "metadata");
    }

    @Test
    void projects_filter_and_no_project_is_the_default_one() {
        assertThat(names(Map.of("projects", List.of("team-a", "team-b"))))
                .containsExactly("db", "web");
        assertThat(names(Map.of("project", List.of("default")))).containsExactly("api");
    }

    @Test
    void a_repository_filters_however_it_is_spelled() {
        assertThat(names(Map.of("repo", List.of("https://git.example.com/api.git"))))
                .containsExactly("api");
    }

    @Test
    void name_namespace_and_selector_filter() {
        assertThat(names(Map.of("name", List.of("db")))).containsExactly("db");
        assertThat(names(Map.of("appNamespace", List.of("elsewhere")))).isEmpty();
        assertThat(names(Map.of("selector", List.of("tier notin (web,db)"))))
                .containsExactly("api");
    }

    @Test
    void notes_on_field_owners_are_left_out_and_the_rest_stays() {
        var tree = ALL.getFirst();

        assertThat(ApplicationJson.one(tree))
                .isEqualTo(
                        Map.of(
                                "metadata",
                                        Map.of(
                                                "name", "web",
                                                "namespace", "argocd",
                                                "resourceVersion", "9",
                                                "labels", Map.of("tier", "web")),
                                "spec", Json.object(tree, "spec")));
    }

    private static List<String> names(Map<String, List<String>> parameters) {
        return Json.array(list(parameters, Fields.ALL), "items").stream()
                .map(item -> Json.string(item, "metadata", "name"))
                .toList();
    }

    private static Map<String, Object> list(Map<String, List<String>> parameters, Fields fields) {
        return ApplicationJson.list(ALL, ApplicationQuery.of(parameters), fields);
    }

    private static Map<String, Object> application(
            String name, String project, String repository, String version) {
        return Map.of(
                "metadata",
                        Map.of(
                                "name",
                                name,
                                "namespace",
                                "argocd",
                                "resourceVersion",
                                version,
                                "labels",
                                Map.of("tier", name),
                                "managedFields",
                                List.of(Map.of("manager", "kubectl"))),
                "spec", Map.of("project", project, "source", Map.of("repoURL", repository)));
    }
}
