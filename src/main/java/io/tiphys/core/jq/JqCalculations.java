package io.tiphys.core.jq;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tiphys.core.jq.Evaluation.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Those of jq's functions that make a value of values.
final class JqCalculations {

    private final Evaluation run;

    JqCalculations(Evaluation run) {
        this.run = run;
    }

    @Nullable Object of(String function, @Nullable Object value) {
        return switch (function) {
            case "not" -> !JqValues.isTrue(value);
            case "type" -> JqValues.type(value);
            case "tostring" -> JqValues.text(value);
            case "tojson" -> JqValues.json(value);
            case "tonumber" -> value instanceof Number ? value : JqValues.number(text(value));
            case "ascii_downcase" -> text(value).toLowerCase(Locale.ROOT);
            case "ascii_upcase" -> text(value).toUpperCase(Locale.ROOT);
            case "floor" -> Math.floor(number(value).doubleValue());
            case "length" ->
                    switch (value) {
                        case null -> 0.0;
                        case Number number -> Math.abs(number.doubleValue());
                        case Boolean _ -> throw new JqFailure("boolean has no length");
                        case String text -> (double) text.codePointCount(0, text.length());
                        default -> (double) JqValues.size(value);
                    };
            case "keys", "keys_unsorted" -> keys(value, function.equals("keys"));
            case "to_entries" ->
                    map(value).entrySet().stream()
                            .map(
                                    it -> {
                                        var entry = new LinkedHashMap<String, @Nullable Object>();
                                        entry.put("key", it.getKey());
                                        entry.put("value", it.getValue());
                                        return entry;
                                    })
                            .toList();
            case "add" -> {
                Object sum = null;
                for (var it : run.children(Item.of(value))) {
                    sum = JqValues.calculate("+", sum, it.value());
                    run.count(JqValues.size(sum));
                }
                yield sum;
            }
            case "min", "max", "sort", "unique", "reverse" -> ordered(function, value);
            case "flatten" -> {
                var flat = new ArrayList<@Nullable Object>();
                flatten(list(value), flat);
                yield flat;
            }
            default -> throw new JqFailure(function + "/0 is not supported");
        };
    }

    private static @Nullable Object ordered(String function, @Nullable Object value) {
        var sorted = new ArrayList<@Nullable Object>(list(value));
        if (function.equals("reverse")) {
            return sorted.reversed();
        }
        sorted.sort(JqValues::compare);
        return switch (function) {
            case "min" -> sorted.isEmpty() ? null : sorted.getFirst();
            case "max" -> sorted.isEmpty() ? null : sorted.getLast();
            case "unique" -> {
                var unique = new ArrayList<@Nullable Object>();
                for (var it : sorted) {
                    if (unique.isEmpty() || !JqValues.equal(unique.getLast(), it)) {
                        unique.add(it);
                    }
                }
                yield unique;
            }
            default -> sorted;
        };
    }

    private void flatten(List<?> list, List<@Nullable Object> flat) {
        for (var it : list) {
            run.count(1);
            if (it instanceof List<?> below) {
                flatten(below, flat);
            } else {
                flat.add(it);
            }
        }
    }

    private static List<?> keys(@Nullable Object value, boolean sorted) {
        if (value instanceof List<?> list) {
            var indices = new ArrayList<Double>();
            for (int i = 0; i < list.size(); i++) {
                indices.add((double) i);
            }
            return indices;
        }
        var keys = map(value).keySet().stream().map(String::valueOf).toList();
        return sorted ? List.copyOf(new TreeSet<>(keys)) : keys;
    }

    @Nullable Object of(String function, @Nullable Object value, @Nullable Object argument) {
        return switch (function) {
            case "has" -> has(value, argument);
            case "in" -> has(argument, value);
            case "contains" -> JqValues.contains(value, argument);
            case "inside" -> JqValues.contains(argument, value);
            case "startswith" -> text(value).startsWith(text(argument));
            case "endswith" -> text(value).endsWith(text(argument));
            case "ltrimstr" ->
                    value instanceof String text
                                    && argument instanceof String start
                                    && text.startsWith(start)
                            ? text.substring(start.length())
                            : value;
            case "rtrimstr" ->
                    value instanceof String text
                                    && argument instanceof String end
                                    && text.endsWith(end)
                            ? text.substring(0, text.length() - end.length())
                            : value;
            case "split" ->
                    List.of(text(value).split(java.util.regex.Pattern.quote(text(argument)), -1));
            case "join" -> {
                var joined = new StringBuilder();
                for (var it : list(value)) {
                    joined.append(joined.isEmpty() ? "" : text(argument));
                    joined.append(it == null ? "" : JqValues.text(it));
                    run.count(joined.length());
                }
                yield joined.toString();
            }
            case "index" -> {
                int at = text(value).indexOf(text(argument));
                yield at < 0 ? null : (Object) (double) at;
            }
            default -> throw new JqFailure(function + "/1 is not supported");
        };
    }

    /// Whether a regular expression is found in a text.
    boolean test(@Nullable Object value, @Nullable Object expression, boolean anyCase) {
        var text = text(value);
        // The time that it takes grows with both.
        run.count(text.length() * (1L + text(expression).length() / 16));
        try {
            return Pattern.compile(text(expression), anyCase ? Pattern.CASE_INSENSITIVE : 0)
                    .matcher(text)
                    .find();
        } catch (PatternSyntaxException malformed) {
            throw new JqFailure("It is no regular expression: " + malformed.getDescription());
        }
    }

    private static boolean has(@Nullable Object value, @Nullable Object key) {
        if (value instanceof Map<?, ?> map && key instanceof String) {
            return map.containsKey(key);
        }
        if (value instanceof List<?> list && key instanceof Number number) {
            return number.doubleValue() >= 0 && number.doubleValue() < list.size();
        }
        throw new JqFailure(
                "Cannot check whether %s has a %s key"
                        .formatted(JqValues.type(value), JqValues.type(key)));
    }

    private static Map<?, ?> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong(value, "an object");
    }

    static List<?> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(value, "an array");
    }

    private static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(value, "a string");
    }

    static Number number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw wrong(value, "a number");
    }

    private static JqFailure wrong(@Nullable Object value, String wanted) {
        return new JqFailure("%s is not %s".formatted(JqValues.type(value), wanted));
    }
}
