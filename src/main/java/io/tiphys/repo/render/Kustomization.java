package io.tiphys.repo.render;

import io.tiphys.core.model.Json;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A kustomization as it was written. Kustomize does not tell upper from lower case in the names of
/// fields, so nobody else may look them up.
///
/// @param file its path from the repository's root, for messages
record Kustomization(String file, Map<String, Object> tree) {

    /// The names that such a file may have.
    static final List<String> NAMES =
            List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

    /// @throws ManifestFailure if it is not YAML, or no object
    static Kustomization read(String file, byte[] content) {
        // What comes after the first document is not looked at by Kustomize either.
        var first = ManifestYaml.documents(file, content).stream().findFirst();
        return switch (first.orElseGet(Map::of)) {
            case Map<?, ?> tree -> new Kustomization(file, Json.object(tree));
            default -> throw new ManifestFailure(file + ": a kustomization must be an object");
        };
    }

    /// A field of an object, however its name is written; of several the one that counts.
    static @Nullable Object field(Map<String, Object> object, String name) {
        return object.keySet().stream()
                .filter(name::equalsIgnoreCase)
                .max(String::compareTo)
                .map(object::get)
                .orElse(null);
    }

    /// The text of a field; empty if it is absent, or no text.
    static String text(Map<String, Object> object, String name) {
        return field(object, name) instanceof String text ? text : "";
    }

    /// The texts in a list; what else is in it is Kustomize's to refuse.
    static Stream<String> texts(Map<String, Object> object, String name) {
        return Json.array(field(object, name)).stream()
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    /// The objects in a list.
    static Stream<Map<String, Object>> objects(Map<String, Object> object, String name) {
        return Json.array(field(object, name)).stream()
                .filter(Map.class::isInstance)
                .map(Json::object);
    }

    /// The same object with other texts in a list. What is no list, and what else is in one, stays.
    static Map<String, Object> withTexts(
            Map<String, Object> object, String name, UnaryOperator<String> change) {
        return withItems(object, name, it -> it instanceof String text ? change.apply(text) : it);
    }

    /// The same with other objects in a list.
    static Map<String, Object> withObjects(
            Map<String, Object> object, String name, UnaryOperator<Map<String, Object>> change) {
        return withItems(
                object,
                name,
                it -> it instanceof Map<?, ?> item ? change.apply(Json.object(item)) : it);
    }

    private static Map<String, Object> withItems(
            Map<String, Object> object, String name, UnaryOperator<@Nullable Object> change) {
        if (!(field(object, name) instanceof List<?> items)) {
            return object;
        }
        var changed = new ArrayList<@Nullable Object>();
        items.forEach(it -> changed.add(change.apply(it)));
        return changed.equals(items) ? object : with(object, name, changed);
    }

    /// The same object with another text, if there is one and it is not empty.
    static Map<String, Object> withText(
            Map<String, Object> object, String name, UnaryOperator<String> change) {
        var text = text(object, name);
        var changed = text.isEmpty() ? text : change.apply(text);
        return changed.equals(text) ? object : with(object, name, changed);
    }

    /// The same object with another value of a field.
    static Map<String, Object> with(Map<String, Object> object, String name, Object value) {
        var changed = new LinkedHashMap<>(object);
        changed.keySet().removeIf(name::equalsIgnoreCase);
        changed.put(name, value);
        return changed;
    }
}
