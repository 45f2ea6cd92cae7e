package io.tiphys.api;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.RepositoryUrl;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which Applications a caller asks for. What was not asked is empty and lets all pass.
///
/// Looks at the custom resource rather than at what was read from it: an Application whose spec is
/// wrong is listed too.
record ApplicationQuery(
        String name,
        String namespace,
        Set<String> projects,
        String repository,
        LabelSelector selector) {

    /// Reads the query parameters that Argo CD's clients send.
    ///
    /// @throws IllegalArgumentException if the selector cannot be read
    static ApplicationQuery of(Map<String, List<String>> parameters) {
        return new ApplicationQuery(
                first(parameters, "name"),
                first(parameters, "appNamespace"),
                Stream.of("projects", "project")
                        .flatMap(key -> parameters.getOrDefault(key, List.of()).stream())
                        .filter(project -> !project.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()),
                RepositoryUrl.canonical(first(parameters, "repo")),
                LabelSelector.parse(first(parameters, "selector")));
    }

    boolean matches(Map<String, Object> application) {
        return matchesText(name, Json.string(application, "metadata", "name"))
                && matchesText(namespace, Json.string(application, "metadata", "namespace"))
                && (projects.isEmpty() || projects.contains(project(application)))
                && (repository.isEmpty() || usesRepository(application))
                && selector.matches(Json.strings(application, "metadata", "labels"));
    }

    private static String project(Map<String, Object> application) {
        var project = Json.string(application, "spec", "project");
        return project.isEmpty() ? "default" : project;
    }

    private boolean usesRepository(Map<String, Object> application) {
        return Stream.concat(
                        Stream.of(Json.object(application, "spec", "source")),
                        Json.array(application, "spec", "sources").stream())
                .map(source -> RepositoryUrl.canonical(Json.string(source, "repoURL")))
                .anyMatch(repository::equals);
    }

    private static boolean matchesText(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }

    private static String first(Map<String, List<String>> parameters, String key) {
        var values = parameters.getOrDefault(key, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }
}
