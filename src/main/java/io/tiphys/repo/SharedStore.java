package io.tiphys.repo;

import java.util.Optional;

/// What inputs rendered to in any replica of the service. No rendering fails because of it, or
/// waits for it longer than a moment: where it does not answer, each replica is for itself.
public interface SharedStore {

    /// @param inputs as [Rendering] names them
    Optional<Rendered> find(String inputs);

    /// Keeps what came out here, unless another replica was first.
    ///
    /// @return what all replicas take for it from now on
    Rendered first(String inputs, Rendered rendered);

    /// In place of what the inputs rendered to before.
    void put(String inputs, Rendered rendered);
}
