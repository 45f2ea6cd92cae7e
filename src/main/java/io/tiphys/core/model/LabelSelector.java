package io.tiphys.core.model;

import java.util.List;
import java.util.Map;

/// A label selector as Kubernetes' objects have it: all of its parts must hold, and one without
/// parts selects everything.
public record LabelSelector(Map<String, String> labels, List<Expression> expressions) {

    /// What must hold of one label.
    public record Expression(String key, Operator operator, List<String> values) {

        static Expression read(Fields fields) {
            var operator = fields.string("operator");
            var values = fields.strings("values");
            var read =
                    switch (operator) {
                        case "In" -> Operator.IN;
                        case "NotIn" -> Operator.NOT_IN;
                        case "Exists" -> Operator.EXISTS;
                        case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
                        default ->
                                throw new InvalidSpecException(
                                        "%s.operator must be In, NotIn, Exists or DoesNotExist, and is '%s'"
                                                .formatted(fields.where(), operator));
                    };
            boolean needsValues = read == Operator.IN || read == Operator.NOT_IN;
            if (needsValues == values.isEmpty() || fields.string("key").isEmpty()) {
                throw new InvalidSpecException(
                        "%s needs a key, and values if its operator is In or NotIn"
                                .formatted(fields.where()));
            }
            return new Expression(fields.string("key"), read, values);
        }

        boolean matches(Map<String, String> labels) {
            var value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
            };
        }
    }

    /// How a label is looked at.
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST
    }

    /// @throws InvalidSpecException if a part of it cannot be read
    public static LabelSelector read(Fields fields) {
        return new LabelSelector(
                fields.stringMap("matchLabels"),
                fields.objects("matchExpressions", Expression::read));
    }

    public boolean matches(Map<String, String> labels) {
        return labels.entrySet().containsAll(this.labels.entrySet())
                && expressions.stream().allMatch(it -> it.matches(labels));
    }
}
