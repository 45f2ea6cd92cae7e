package io.tiphys.api;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A label selector as Kubernetes writes it: `team=web,tier in (front, back),!legacy`.
record LabelSelector(List<Requirement> requirements) {

    private static final Pattern TOKEN =
            Pattern.compile("\\s*(==|!=|[=!<>(),]|[A-Za-z0-9_./-]+)\\s*");

    static final LabelSelector ALL = new LabelSelector(List.of());

    sealed interface Requirement {

        record In(String key, Set<String> values) implements Requirement {}

        /// Met as well where the label is absent.
        record NotIn(String key, Set<String> values) implements Requirement {}

        record Exists(String key) implements Requirement {}

        record Absent(String key) implements Requirement {}

        record Greater(String key, long than) implements Requirement {}

        record Less(String key, long than) implements Requirement {}
    }

    /// @throws IllegalArgumentException with the place that does not parse
    static LabelSelector parse(String text) {
        return text.isBlank() ? ALL : new LabelSelector(new Parser(text).requirements());
    }

    boolean matches(Map<String, String> labels) {
        return requirements.stream().allMatch(requirement -> matches(requirement, labels));
    }

    private static boolean matches(Requirement requirement, Map<String, String> labels) {
        return switch (requirement) {
            case Requirement.In(var key, var values) ->
                    labels.containsKey(key) && values.contains(labels.get(key));
            case Requirement.NotIn(var key, var values) ->
                    !labels.containsKey(key) || !values.contains(labels.get(key));
            case Requirement.Exists(var key) -> labels.containsKey(key);
            case Requirement.Absent(var key) -> !labels.containsKey(key);
            case Requirement.Greater(var key, var than) ->
                    isNumber(labels.get(key)) && Long.parseLong(labels.get(key)) > than;
            case Requirement.Less(var key, var than) ->
                    isNumber(labels.get(key)) && Long.parseLong(labels.get(key)) < than;
        };
    }

    private static boolean isNumber(@Nullable String value) {
        return value != null && value.matches("-?[0-9]{1,18}");
    }

    private static final class Parser {

        private final String text;
        private final List<String> tokens = new ArrayList<>();
        private int next;

        Parser(String text) {
            this.text = text;
            var matcher = TOKEN.matcher(text);
            int end = 0;
            while (matcher.lookingAt()) {
                tokens.add(matcher.group(1));
                end = matcher.end();
                matcher.region(end, text.length());
            }
            if (end < text.length()) {
                throw wrong("'" + text.charAt(end) + "' is not expected");
            }
        }

        List<Requirement> requirements() {
            var requirements = new ArrayList<Requirement>();
            requirements.add(requirement());
            while (next < tokens.size()) {
                expect(",");
                requirements.add(requirement());
            }
            return requirements;
        }

        private Requirement requirement() {
            if (accept("!")) {
                return new Requirement.Absent(word());
            }
            var key = word();
            if (next == tokens.size() || tokens.get(next).equals(",")) {
                return new Requirement.Exists(key);
            }
            var operator = tokens.get(next++);
            return switch (operator) {
                case "=", "==" -> new Requirement.In(key, Set.of(value()));
                case "!=" -> new Requirement.NotIn(key, Set.of(value()));
                case "in" -> new Requirement.In(key, values());
                case "notin" -> new Requirement.NotIn(key, values());
                case ">" -> new Requirement.Greater(key, number());
                case "<" -> new Requirement.Less(key, number());
                default -> throw wrong("'" + operator + "' is no operator");
            };
        }

        private Set<String> values() {
            expect("(");
            var values = new LinkedHashSet<String>();
            do {
                values.add(value());
            } while (accept(","));
            expect(")");
            return values;
        }

        /// May be empty: `team=` asks for the label with no value.
        private String value() {
            return next < tokens.size() && isWord(tokens.get(next)) ? tokens.get(next++) : "";
        }

        private String word() {
            if (next == tokens.size() || !isWord(tokens.get(next))) {
                throw wrong("a label's name is missing");
            }
            return tokens.get(next++);
        }

        private long number() {
            var value = value();
            if (!isNumber(value)) {
                throw wrong("'" + value + "' is no number");
            }
            return Long.parseLong(value);
        }

        private void expect(String token) {
            if (!accept(token)) {
                throw wrong("'" + token + "' is missing");
            }
        }

        private boolean accept(String token) {
            if (next < tokens.size() && tokens.get(next).equals(token)) {
                next++;
                return true;
            }
            return false;
        }

        private static boolean isWord(String token) {
            return Character.isLetterOrDigit(token.charAt(0))
                    || "_./-".indexOf(token.charAt(0)) >= 0;
        }

        private IllegalArgumentException wrong(String why) {
            return new IllegalArgumentException(
                    "The label selector '%s' cannot be read: %s".formatted(text, why));
        }
    }
}
