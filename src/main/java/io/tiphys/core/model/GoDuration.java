package io.tiphys.core.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Durations as Go writes them, which Argo CD's settings have: `90s`, `1h15m30.5s`.
public final class GoDuration {

    private static final Pattern PART =
            Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");

    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|(" + PART + ")+)");

    /// Longer ones than this no Go program can hold, nor is one meant.
    private static final int MAX_LENGTH = 64;

    private GoDuration() {}

    /// @return empty for what is none, and for what has more than 2^63 nanoseconds
    public static Optional<Duration> parse(String text) {
        if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        var nanos = BigDecimal.ZERO;
        for (var parts = PART.matcher(text); parts.find(); ) {
            nanos =
                    nanos.add(
                            new BigDecimal(parts.group(1))
                                    .multiply(BigDecimal.valueOf(nanos(parts.group(2)))));
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return Optional.empty();
        }
        var duration = Duration.ofNanos(nanos.longValue());
        return Optional.of(text.startsWith("-") ? duration.negated() : duration);
    }

    private static long nanos(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> throw new IllegalStateException("Not a unit of the pattern: " + unit);
        };
    }
}
