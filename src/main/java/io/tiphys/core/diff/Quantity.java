package io.tiphys.core.diff;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;

/// Kubernetes quantities, which have many spellings: `1000m` is `1`, `1024Mi` is `1Gi`.
public final class Quantity {

    /// Maps from a resource to a quantity, by where they stand.
    private static final Set<String> LISTS = Set.of("resources.limits", "resources.requests");

    private static final Set<String> FIELDS = Set.of("sizeLimit", "divisor");

    private static final Map<String, BigDecimal> FACTORS =
            Map.ofEntries(
                    Map.entry("n", new BigDecimal("1e-9")),
                    Map.entry("u", new BigDecimal("1e-6")),
                    Map.entry("m", new BigDecimal("1e-3")),
                    Map.entry("", BigDecimal.ONE),
                    Map.entry("k", new BigDecimal("1e3")),
                    Map.entry("M", new BigDecimal("1e6")),
                    Map.entry("G", new BigDecimal("1e9")),
                    Map.entry("T", new BigDecimal("1e12")),
                    Map.entry("P", new BigDecimal("1e15")),
                    Map.entry("E", new BigDecimal("1e18")),
                    Map.entry("Ki", power(1)),
                    Map.entry("Mi", power(2)),
                    Map.entry("Gi", power(3)),
                    Map.entry("Ti", power(4)),
                    Map.entry("Pi", power(5)),
                    Map.entry("Ei", power(6)));

    private Quantity() {}

    /// Whether a path such as `spec.containers[web].resources.limits.cpu` holds a quantity. Only
    /// where that is certain: elsewhere, in an environment variable say, `1.10` is not `1.1`.
    static boolean isQuantityField(String path) {
        if (!path.startsWith("spec.") || path.contains(".metadata.")) {
            return false;
        }
        if (path.startsWith("spec.hard.") || path.startsWith("spec.capacity.")) {
            return true;
        }
        var parts = path.split("\\.", -1);
        int last = parts.length - 1;
        return FIELDS.contains(parts[last])
                || (last > 2 && LISTS.contains(parts[last - 2] + "." + parts[last - 1]));
    }

    /// @return zero for what is no quantity
    public static BigDecimal value(String text) {
        var value = parse(text);
        return value == null ? BigDecimal.ZERO : value;
    }

    static boolean same(String one, String other) {
        var first = parse(one);
        var second = parse(other);
        return first != null && second != null && first.compareTo(second) == 0;
    }

    private static @org.jspecify.annotations.Nullable BigDecimal parse(String text) {
        int end = text.length();
        while (end > 0 && Character.isLetter(text.charAt(end - 1))) {
            end--;
        }
        var suffix = text.substring(end);
        var number = text.substring(0, end);
        // An exponent ends in digits, so its letter is still in the number.
        var factor = FACTORS.get(suffix);
        if (factor == null || number.isEmpty() || number.length() > 40) {
            return null;
        }
        try {
            return new BigDecimal(number).multiply(factor);
        } catch (ArithmeticException | NumberFormatException none) {
            return null;
        }
    }

    private static BigDecimal power(int exponent) {
        return new BigDecimal(1024).pow(exponent);
    }
}
