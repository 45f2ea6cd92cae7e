package io.tiphys.repo;

import java.util.Optional;

/// There is one replica.
record NothingShared() implements SharedStore {

    @Override
    public Optional<Rendered> find(String inputs) {
        return Optional.empty();
    }

    @Override
    public Rendered first(String inputs, Rendered rendered) {
        return rendered;
    }

    @Override
    public void put(String inputs, Rendered rendered) {
        // Nobody asks for it.
    }
}
