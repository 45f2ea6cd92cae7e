package io.tiphys.core.policy;

import io.tiphys.core.model.GlobalProject;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.core.model.SourceRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Decides what a project's Applications are bound by beyond what its own object says: by the rules
/// of global projects, and with repositories that are the project's own by their Secrets.
public final class InheritedRules {

    private InheritedRules() {}

    /// @param labels of the project's object
    /// @param named global projects by their names; empty if there is none of that name
    /// @param secrets all that there are of repositories
    public static Project add(
            Project project,
            Map<String, String> labels,
            List<GlobalProject> globals,
            Function<String, Optional<Project>> named,
            Collection<RepositorySecret> secrets) {
        var bound = project;
        for (var global : globals) {
            if (global.isFor(project.name(), labels)) {
                bound = named.apply(global.name()).map(bound::and).orElse(bound);
            }
        }
        var own = own(project.name(), secrets);
        return own.isEmpty() ? bound : bound.withSources(own);
    }

    private static List<SourceRule> own(String project, Collection<RepositorySecret> secrets) {
        return secrets.stream()
                .filter(it -> it.kind() == RepositorySecret.Kind.REPOSITORY)
                .filter(it -> it.project().equals(project))
                .map(it -> it.field("url").text())
                .distinct()
                .sorted()
                .map(SourceRule::exactly)
                .toList();
    }
}
