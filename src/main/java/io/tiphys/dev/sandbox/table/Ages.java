package io.tiphys.dev.sandbox.table;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/// A span of time as people want it: the longer, the coarser.
final class Ages {

    private static final long DAY = 24;
    private static final long YEAR = 365;

    private Ages() {}

    static String since(String time, Instant now) {
        try {
            return of(Duration.between(Instant.parse(time), now));
        } catch (DateTimeException _) {
            return "<invalid>";
        }
    }

    static String of(Duration age) {
        var seconds = age.toSeconds();
        var minutes = seconds / 60;
        var hours = minutes / 60;
        var days = hours / DAY;
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 2 * 60) {
            return Math.max(seconds, 0) + "s";
        }
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 3 * 60) {
            return minutes + "m";
        }
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 2 * DAY) {
            return hours + "h";
        }
        if (days < 8) {
            return two(days, "d", hours % DAY, "h");
        }
        if (days < 2 * YEAR) {
            return days + "d";
        }
        return days < 8 * YEAR ? two(days / YEAR, "y", days % YEAR, "d") : days / YEAR + "y";
    }

    private static String two(long large, String unit, long small, String smallUnit) {
        return large + unit + (small == 0 ? "" : small + smallUnit);
    }
}
