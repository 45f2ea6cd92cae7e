package io.tiphys.repo;

import java.util.Optional;

/// Keeps what inputs rendered to for longer than this process lasts. No rendering fails because of
/// it: what it cannot keep, or finds damaged, is rendered again.
public interface RenderedStore {

    /// @param inputs as [Rendering] names them
    Optional<Rendered> find(String inputs);

    /// In place of what the inputs rendered to before.
    void put(String inputs, Rendered rendered);
}
