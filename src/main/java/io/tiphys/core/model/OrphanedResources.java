package io.tiphys.core.model;

import java.util.List;
import java.util.Set;

/// That resources of its Applications' namespaces are looked for which belong to none.
///
/// @param warn whether the Applications say so; not unless that is asked for, as in Argo CD
/// @param ignored which of them nobody wants to hear of
public record OrphanedResources(boolean warn, List<Ignored> ignored) {

    private static final Glob ALL = new Glob("", "*");

    /// What Kubernetes itself makes in every namespace, or in the first.
    private static final Set<ResourceKey> KUBERNETES_OWN =
            Set.of(
                    new ResourceKey("", "ServiceAccount", "", "default"),
                    new ResourceKey("", "ConfigMap", "", "kube-root-ca.crt"));

    private static final ResourceKey API_SERVER =
            new ResourceKey("", "Service", "default", "kubernetes");

    /// By globs. An empty group is the core group; an empty kind and an empty name are any.
    public record Ignored(Glob group, Glob kind, Glob name) {

        static Ignored read(Fields fields) {
            return new Ignored(
                    new Glob(fields.where() + ".group", fields.string("group")),
                    globOrAll(fields, "kind"),
                    globOrAll(fields, "name"));
        }

        private static Glob globOrAll(Fields fields, String name) {
            var text = fields.string(name);
            return text.isEmpty() ? ALL : new Glob(fields.where() + "." + name, text);
        }

        boolean matches(ResourceKey key) {
            return group.matches(key.group())
                    && kind.matches(key.kind())
                    && name.matches(key.name());
        }
    }

    static OrphanedResources read(Fields fields) {
        return new OrphanedResources(fields.bool("warn"), fields.objects("ignore", Ignored::read));
    }

    /// Whether one that belongs to no Application is there for a reason.
    public boolean ignores(ResourceKey key) {
        return key.equals(API_SERVER)
                || KUBERNETES_OWN.contains(key.inNamespace(""))
                || ignored.stream().anyMatch(it -> it.matches(key));
    }
}
