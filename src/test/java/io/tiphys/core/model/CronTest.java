package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

    private static final int SEEDS = 30;

    /// A schedule, a time, and the first of its minutes from then on. January 1st, 2026 is a
    /// Thursday.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *           | 2026-01-01T10:00    | 2026-01-01T10:00",
                "* * * * *           | 2026-01-01T10:00:01 | 2026-01-01T10:01",
                "? ? ? ? ?           | 2026-01-01T10:00    | 2026-01-01T10:00",
                "30 * * * *          | 2026-01-01T10:31    | 2026-01-01T11:30",
                "0 22 * * *          | 2026-01-01T22:01    | 2026-01-02T22:00",
                "*/15 * * * *        | 2026-01-01T10:46    | 2026-01-01T11:00",
                "5/20 * * * *        | 2026-01-01T10:26    | 2026-01-01T10:45",
                "0 9-17/4 * * *      | 2026-01-01T13:01    | 2026-01-01T17:00",
                "0,30 8,20 * * *     | 2026-01-01T08:31    | 2026-01-01T20:00",
                "10-12 * * * *       | 2026-01-01T10:13    | 2026-01-01T11:10",
                "0 0 * * 0           | 2026-01-01T00:00    | 2026-01-04T00:00",
                "0 0 * * sun         | 2026-01-01T00:00    | 2026-01-04T00:00",
                "0 0 * * Mon-Fri     | 2026-01-03T00:00    | 2026-01-05T00:00",
                "0 0 * * MON,wed     | 2026-01-06T00:00    | 2026-01-07T00:00",
                "0 0 * feb *         | 2026-01-01T00:00    | 2026-02-01T00:00",
                "0 0 1 JAN-mar/2 *   | 2026-01-02T00:00    | 2026-03-01T00:00",
                "0 0 31 * *          | 2026-02-01T00:00    | 2026-03-31T00:00",
                "0 0 29 2 *          | 2026-03-01T00:00    | 2028-02-29T00:00",
                "59 23 31 12 *       | 2026-12-31T23:59:01 | 2027-12-31T23:59",
                // Either day will do where both are given, and both must where one is left open.
                "0 0 13 * 5          | 2026-01-03T00:00    | 2026-01-09T00:00",
                "0 0 13 * 5          | 2026-01-10T00:00    | 2026-01-13T00:00",
                "0 0 13 * *          | 2026-01-01T00:00    | 2026-01-13T00:00",
                "0 0 ? * 5           | 2026-01-01T00:00    | 2026-01-02T00:00",
                "0 0 */1 * 5         | 2026-01-01T00:00    | 2026-01-02T00:00",
                // A step gives a day: this is the odd days, and Fridays.
                "0 0 */2 * 5         | 2026-01-02T00:00    | 2026-01-02T00:00",
                "@hourly             | 2026-01-01T10:01    | 2026-01-01T11:00",
                "@daily              | 2026-01-01T10:01    | 2026-01-02T00:00",
                "@midnight           | 2026-01-01T10:01    | 2026-01-02T00:00",
                "@weekly             | 2026-01-01T10:01    | 2026-01-04T00:00",
                "@monthly            | 2026-01-01T10:01    | 2026-02-01T00:00",
                "@yearly             | 2026-01-01T10:01    | 2027-01-01T00:00",
                "@annually           | 2026-01-01T10:01    | 2027-01-01T00:00",
                "' 0  22 * * * '     | 2026-01-01T00:00    | 2026-01-01T22:00",
            })
    void its_next_minute(String schedule, LocalDateTime time, LocalDateTime next) {
        assertThat(Cron.parse(schedule).atOrAfter(time)).contains(next);
    }

    @Test
    void a_day_that_never_comes_is_not_waited_for() {
        assertThat(Cron.parse("0 0 30 2 *").atOrAfter(LocalDateTime.of(2026, 1, 1, 0, 0)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * 32 * *",
                "* * * 0 *",
                "* * * 13 *",
                "* * * * 7",
                "5-1 * * * *",
                "*/0 * * * *",
                "*/ * * * *",
                "1/2/3 * * * *",
                "1-2-3 * * * *",
                "-1 * * * *",
                "1- * * * *",
                ", * * * *",
                "1,,2 * * * *",
                "+1 * * * *",
                "1.5 * * * *",
                "*-5 * * * *",
                "** * * * *",
                "x * * * *",
                "mon * * * *",
                "* * * mon *",
                "* * * * jan",
                "* * * january *",
                "@reboot",
                "@every 1h",
                "99999999999999999999 * * * *",
                "١ * * * *",
            })
    void what_is_no_schedule_is_refused(String text) {
        assertThatThrownBy(() -> Cron.parse(text)).isInstanceOf(InvalidSpecException.class);
    }

    @Test
    void a_refusal_names_the_field_and_its_bounds() {
        assertThatThrownBy(() -> Cron.parse("* 24 * * *"))
                .hasMessage("'24' is no hour: it must be within 0-23");
    }

    /// Against the plain meaning, minute by minute.
    @TestFactory
    Stream<DynamicTest> the_next_and_the_last_minute_are_those_that_a_search_finds() {
        return IntStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(seed)));
    }

    private static void check(int seed) {
        var random = new Random(seed);
        var text =
                "%s %s %s %s %s"
                        .formatted(
                                field(random, 0, 59),
                                field(random, 0, 23),
                                field(random, 1, 31),
                                "*",
                                field(random, 0, 6));
        var cron = Cron.parse(text);
        var start = LocalDateTime.of(2028, 2, 1, 0, 0).plusMinutes(random.nextInt(20_000));
        int minutes = 60 * 24 * 35;

        var forwards =
                Stream.iterate(start, it -> it.plusMinutes(1))
                        .limit(minutes)
                        .filter(it -> matches(text, it))
                        .findFirst();
        var backwards =
                Stream.iterate(start, it -> it.minusMinutes(1))
                        .limit(minutes)
                        .filter(it -> matches(text, it))
                        .findFirst();

        assertThat(cron.atOrAfter(start).filter(it -> it.isBefore(start.plusMinutes(minutes))))
                .as("%s after %s", text, start)
                .isEqualTo(forwards);
        assertThat(cron.atOrBefore(start, start.minusMinutes(minutes - 1L)))
                .as("%s before %s", text, start)
                .isEqualTo(backwards);
    }

    private static String field(Random random, int first, int last) {
        int a = random.nextInt(first, last + 1);
        int b = random.nextInt(first, last + 1);
        return switch (random.nextInt(5)) {
            case 0, 1 -> "*";
            case 2 -> Integer.toString(a);
            case 3 -> "%d-%d".formatted(Math.min(a, b), Math.max(a, b));
            default -> "%d,%d/%d".formatted(a, b, 1 + random.nextInt(9));
        };
    }

    private static boolean matches(String text, LocalDateTime time) {
        var fields = text.split(" ");
        boolean ofMonth = matches(fields[2], 31, time.getDayOfMonth());
        boolean ofWeek = matches(fields[4], 6, time.getDayOfWeek().getValue() % 7);
        boolean open = fields[2].equals("*") || fields[4].equals("*");
        return matches(fields[0], 59, time.getMinute())
                && matches(fields[1], 23, time.getHour())
                && (open ? ofMonth && ofWeek : ofMonth || ofWeek);
    }

    private static boolean matches(String field, int last, int value) {
        return field.equals("*")
                || Stream.of(field.split(",")).anyMatch(it -> partMatches(it, last, value));
    }

    private static boolean partMatches(String part, int last, int value) {
        var step = part.split("/");
        var ends = step[0].split("-");
        int from = Integer.parseInt(ends[0]);
        int to =
                step.length == 2
                        ? last
                        : Optional.of(ends[ends.length - 1]).map(Integer::parseInt).orElseThrow();
        int by = step.length == 2 ? Integer.parseInt(step[1]) : 1;
        return value >= from && value <= to && (value - from) % by == 0;
    }
}
