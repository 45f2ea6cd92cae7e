package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.SyncWindow.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Against the plain meaning, minute by minute, over days on which clocks are changed and others.
class SyncWindowTimesTest {

    private static final int SEEDS = 24;
    private static final int MINUTES = 60 * 30;

    private static final List<String> SCHEDULES =
            List.of(
                    "30 2 * * *",
                    "*/20 * * * *",
                    "0 0,3 * * *",
                    "15 1-4 * * 0",
                    "59 23 * * *",
                    "45 2 * * 1",
                    "0 12 1 1 *");

    /// Europe's and Australia's changes of 2026, of which the latter is by half an hour.
    private static final List<String> NIGHTS =
            List.of(
                    "Europe/Berlin 2026-03-28T20:00:00Z",
                    "Europe/Berlin 2026-10-24T20:00:00Z",
                    "Australia/Lord_Howe 2026-10-03T12:00:00Z",
                    "Australia/Lord_Howe 2026-04-04T12:00:00Z",
                    "Asia/Kolkata 2026-03-28T20:00:00Z",
                    "UTC 2026-01-01T00:00:00Z");

    @TestFactory
    Stream<DynamicTest> it_is_open_from_each_start_for_so_long() {
        return IntStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check(seed)));
    }

    private static void check(int seed) {
        var random = new Random(seed);
        var night = NIGHTS.get(seed % NIGHTS.size()).split(" ");
        var zone = ZoneId.of(night[0]);
        var begin = Instant.parse(night[1]);
        var schedule = SCHEDULES.get(random.nextInt(SCHEDULES.size()));
        var duration = Duration.ofMinutes(1 + random.nextInt(150));
        var times = new Times(Cron.parse(schedule), duration, zone);
        var starts = starts(Cron.parse(schedule), zone, begin.minus(duration));

        for (int i = 0; i < MINUTES; i++) {
            var now = begin.plus(i, ChronoUnit.MINUTES);
            var last = starts.floor(now);
            boolean open = last != null && now.isBefore(last.plus(duration));
            var what = "%s for %s at %s in %s".formatted(schedule, duration, now, zone);
            assertThat(times.isOpen(now)).as(what).isEqualTo(open);
            var next = open ? last.plus(duration) : starts.ceiling(now);
            if (next != null) {
                assertThat(times.nextChange(now)).as(what).contains(next);
            }
        }
    }

    private static TreeSet<Instant> starts(Cron schedule, ZoneId zone, Instant from) {
        var starts = new TreeSet<Instant>();
        for (int i = 0; i < 2 * MINUTES; i++) {
            var minute = from.plus(i, ChronoUnit.MINUTES);
            var before = LocalDateTime.ofInstant(minute.minusSeconds(60), zone);
            var local = LocalDateTime.ofInstant(minute, zone);
            // All minutes that the clock went over since the one before, skipped ones among them.
            var at = local.isAfter(before) ? before.plusMinutes(1) : local;
            for (; !at.isAfter(local); at = at.plusMinutes(1)) {
                if (schedule.atOrAfter(at).filter(at::equals).isPresent()) {
                    starts.add(minute);
                }
            }
        }
        return starts;
    }
}
