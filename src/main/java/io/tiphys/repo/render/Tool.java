package io.tiphys.repo.render;

import java.util.List;

/// A program that renders, as [Tools] found it on this machine.
///
/// @param name what people call it: `helm`, `kustomize`
/// @param command that starts it, with a path that is absolute, and what comes before any argument
///     of the caller: `kubectl kustomize` is a Kustomize, too
/// @param version as it tells it itself, such as `v4.1.4+g05fa379`; part of what names a rendered
///     result
public record Tool(String name, List<String> command, String version) {

    public Tool {
        command = List.copyOf(command);
    }
}
