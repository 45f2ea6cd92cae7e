package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the items of a list that are the same in target and live.
final class ListItems {

    private ListItems() {}

    /// Without ownership to go by, a list in which every item has a name of its own merges by it.
    static Set<String> guessKeys(List<Object> target, List<Object> live) {
        return named(target) && named(live) ? Set.of("name") : Set.of();
    }

    private static boolean named(List<Object> items) {
        return !items.isEmpty()
                && items.stream().noneMatch(item -> Json.string(item, "name").isEmpty())
                && items.stream().map(item -> Json.string(item, "name")).distinct().count()
                        == items.size();
    }

    /// The item with the same keys. A key that a target leaves out has the API server's default in
    /// live, and matches anything where that is not known.
    static @Nullable Object find(List<Object> items, Object wanted, Collection<String> keys) {
        for (var item : items) {
            if (item.equals(wanted)) {
                return item;
            }
            boolean matches = true;
            boolean some = false;
            for (var name : keys) {
                var one = keyOf(wanted, name);
                var other = keyOf(item, name);
                matches &= one == null || other == null || sameKey(one, other);
                some |= one != null && other != null;
            }
            if (matches && some) {
                return item;
            }
        }
        return null;
    }

    private static boolean sameKey(Object one, Object other) {
        return String.valueOf(one).equals(String.valueOf(other)) || Spelling.sameNumber(one, other);
    }

    /// Of all keys of Kubernetes' own lists, a port's protocol is the one that has a default.
    private static @Nullable Object keyOf(Object item, String key) {
        var value = Json.at(item, key);
        return value == null && key.equals("protocol") ? "TCP" : value;
    }
}
