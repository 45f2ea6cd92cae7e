package io.tiphys.application;

import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.sync.Dependencies;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who waits for whom: from each Application to those that depend on it. As large as what the
/// Applications name, of which each names a bounded number.
final class Dependents {

    private final Map<ApplicationId, Set<ApplicationId>> byDependency = new HashMap<>();

    /// Takes note of a change, and says whom it may release: those who depend on an Application
    /// that is ready now and was not, or that itself depends on others than before.
    synchronized Set<ApplicationId> changed(Change change) {
        var before = named(change.id(), change.before());
        var after = named(change.id(), change.after());
        before.forEach(it -> forget(it, change.id()));
        after.forEach(
                it -> byDependency.computeIfAbsent(it, _ -> new HashSet<>()).add(change.id()));
        boolean released =
                (isReady(change.after()) && !isReady(change.before())) || !before.equals(after);
        return released ? Set.copyOf(byDependency.getOrDefault(change.id(), Set.of())) : Set.of();
    }

    private void forget(ApplicationId dependency, ApplicationId dependent) {
        byDependency.computeIfPresent(
                dependency,
                (_, all) -> {
                    all.remove(dependent);
                    return all.isEmpty() ? null : all;
                });
    }

    private static List<ApplicationId> named(ApplicationId id, Optional<Entry> entry) {
        return entry.map(it -> Dependencies.of(id, it.tree())).orElse(List.of());
    }

    private static boolean isReady(Optional<Entry> entry) {
        return entry.filter(it -> Dependencies.isReady(it.tree())).isPresent();
    }
}
