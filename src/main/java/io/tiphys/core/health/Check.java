package io.tiphys.core.health;

import io.tiphys.core.model.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One thing that a rule asks of a resource, in the words of [RuleTable].
sealed interface Check {

    Pattern CONDITION =
            Pattern.compile(
                    "(?<type>[^=:\\[ ]+)(=(?<status>[A-Za-z|]+))?(:(?<reason>[A-Za-z0-9|]+))?"
                            + "(\\[(?<severity>[A-Za-z|]+)])?( @ (?<where>\\S+))?");

    Pattern FIELD =
            Pattern.compile(
                    "(?<path>(spec|status|metadata)([.\\[][^=<>!]*)?)((?<operator>!?=|[<>])(?<value>.*))?");

    /// @param since the oldest generation that conditions may have been observed of; those that do
    ///     not tell count always
    boolean holds(Map<String, Object> object, long since);

    record Always() implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return true;
        }
    }

    record Not(Check check) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return !check.holds(object, since);
        }
    }

    /// Some condition of a type. What is empty asks for nothing.
    ///
    /// @param where the lists of conditions to look at
    record Condition(
            String type,
            Fields where,
            Set<String> statuses,
            Set<String> reasons,
            Set<String> severities)
            implements Check {

        private static final Fields CONDITIONS = Fields.of("status.conditions");

        static Condition of(Matcher text) {
            var where = text.group("where");
            return new Condition(
                    text.group("type"),
                    where == null ? CONDITIONS : Fields.of(where),
                    words(text.group("status")),
                    words(text.group("reason")),
                    words(text.group("severity")));
        }

        private static Set<String> words(@Nullable String list) {
            return list == null ? Set.of() : Set.of(list.split("\\|", -1));
        }

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return !met(object, since).isEmpty();
        }

        /// The condition that is asked for, or an empty object.
        Map<String, Object> met(Map<String, Object> object, long since) {
            for (var list : where.in(object)) {
                for (var condition : Json.array(list)) {
                    if (fits(condition, since)) {
                        return Json.object(condition);
                    }
                }
            }
            return Map.of();
        }

        private boolean fits(@Nullable Object condition, long since) {
            return Json.string(condition, "type").equals(type)
                    && Json.number(condition, since, "observedGeneration") >= since
                    && isOne(statuses, Json.string(condition, "status"))
                    && isOne(reasons, Json.string(condition, "reason"))
                    && isOne(severities, Json.string(condition, "severity"));
        }

        private static boolean isOne(Set<String> wanted, String value) {
            return wanted.isEmpty() || wanted.contains(value);
        }
    }

    /// Something is there, were it empty.
    record Has(Fields field) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return !field.in(object).isEmpty();
        }
    }

    /// Something is there that is neither empty nor false.
    record Present(Fields field) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return field.in(object).stream().anyMatch(Present::says);
        }

        private static boolean says(Object value) {
            return switch (value) {
                case String text -> !text.isEmpty();
                case Boolean flag -> flag;
                case List<?> list -> !list.isEmpty();
                case Map<?, ?> map -> !map.isEmpty();
                default -> true;
            };
        }
    }

    /// Some value is one of these; `Waiting*` is any that begins so.
    record OneOf(Fields field, List<String> values) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return field.in(object).stream()
                    .map(Fields::written)
                    .anyMatch(it -> values.stream().anyMatch(value -> fits(value, it)));
        }

        private static boolean fits(String wanted, String value) {
            return wanted.endsWith("*")
                    ? value.startsWith(wanted.substring(0, wanted.length() - 1))
                    : value.equals(wanted);
        }
    }

    /// Two fields say the same, were it nothing.
    record Same(Fields field, Fields other) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return field.text(object).equals(other.text(object));
        }
    }

    /// One number, or the sum of several, is below another.
    record Below(Fields field, Fields other) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return field.number(object) < other.number(object);
        }
    }

    record Above(Fields field, double limit) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return field.number(object) > limit;
        }
    }

    /// A text such as `3/3`, which tells how many of how many.
    record AllOf(Fields field) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            var parts = field.text(object).split("/", -1);
            return parts.length == 2 && !parts[0].isEmpty() && parts[0].equals(parts[1]);
        }
    }

    /// Of two times, as the Kubernetes API writes them: in UTC, and so in the order of their texts.
    record Earlier(Fields field, Fields other) implements Check {

        @Override
        public boolean holds(Map<String, Object> object, long since) {
            return field.text(object).compareTo(other.text(object)) < 0;
        }
    }

    /// @throws IllegalArgumentException if it cannot be read
    static Check of(String text) {
        if (text.equals("always")) {
            return new Always();
        }
        if (text.startsWith("not ")) {
            return new Not(of(text.substring("not ".length())));
        }
        if (text.startsWith("has ")) {
            return new Has(Fields.of(text.substring("has ".length())));
        }
        if (text.startsWith("all of ")) {
            return new AllOf(Fields.of(text.substring("all of ".length())));
        }
        var times = text.split(" before ", 2);
        if (times.length == 2) {
            return new Earlier(Fields.of(times[0]), Fields.of(times[1]));
        }
        var field = FIELD.matcher(text);
        if (field.matches()) {
            return ofField(field);
        }
        var condition = CONDITION.matcher(text);
        if (condition.matches()) {
            return Condition.of(condition);
        }
        throw new IllegalArgumentException("'" + text + "' is nothing that a rule can ask");
    }

    private static Check ofField(Matcher text) {
        var field = Fields.of(text.group("path"));
        var operator = text.group("operator");
        if (operator == null) {
            return new Present(field);
        }
        var value = text.group("value");
        return switch (operator) {
            case "=" -> equal(field, value);
            case "!=" -> new Not(equal(field, value));
            case "<" -> new Below(field, Fields.of(value));
            default -> new Above(field, Double.parseDouble(value));
        };
    }

    private static Check equal(Fields field, String value) {
        return FIELD.matcher(value).matches()
                ? new Same(field, Fields.of(value))
                : new OneOf(field, List.of(value.split("\\|", -1)));
    }
}
