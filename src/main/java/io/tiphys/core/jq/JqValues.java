package io.tiphys.core.jq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Values as jq has them, and what it calculates with them.
final class JqValues {

    private JqValues() {}

    static Object number(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException none) {
            throw new JqFailure("Cannot parse '%s' as a number".formatted(text));
        }
    }

    static boolean isTrue(@Nullable Object value) {
        return value != null && !Boolean.FALSE.equals(value);
    }

    static String type(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Boolean _ -> "boolean";
            case Number _ -> "number";
            case String _ -> "string";
            case List<?> _ -> "array";
            default -> "object";
        };
    }

    /// How much of memory it takes, roughly: its characters or items.
    static int size(@Nullable Object value) {
        return switch (value) {
            case String text -> text.length();
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null, default -> 1;
        };
    }

    /// A string as it is, all else as JSON.
    static String text(@Nullable Object value) {
        return value instanceof String text ? text : json(value);
    }

    static String json(@Nullable Object value) {
        var json = new StringBuilder();
        json(value, json);
        return json.toString();
    }

    private static void json(@Nullable Object value, StringBuilder json) {
        switch (value) {
            case Map<?, ?> map -> {
                json.append('{');
                map.forEach(
                        (key, child) -> {
                            json.append(json.charAt(json.length() - 1) == '{' ? "" : ",");
                            json(String.valueOf(key), json);
                            json.append(':');
                            json(child, json);
                        });
                json.append('}');
            }
            case List<?> list -> {
                json.append('[');
                for (int i = 0; i < list.size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    json(list.get(i), json);
                }
                json.append(']');
            }
            case String text -> quoted(text, json);
            case Number number -> json.append(plain(number));
            case null -> json.append("null");
            default -> json.append(value);
        }
    }

    private static void quoted(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\t' -> json.append("\\t");
                case '\r' -> json.append("\\r");
                default -> json.append(c < ' ' ? "\\u%04x".formatted((int) c) : c);
            }
        }
        json.append('"');
    }

    private static String plain(Number number) {
        double value = number.doubleValue();
        return value == Math.rint(value) && Math.abs(value) < 1e17
                ? Long.toString((long) value)
                : number.toString();
    }

    static boolean equal(@Nullable Object one, @Nullable Object other) {
        return compare(one, other) == 0;
    }

    /// By jq's order of types: null, false, true, numbers, strings, arrays, objects.
    static int compare(@Nullable Object one, @Nullable Object other) {
        int byType = Integer.compare(rank(one), rank(other));
        if (byType != 0) {
            return byType;
        }
        return switch (one) {
            case Number number when other instanceof Number second -> byValue(number, second);
            case String text when other instanceof String second -> text.compareTo(second);
            case List<?> list when other instanceof List<?> second -> compareLists(list, second);
            case Map<?, ?> map when other instanceof Map<?, ?> second -> {
                var keys = new ArrayList<Object>(new TreeSet<>(strings(map)));
                var others = new ArrayList<Object>(new TreeSet<>(strings(second)));
                int byKeys = compareLists(keys, others);
                if (byKeys != 0) {
                    yield byKeys;
                }
                for (var key : keys) {
                    int byValue = compare(map.get(key), second.get(key));
                    if (byValue != 0) {
                        yield byValue;
                    }
                }
                yield 0;
            }
            case null, default -> 0;
        };
    }

    private static List<String> strings(Map<?, ?> map) {
        return map.keySet().stream().map(String::valueOf).toList();
    }

    private static int byValue(Number one, Number other) {
        // 0 and -0 are the same.
        return Double.compare(one.doubleValue() + 0.0, other.doubleValue() + 0.0);
    }

    private static int compareLists(List<?> one, List<?> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int byItem = compare(one.get(i), other.get(i));
            if (byItem != 0) {
                return byItem;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static int rank(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Boolean truth -> truth ? 2 : 1;
            case Number _ -> 3;
            case String _ -> 4;
            case List<?> _ -> 5;
            default -> 6;
        };
    }

    /// @throws JqFailure if the operator does not take such values
    static @Nullable Object calculate(
            String operator, @Nullable Object left, @Nullable Object right) {
        return switch (operator) {
            case "==" -> equal(left, right);
            case "!=" -> !equal(left, right);
            case "<" -> compare(left, right) < 0;
            case "<=" -> compare(left, right) <= 0;
            case ">" -> compare(left, right) > 0;
            case ">=" -> compare(left, right) >= 0;
            case "+" -> add(left, right);
            default -> arithmetic(operator, left, right);
        };
    }

    private static @Nullable Object add(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        if (left instanceof String one && right instanceof String other) {
            return one + other;
        }
        if (left instanceof List<?> one && right instanceof List<?> other) {
            var all = new ArrayList<@Nullable Object>(one);
            all.addAll(other);
            return all;
        }
        if (left instanceof Map<?, ?> one && right instanceof Map<?, ?> other) {
            var all = new LinkedHashMap<Object, @Nullable Object>(one);
            all.putAll(other);
            return all;
        }
        return arithmetic("+", left, right);
    }

    private static Object arithmetic(
            String operator, @Nullable Object left, @Nullable Object right) {
        if (operator.equals("-") && left instanceof List<?> one && right instanceof List<?> other) {
            return one.stream()
                    .filter(it -> other.stream().noneMatch(no -> equal(it, no)))
                    .toList();
        }
        if (!(left instanceof Number one) || !(right instanceof Number other)) {
            throw new JqFailure(
                    "%s and %s cannot be combined by %s"
                            .formatted(type(left), type(right), operator));
        }
        double first = one.doubleValue();
        double second = other.doubleValue();
        if (second == 0 && (operator.equals("/") || operator.equals("%"))) {
            throw new JqFailure("Division by zero");
        }
        return switch (operator) {
            case "+" -> first + second;
            case "-" -> first - second;
            case "*" -> first * second;
            case "/" -> first / second;
            case "%" -> (double) ((long) first % Math.max(1, Math.abs((long) second)));
            default -> throw new IllegalStateException("No operator: " + operator);
        };
    }

    /// Whether it holds the other: substrings, items and fields.
    static boolean contains(@Nullable Object one, @Nullable Object other) {
        if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> part) {
            return part.entrySet().stream()
                    .allMatch(
                            it ->
                                    map.containsKey(it.getKey())
                                            && contains(map.get(it.getKey()), it.getValue()));
        }
        if (one instanceof List<?> list && other instanceof List<?> part) {
            return part.stream().allMatch(it -> list.stream().anyMatch(has -> contains(has, it)));
        }
        if (one instanceof String text && other instanceof String part) {
            return text.contains(part);
        }
        if (Objects.equals(type(one), type(other))) {
            return equal(one, other);
        }
        throw new JqFailure(
                "%s cannot be checked for containing %s".formatted(type(one), type(other)));
    }
}
