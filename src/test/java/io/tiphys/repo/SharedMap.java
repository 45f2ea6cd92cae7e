package io.tiphys.repo;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What replicas share that have the same map.
record SharedMap(Map<String, Rendered> kept) implements SharedStore {

    @Override
    public Optional<Rendered> find(String inputs) {
        return Optional.ofNullable(kept.get(inputs));
    }

    @Override
    public Rendered first(String inputs, Rendered rendered) {
        return Objects.requireNonNullElse(kept.putIfAbsent(inputs, rendered), rendered);
    }

    @Override
    public void put(String inputs, Rendered rendered) {
        kept.put(inputs, rendered);
    }
}
