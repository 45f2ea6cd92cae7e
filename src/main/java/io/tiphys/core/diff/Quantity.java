package io.tiphys.core.diff;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Kubernetes quantities, which have many spellings: `1000m` is `1`, `1024Mi` is `1Gi`.
public final class Quantity {

    /// Maps from a resource to a quantity, by where they stand.
    private static final Pattern LIST =
            Pattern.compile(
                    "spec\\.(hard|capacity|overhead)\\..+"
                            + "|spec\\.(.+\\.)?resources\\.(limits|requests)\\.[^.]+(\\..+)?"
                            + "|spec\\.limits\\.(max|min|default|defaultRequest"
                            + "|maxLimitRequestRatio)\\..+"
                            + "|(spec\\.template\\.spec\\.overhead|overhead\\.podFixed)\\..+");

    private static final Pattern FIELD =
            Pattern.compile(
                    "spec\\..*\\.(sizeLimit|divisor)"
                            + "|spec\\.metrics\\..+\\.target\\.(value|averageValue)"
                            + "|spec\\.behavior\\.scale(Up|Down)\\.tolerance");

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

    /// Whether a path such as `spec.containers.resources.limits.cpu` holds a quantity. Only where
    /// that is certain: elsewhere, in an environment variable say, `1.10` is not `1.1`.
    ///
    /// @param path of names, without what tells items of lists apart
    static boolean isQuantityField(String path) {
        return !path.contains(".metadata.")
                && (FIELD.matcher(path).matches() || LIST.matcher(path).matches());
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

    private static @Nullable BigDecimal parse(String text) {
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
