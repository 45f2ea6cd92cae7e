package io.tiphys.repo.render;

import java.util.List;
import java.util.Map;

/// One call of a tool. Neither arguments nor variables hold credentials: what needs any reads them
/// from a file in the folder's home.
///
/// @param tool what is run
/// @param arguments that come after the tool's own
/// @param folder where its files are, and all that it may keep
/// @param within the path in that folder that it is run in; empty for the folder of the files
/// @param variables of the environment, beside the few that every run has; they win over those
public record Run(
        Tool tool,
        List<String> arguments,
        WorkingFolder folder,
        String within,
        Map<String, String> variables) {

    public Run {
        arguments = List.copyOf(arguments);
        variables = Map.copyOf(variables);
    }

    /// A run in the folder of the files.
    public Run(Tool tool, WorkingFolder folder, String... arguments) {
        this(tool, List.of(arguments), folder, "", Map.of());
    }

    public Run in(String path) {
        return new Run(tool, arguments, folder, path, variables);
    }

    public Run with(Map<String, String> variables) {
        return new Run(tool, arguments, folder, within, variables);
    }
}
