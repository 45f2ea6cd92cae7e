package io.tiphys.core.model;

import java.util.List;
import java.util.Optional;

/// Kinds of resources, by globs of their groups and names, and single resources of them.
///
/// @param name empty for all resources of the kind
public record ResourceRule(Glob group, Glob kind, Optional<Glob> name) {

    /// All there are.
    public static final ResourceRule ALL =
            new ResourceRule(Glob.ofNames("", "*"), Glob.ofNames("", "*"), Optional.empty());

    /// One of a list in which names count.
    static ResourceRule readNamed(Fields fields) {
        var name = fields.string("name");
        return new ResourceRule(
                glob(fields, "group"),
                glob(fields, "kind"),
                name.isEmpty() ? Optional.empty() : Optional.of(glob(fields, "name")));
    }

    /// One of a list of kinds.
    static ResourceRule read(Fields fields) {
        return new ResourceRule(glob(fields, "group"), glob(fields, "kind"), Optional.empty());
    }

    private static Glob glob(Fields fields, String name) {
        return Glob.ofNames(fields.where() + "." + name, fields.string(name));
    }

    public boolean matches(ResourceKey key) {
        return kind.matches(key.kind())
                && group.matches(key.group())
                && name.map(it -> it.matches(key.name())).orElse(true);
    }

    /// Whether one of a list does.
    public static boolean anyMatches(List<ResourceRule> rules, ResourceKey key) {
        return rules.stream().anyMatch(it -> it.matches(key));
    }
}
