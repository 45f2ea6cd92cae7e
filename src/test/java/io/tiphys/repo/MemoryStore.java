package io.tiphys.repo;

import java.util.Map;
import java.util.Optional;

/// Keeps what was rendered for as long as a test holds the map.
record MemoryStore(Map<String, Rendered> kept) implements RenderedStore {

    @Override
    public Optional<Rendered> find(String inputs) {
        return Optional.ofNullable(kept.get(inputs));
    }

    @Override
    public void put(String inputs, Rendered rendered) {
        kept.put(inputs, rendered);
    }
}
