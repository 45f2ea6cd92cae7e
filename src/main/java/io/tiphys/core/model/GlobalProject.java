package io.tiphys.core.model;

import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// A project whose rules count for others as well.
///
/// @param name the project's
/// @param selector of the labels of those others
public record GlobalProject(String name, LabelSelector selector) {

    /// The key of `argocd-cm` that names them.
    public static final String KEY = "globalProjects";

    /// @param yaml a list of them
    /// @throws InvalidSpecException with what its author should mend
    public static List<GlobalProject> list(String yaml) {
        if (yaml.isBlank()) {
            return List.of();
        }
        try {
            var list = new Load(LoadSettings.builder().build()).loadFromString(yaml);
            return new Fields("argocd-cm", Map.of(KEY, list == null ? List.of() : list))
                    .objects(KEY, GlobalProject::read);
        } catch (YamlEngineException | StackOverflowError malformed) {
            throw new InvalidSpecException("argocd-cm." + KEY + " is no YAML");
        }
    }

    private static GlobalProject read(Fields fields) {
        return new GlobalProject(
                fields.string("projectName"), LabelSelector.read(fields.object("labelSelector")));
    }

    /// Whether its rules count for a project of that name and those labels. They do for itself
    /// anyway.
    public boolean isFor(String project, Map<String, String> labels) {
        return !project.equals(name) && selector.matches(labels);
    }
}
