package io.tiphys.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A project's wish to see what lies in its Applications' namespaces and belongs to none.
///
/// @param warn whether the Application says so in a condition
/// @param ignored that are there for a reason
/// @param problems for the project's author; what they speak of ignores nothing
public record OrphanedResources(boolean warn, List<Ignored> ignored, List<String> problems) {

    /// What Kubernetes puts into namespaces by itself.
    private static final List<ResourceKey> PROVIDED =
            List.of(
                    new ResourceKey("", "ServiceAccount", "", "default"),
                    new ResourceKey("", "ConfigMap", "", "kube-root-ca.crt"));

    private static final ResourceKey API_SERVER =
            new ResourceKey("", "Service", "default", "kubernetes");

    /// Globs; kind and name match all if they are empty, as Argo CD has it.
    private record Ignored(Glob group, Glob kind, Glob name) {

        private static Ignored read(String where, Object entry) {
            if (!(entry instanceof Map<?, ?>)) {
                throw new InvalidSpecException(where + " must be an object");
            }
            return new Ignored(
                    new Glob(where + ".group", Json.string(entry, "group")),
                    new Glob(where + ".kind", orAll(Json.string(entry, "kind"))),
                    new Glob(where + ".name", orAll(Json.string(entry, "name"))));
        }

        private static String orAll(String glob) {
            return glob.isEmpty() ? "*" : glob;
        }

        private boolean matches(ResourceKey key) {
            return group.matches(key.group())
                    && kind.matches(key.kind())
                    && name.matches(key.name());
        }
    }

    /// @param tree of the project's `spec.orphanedResources`
    public static OrphanedResources read(Map<String, Object> tree) {
        var ignored = new ArrayList<Ignored>();
        var problems = new ArrayList<String>();
        var entries = Json.array(tree, "ignore");
        for (int i = 0; i < entries.size(); i++) {
            try {
                ignored.add(
                        Ignored.read(
                                "spec.orphanedResources.ignore[%d]".formatted(i), entries.get(i)));
            } catch (InvalidSpecException unreadable) {
                problems.add(String.valueOf(unreadable.getMessage()));
            }
        }
        boolean warn = !Boolean.FALSE.equals(tree.get("warn"));
        return new OrphanedResources(warn, List.copyOf(ignored), List.copyOf(problems));
    }

    /// Whether one that belongs to no Application is there for a reason.
    public boolean ignores(ResourceKey key) {
        return key.equals(API_SERVER)
                || PROVIDED.contains(key.inNamespace(""))
                || ignored.stream().anyMatch(it -> it.matches(key));
    }
}
