package io.tiphys.core.image;

import java.util.Optional;

/// By what names files and parameters have an image.
public sealed interface ImageKeys {

    /// Nothing is said of it: the usual names of a chart's values, the image's own name in a
    /// kustomization.
    record Usual() implements ImageKeys {}

    /// Keys of a chart's values.
    ///
    /// @param name of the repository
    /// @param spec of repository and tag in one; stronger than the two others
    record Helm(Optional<String> name, Optional<String> tag, Optional<String> spec)
            implements ImageKeys {}

    /// @param name by which manifests have the image before Kustomize puts another in its place
    record Kustomize(String name) implements ImageKeys {}

    /// Variables that a config management plugin is told: of repository and tag, or of both in one.
    ///
    /// @param spec of repository and tag in one; stronger than the two others, which are both there
    ///     where it is not
    record Plugin(Optional<String> name, Optional<String> tag, Optional<String> spec)
            implements ImageKeys {}

    /// Key of the repository and tag in one, if it is such a one.
    default Optional<String> spec() {
        return Optional.empty();
    }

    /// Key of the repository in a chart's values, or variable of it.
    default String nameKey() {
        return namedKey().orElse("image.name");
    }

    /// The same, if the author said it.
    default Optional<String> namedKey() {
        return switch (this) {
            case Helm(var name, _, _) -> name;
            case Plugin(var name, _, _) -> name;
            case Usual(), Kustomize(_) -> Optional.empty();
        };
    }

    /// Key of the tag in a chart's values, or variable of it.
    default String tagKey() {
        var tag =
                switch (this) {
                    case Helm(_, var key, _) -> key;
                    case Plugin(_, var variable, _) -> variable;
                    case Usual(), Kustomize(_) -> Optional.<String>empty();
                };
        return tag.orElse("image.tag");
    }
}
