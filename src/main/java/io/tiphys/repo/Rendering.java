package io.tiphys.repo;

import io.tiphys.core.model.Source;
import java.util.function.Supplier;

/// A rendering that can be done, or left out because it was done before.
///
/// @param inputs names all that the result depends on, also after a restart: equal inputs, equal
///     manifests
/// @param chance whether they may differ even so, from one replica to another: a password that is
///     made up, the time
/// @param render does it; throws [ManifestFailure] with the reason for the author
public record Rendering(
        Source.Type type, String inputs, boolean chance, Supplier<Rendered> render) {

    /// Nothing is left to chance.
    public Rendering(Source.Type type, String inputs, Supplier<Rendered> render) {
        this(type, inputs, false, render);
    }
}
