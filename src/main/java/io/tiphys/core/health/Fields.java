package io.tiphys.core.health;

import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a rule looks: a path such as `status.phase`, `metadata.labels[app.kubernetes.io/name]` for
/// a key with dots, or `status.parents[].conditions` for those of every parent. `[]` goes through
/// the elements of a list and the values of an object alike.
record Fields(String path, List<String> steps) {

    private static final String ALL = "";

    private static final Pattern STEP = Pattern.compile("\\.?([^.\\[\\]]+)|\\[([^\\]]*)]");

    /// @throws IllegalArgumentException if it is no path
    static Fields of(String path) {
        var steps = new ArrayList<String>();
        var matcher = STEP.matcher(path);
        int end = 0;
        while (matcher.lookingAt()) {
            steps.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
            end = matcher.end();
            matcher.region(end, path.length());
        }
        if (end < path.length() || steps.isEmpty()) {
            throw new IllegalArgumentException("'" + path + "' is no path of fields");
        }
        return new Fields(path, List.copyOf(steps));
    }

    /// What is there, without nulls.
    List<Object> in(Map<String, Object> object) {
        List<Object> found = List.of(object);
        for (var step : steps) {
            var next = new ArrayList<Object>();
            for (var node : found) {
                next.addAll(step.equals(ALL) ? children(node) : child(node, step));
            }
            found = next;
        }
        return found;
    }

    /// The first as it is written, or nothing.
    String text(Map<String, Object> object) {
        return in(object).stream().findFirst().map(Fields::written).orElse("");
    }

    /// Zero where there is no number, as controllers leave zeros out.
    double number(Map<String, Object> object) {
        return in(object).stream()
                .mapToDouble(it -> it instanceof Number number ? number.doubleValue() : 0)
                .sum();
    }

    /// Whole numbers without a decimal point; objects and lists as nothing.
    static String written(Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean flag -> flag.toString();
            case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
                    Long.toString(number.longValue());
            case Number number -> number.toString();
            default -> "";
        };
    }

    private static List<Object> child(Object node, String step) {
        var child = Json.at(node, step);
        return child == null ? List.of() : List.of(child);
    }

    private static List<Object> children(@Nullable Object node) {
        List<Object> children = new ArrayList<>();
        switch (node) {
            case List<?> list -> children.addAll(list);
            case Map<?, ?> map -> children.addAll(map.values());
            case null, default -> {
                // A leaf has none.
            }
        }
        children.removeIf(child -> child == null);
        return children;
    }
}
