package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds all fields in which two states of one object differ, as the API server holds it before a
/// write and after it.
final class WholeDifferences {

    /// More are not collected.
    static final int MAX = 200;

    /// Who owns a field and when it was written is no difference in what it says.
    private static final String[] BOOKKEEPING = {"managedFields", "resourceVersion", "generation"};

    private final Set<String> differences = new LinkedHashSet<>();

    private WholeDifferences() {}

    /// @return paths such as `spec.replicas`
    static List<String> of(Map<String, Object> predicted, Map<String, Object> live) {
        var found = new WholeDifferences();
        found.compare(
                null,
                Json.without(predicted, "metadata", BOOKKEEPING),
                Json.without(live, "metadata", BOOKKEEPING));
        return new ArrayList<>(found.differences);
    }

    private void compare(@Nullable Place place, @Nullable Object one, @Nullable Object other) {
        if (differences.size() >= MAX || Objects.equals(one, other)) {
            return;
        }
        if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> second) {
            var names = new LinkedHashSet<Object>(map.keySet());
            names.addAll(second.keySet());
            for (var name : names) {
                compare(
                        place == null ? Place.field(name.toString()) : place.then(name.toString()),
                        map.get(name),
                        second.get(name));
            }
        } else if (place != null
                && one instanceof List<?> list
                && other instanceof List<?> second
                && list.size() == second.size()) {
            for (int i = 0; i < list.size(); i++) {
                var name = Json.string(list.get(i), "name");
                compare(
                        place.item(name.isEmpty() ? String.valueOf(i) : name),
                        list.get(i),
                        second.get(i));
            }
        } else if (place != null) {
            differences.add(place.toString());
        }
    }
}
