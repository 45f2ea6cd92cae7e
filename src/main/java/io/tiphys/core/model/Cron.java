package io.tiphys.core.model;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Minutes that come again, in the five fields of a crontab as Argo CD's users write them: minute,
/// hour, day of the month, month, day of the week (0 is Sunday, as is `sun`). Each is `*` or `?`,
/// or a list of numbers and ranges, with steps (`*/15`, `9-17/2`, `5/10`); months and days of the
/// week have names. `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and
/// `@annually` stand for all five.
///
/// As in every crontab: where both the day of the month and that of the week are given, either will
/// do; a field that begins with `*` is not given.
///
/// @param minutes a set of bits, as are the next four
/// @param eitherDay whether one of the two days is enough
public record Cron(
        long minutes,
        long hours,
        long daysOfMonth,
        long months,
        long daysOfWeek,
        boolean eitherDay) {

    /// The 29th of February may not come for eight years.
    private static final int HORIZON_DAYS = 8 * 366 + 1;

    private static final int MAX_LENGTH = 1000;

    private static final Map<String, String> NAMED =
            Map.of(
                    "@hourly", "0 * * * *",
                    "@daily", "0 0 * * *",
                    "@midnight", "0 0 * * *",
                    "@weekly", "0 0 * * 0",
                    "@monthly", "0 0 1 * *",
                    "@yearly", "0 0 1 1 *",
                    "@annually", "0 0 1 1 *");

    /// @param first the lowest that it may be, which the first name stands for
    private record Field(String name, int first, int last, List<String> names) {

        private static final List<String> NONE = List.of();

        static final Field MINUTE = new Field("minute", 0, 59, NONE);
        static final Field HOUR = new Field("hour", 0, 23, NONE);
        static final Field DAY_OF_MONTH = new Field("day of month", 1, 31, NONE);
        static final Field MONTH =
                new Field(
                        "month",
                        1,
                        12,
                        List.of(
                                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
                                "oct", "nov", "dec"));
        static final Field DAY_OF_WEEK =
                new Field(
                        "day of week",
                        0,
                        6,
                        List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));

        long read(String text) {
            long bits = 0;
            for (var part : text.split(",", -1)) {
                bits |= range(part);
            }
            return bits;
        }

        private long range(String part) {
            var stepped = part.split("/", -1);
            var ends = stepped[0].split("-", -1);
            if (stepped.length > 2 || ends.length > 2) {
                throw wrong(part);
            }
            boolean all = isAll(ends[0]);
            if (all && ends.length > 1) {
                throw wrong(part);
            }
            int from = all ? first : number(ends[0]);
            // A lone number with a step goes on to the last.
            boolean open = all || (ends.length == 1 && stepped.length == 2);
            int to = ends.length == 2 ? number(ends[1]) : open ? last : from;
            int step = stepped.length == 2 ? digits(stepped[1], part) : 1;
            if (from < first || to > last || from > to || step < 1) {
                throw wrong(part);
            }
            return IntStream.iterate(from, i -> i <= to, i -> i + step)
                    .mapToLong(i -> 1L << i)
                    .reduce(0, (a, b) -> a | b);
        }

        private int number(String text) {
            int named = names.indexOf(text.toLowerCase(Locale.ROOT));
            return named < 0 ? digits(text, text) : first + named;
        }

        private int digits(String text, String part) {
            if (!text.matches("[0-9]{1,4}")) {
                throw wrong(part);
            }
            return Integer.parseInt(text);
        }

        private InvalidSpecException wrong(String part) {
            return new InvalidSpecException(
                    "'%s' is no %s: it must be within %d-%d".formatted(part, name, first, last));
        }
    }

    /// @throws InvalidSpecException with what is wrong with it
    public static Cron parse(String text) {
        var fields = NAMED.getOrDefault(text.strip(), text).strip().split("\\s+", -1);
        if (text.length() > MAX_LENGTH || fields.length != 5) {
            throw new InvalidSpecException("expected exactly 5 fields, or one such as @hourly");
        }
        return new Cron(
                Field.MINUTE.read(fields[0]),
                Field.HOUR.read(fields[1]),
                Field.DAY_OF_MONTH.read(fields[2]),
                Field.MONTH.read(fields[3]),
                Field.DAY_OF_WEEK.read(fields[4]),
                !isOpen(fields[2]) && !isOpen(fields[4]));
    }

    /// The first of its minutes that does not begin before a time.
    ///
    /// @return empty if there is none within eight years
    public Optional<LocalDateTime> atOrAfter(LocalDateTime time) {
        var from = time.truncatedTo(ChronoUnit.MINUTES);
        if (from.isBefore(time)) {
            from = from.plusMinutes(1);
        }
        var today = timeIn(from.toLocalDate(), from.toLocalTime(), true);
        if (today.isPresent()) {
            return today;
        }
        for (int i = 1; i <= HORIZON_DAYS; i++) {
            var found = timeIn(from.toLocalDate().plusDays(i), LocalTime.MIN, true);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The last of its minutes that does not begin after a time.
    ///
    /// @param earliest before which nobody wants to know
    public Optional<LocalDateTime> atOrBefore(LocalDateTime time, LocalDateTime earliest) {
        var from = time.truncatedTo(ChronoUnit.MINUTES);
        var date = from.toLocalDate();
        var found = timeIn(date, from.toLocalTime(), false);
        while (found.isEmpty() && date.isAfter(earliest.toLocalDate())) {
            date = date.minusDays(1);
            found = timeIn(date, LocalTime.MAX, false);
        }
        return found.filter(it -> !it.isBefore(earliest));
    }

    private Optional<LocalDateTime> timeIn(LocalDate date, LocalTime from, boolean forwards) {
        if (!isDay(date)) {
            return Optional.empty();
        }
        int hour = next(hours, from.getHour(), forwards);
        int minute = hour == from.getHour() ? next(minutes, from.getMinute(), forwards) : -1;
        if (minute < 0) {
            if (hour == from.getHour()) {
                hour = next(hours, forwards ? hour + 1 : hour - 1, forwards);
            }
            minute = next(minutes, forwards ? 0 : 59, forwards);
        }
        return hour < 0 ? Optional.empty() : Optional.of(date.atTime(hour, minute));
    }

    private boolean isDay(LocalDate date) {
        boolean ofMonth = has(daysOfMonth, date.getDayOfMonth());
        boolean ofWeek = has(daysOfWeek, date.getDayOfWeek().getValue() % 7);
        return has(months, date.getMonthValue())
                && (eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek);
    }

    private static boolean has(long bits, int number) {
        return ((bits >> number) & 1) == 1;
    }

    /// The nearest number of a set in one direction, the given one included.
    ///
    /// @return -1 if there is none
    private static int next(long bits, int from, boolean forwards) {
        if (from < 0 || from > 59) {
            return -1;
        }
        long left = bits & (forwards ? -1L << from : (1L << (from + 1)) - 1);
        if (left == 0) {
            return -1;
        }
        return forwards ? Long.numberOfTrailingZeros(left) : 63 - Long.numberOfLeadingZeros(left);
    }

    private static boolean isAll(String text) {
        return text.equals("*") || text.equals("?");
    }

    /// Whether a field leaves its days open. With a step it does not.
    private static boolean isOpen(String field) {
        return List.of(field.split(",", -1)).stream()
                .anyMatch(it -> isAll(it.endsWith("/1") ? it.substring(0, it.length() - 2) : it));
    }
}
