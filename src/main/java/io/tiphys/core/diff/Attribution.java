package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tells who set the fields that differ, and when, by an object's `managedFields`: drift has an
/// author.
public final class Attribution {

    private final Map<String, Setter> setters = new HashMap<>();

    /// @param manager such as `kubectl-edit`
    /// @param operation Apply or Update
    /// @param time RFC 3339, of the last change of any of its fields
    public record Setter(String manager, String operation, String time) {}

    private Attribution() {}

    /// @param live the whole object, with everybody's `managedFields`
    public static Attribution of(Map<String, Object> live) {
        var attribution = new Attribution();
        for (var entry : Json.array(live, "metadata", "managedFields")) {
            var setter =
                    new Setter(
                            Json.string(entry, "manager"),
                            Json.string(entry, "operation"),
                            Json.string(entry, "time"));
            if (Json.string(entry, "subresource").isEmpty() || !setter.manager().isEmpty()) {
                attribution.note(Optional.empty(), Json.object(entry, "fieldsV1"), setter);
            }
        }
        return attribution;
    }

    private void note(Optional<Place> place, Map<String, Object> owned, Setter setter) {
        owned.forEach(
                (name, below) -> {
                    if (name.startsWith("f:")) {
                        var field = name.substring(2);
                        noteBelow(
                                place.map(it -> it.then(field)).orElse(Place.field(field)),
                                Json.object(below),
                                setter);
                    } else if (place.isPresent() && name.startsWith("k:")) {
                        var keys = List.copyOf(OwnedFields.keyOf(name).values());
                        noteBelow(
                                place.get().item(keys.isEmpty() ? "" : keys.getFirst()),
                                Json.object(below),
                                setter);
                    } else if (place.isPresent()) {
                        note(place.get(), setter);
                    }
                });
    }

    private void noteBelow(Place place, Map<String, Object> below, Setter setter) {
        if (below.isEmpty()) {
            note(place, setter);
        } else {
            note(Optional.of(place), below, setter);
        }
    }

    /// Of several owners the one that wrote last: the others agree with it.
    private void note(Place place, Setter setter) {
        setters.merge(
                place.toString(),
                setter,
                (one, other) -> one.time().compareTo(other.time()) >= 0 ? one : other);
    }

    /// @param difference a path as a comparison gives it
    /// @return empty if nobody set it: then it is missing
    public Optional<Setter> of(String difference) {
        var place = difference;
        while (!place.isEmpty()) {
            var setter = setters.get(place);
            if (setter != null) {
                return Optional.of(setter);
            }
            // A list or an object that is owned as a whole.
            place =
                    place.substring(
                            0,
                            Math.max(0, Math.max(place.lastIndexOf('.'), place.lastIndexOf('['))));
        }
        return Optional.empty();
    }
}
