package io.tiphys.core.model;

/// Where the Applications of a project may or may not be deployed to: a cluster by its address or
/// its name, and a namespace of it.
public record DestinationRule(GlobRule server, GlobRule name, GlobRule namespace) {

    /// What permits every place.
    public static final DestinationRule ALL =
            new DestinationRule(GlobRule.ALL, GlobRule.ALL, GlobRule.ALL);

    static DestinationRule read(Fields fields) {
        return new DestinationRule(
                rule(fields, "server"), rule(fields, "name"), rule(fields, "namespace"));
    }

    private static GlobRule rule(Fields fields, String name) {
        return GlobRule.read(fields.where() + "." + name, fields.string(name), Glob::new);
    }

    /// Whether a part of it is written with a `!`.
    public boolean denies() {
        return server.denies() || name.denies() || namespace.denies();
    }
}
