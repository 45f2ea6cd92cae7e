package io.tiphys.core.diff;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Durations as Go writes them: `90m` is `1h30m0s`.
final class GoDuration {

    private static final Pattern PART =
            Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");

    private static final Map<String, BigDecimal> SECONDS =
            Map.of(
                    "ns", new BigDecimal("1e-9"),
                    "us", new BigDecimal("1e-6"),
                    "µs", new BigDecimal("1e-6"),
                    "ms", new BigDecimal("1e-3"),
                    "s", BigDecimal.ONE,
                    "m", new BigDecimal(60),
                    "h", new BigDecimal(3600));

    private static final int LONGEST = 100;

    private GoDuration() {}

    static boolean same(String one, String other) {
        var first = seconds(one);
        var second = seconds(other);
        return first != null && second != null && first.compareTo(second) == 0;
    }

    private static @Nullable BigDecimal seconds(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        var parts = signed ? text.substring(1) : text;
        if (parts.equals("0")) {
            return BigDecimal.ZERO;
        }
        if (parts.isEmpty() || parts.length() > LONGEST) {
            return null;
        }
        var sum = BigDecimal.ZERO;
        var matcher = PART.matcher(parts);
        int end = 0;
        while (end < parts.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                return null;
            }
            var factor = SECONDS.getOrDefault(matcher.group(2), BigDecimal.ZERO);
            sum = sum.add(new BigDecimal(matcher.group(1)).multiply(factor));
            end = matcher.end();
        }
        return text.startsWith("-") ? sum.negate() : sum;
    }
}
