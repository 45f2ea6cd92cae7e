package io.tiphys.api;

import io.tiphys.core.model.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Applications as a caller reads them: the custom resources' own JSON, without the API server's
/// notes on who owns which field.
final class ApplicationJson {

    private static final Comparator<Map<String, Object>> BY_NAME =
            Comparator.<Map<String, Object>, String>comparing(
                            application -> Json.string(application, "metadata", "name"))
                    .thenComparing(
                            application -> Json.string(application, "metadata", "namespace"));

    private ApplicationJson() {}

    static Map<String, Object> one(Map<String, Object> tree) {
        return Json.without(tree, "metadata", "managedFields");
    }

    static Map<String, Object> list(
            Collection<Map<String, Object>> trees, ApplicationQuery query, Fields fields) {
        var items =
                trees.stream()
                        .filter(query::matches)
                        .sorted(BY_NAME)
                        .map(ApplicationJson::one)
                        .toList();
        var list = new LinkedHashMap<String, Object>();
        list.put("items", items);
        var answer = new LinkedHashMap<>(fields.of(list));
        // Clients start a watch from it, so it stays whatever the projection.
        answer.put("metadata", Map.of("resourceVersion", newestVersion(trees)));
        return answer;
    }

    private static String newestVersion(Collection<Map<String, Object>> trees) {
        return Long.toString(
                trees.stream()
                        .map(tree -> Json.string(tree, "metadata", "resourceVersion"))
                        .filter(version -> version.matches("[0-9]{1,18}"))
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(0));
    }
}
