package io.tiphys.core.model;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Times at which Applications may be synced, or may not.
///
/// @param allows whether it is a window for syncs, or against them
/// @param times empty for what nobody can tell: then `problem` says why
/// @param manualSync whether what people ask for is synced against it
/// @param overrun whether what was begun before goes on against it
/// @param tree as it was written
public record SyncWindow(
        boolean allows,
        Optional<Times> times,
        String problem,
        List<Glob> applications,
        List<Glob> namespaces,
        List<Glob> clusters,
        boolean matchesAll,
        boolean manualSync,
        boolean overrun,
        Map<String, Object> tree) {

    /// When it is open: from each of its starts for so long.
    ///
    /// A clock that is put forward leaves starts out: these are at the very moment. One that is put
    /// back has some twice, and so has the window.
    public record Times(Cron schedule, Duration duration, ZoneId zone) {

        /// How far ahead a start is looked for, in changes of the clock.
        private static final int MAX_TRANSITIONS = 20;

        /// Whether it is open at a time. It is at its start, and not at its end.
        public boolean isOpen(Instant time) {
            return lastStart(time).isPresent();
        }

        /// When it opens or shuts next.
        ///
        /// @return empty if it never does, or not for years
        public Optional<Instant> nextChange(Instant time) {
            return lastStart(time).map(it -> it.plus(duration)).or(() -> nextStart(time));
        }

        private Optional<Instant> nextStart(Instant time) {
            var rules = zone.getRules();
            var from = time;
            for (int i = 0; i < MAX_TRANSITIONS; i++) {
                var offset = rules.getOffset(from);
                var transition = Optional.ofNullable(rules.nextTransition(from));
                var start =
                        schedule.atOrAfter(LocalDateTime.ofInstant(from, offset))
                                .map(it -> it.toInstant(offset));
                var change = transition.map(ZoneOffsetTransition::getInstant);
                if (start.isPresent() && (change.isEmpty() || start.get().isBefore(change.get()))) {
                    return start;
                }
                if (change.isEmpty()) {
                    return Optional.empty();
                }
                if (leavesOut(transition.get())) {
                    return change;
                }
                from = change.get();
            }
            return Optional.empty();
        }

        /// The last start by which it is open at a time.
        private Optional<Instant> lastStart(Instant time) {
            var earliest = time.minus(duration);
            var rules = zone.getRules();
            var until = time;
            while (until.isAfter(earliest)) {
                var offset = rules.getOffset(until);
                var transition =
                        Optional.ofNullable(rules.previousTransition(until.plusNanos(1)))
                                .filter(it -> it.getInstant().isAfter(earliest));
                var change = transition.map(ZoneOffsetTransition::getInstant);
                var start =
                        schedule.atOrBefore(
                                        LocalDateTime.ofInstant(until, offset),
                                        LocalDateTime.ofInstant(change.orElse(earliest), offset))
                                .map(it -> it.toInstant(offset))
                                .filter(it -> it.isAfter(earliest));
                if (start.isPresent()) {
                    return start;
                }
                if (change.isEmpty()) {
                    return Optional.empty();
                }
                if (leavesOut(transition.get())) {
                    return change;
                }
                until = change.get().minusNanos(1);
            }
            return Optional.empty();
        }

        /// Whether a start is among the minutes that a clock skips.
        private boolean leavesOut(ZoneOffsetTransition transition) {
            return transition.isGap()
                    && schedule.atOrAfter(transition.getDateTimeBefore())
                            .filter(it -> it.isBefore(transition.getDateTimeAfter()))
                            .isPresent();
        }
    }

    private static final List<String> ZONES = List.of("CRON_TZ=", "TZ=");

    /// What is wrong with its times does not make it unreadable: it matches the same Applications,
    /// and these alone are concerned.
    static SyncWindow read(Fields fields) {
        var kind = fields.string("kind");
        var problems = new ArrayList<String>();
        if (!kind.equals("allow") && !kind.equals("deny")) {
            problems.add("kind '%s' mismatch: can only be allow or deny".formatted(kind));
        }
        var times = times(fields, problems);
        return new SyncWindow(
                kind.equals("allow"),
                problems.isEmpty() ? times : Optional.empty(),
                String.join("; ", problems),
                globs(fields, "applications"),
                globs(fields, "namespaces"),
                globs(fields, "clusters"),
                fields.bool("andOperator"),
                fields.bool("manualSync"),
                fields.bool("syncOverrun"),
                fields.tree());
    }

    private static List<Glob> globs(Fields fields, String name) {
        return fields.strings(name).stream()
                .map(it -> new Glob(fields.where() + "." + name, it))
                .toList();
    }

    private static Optional<Times> times(Fields fields, List<String> problems) {
        var schedule = fields.string("schedule").strip();
        var zone = fields.string("timeZone");
        var prefix = ZONES.stream().filter(schedule::startsWith).findFirst();
        if (prefix.isPresent()) {
            var parts = schedule.substring(prefix.get().length()).split("\\s+", 2);
            zone = parts[0];
            schedule = parts.length < 2 ? "" : parts[1];
        }
        var cron = cron(schedule, problems);
        var duration = duration(fields.string("duration"), problems);
        var id = zone(zone, problems);
        return cron.flatMap(
                it -> duration.flatMap(length -> id.map(place -> new Times(it, length, place))));
    }

    private static Optional<Cron> cron(String text, List<String> problems) {
        try {
            return Optional.of(Cron.parse(text));
        } catch (InvalidSpecException wrong) {
            problems.add("cannot parse schedule '%s': %s".formatted(text, wrong.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<Duration> duration(String text, List<String> problems) {
        var duration = GoDuration.parse(text).filter(Duration::isPositive);
        if (duration.isEmpty()) {
            problems.add(
                    "cannot parse duration '%s': it must be a time such as 1h30m".formatted(text));
        }
        return duration;
    }

    private static Optional<ZoneId> zone(String text, List<String> problems) {
        try {
            return Optional.of(ZoneId.of(text.isEmpty() ? "UTC" : text));
        } catch (DateTimeException unknown) {
            problems.add("unknown time zone " + text);
            return Optional.empty();
        }
    }

    /// Whether it is about an Application.
    ///
    /// @param name the Application's
    public boolean matches(String name, DestinationCluster cluster, String namespace) {
        var said =
                Stream.of(
                                matches(applications, it -> it.matches(name)),
                                matches(clusters, cluster::isNamed),
                                matches(namespaces, it -> it.matches(namespace)))
                        .flatMap(Optional::stream)
                        .toList();
        return matchesAll
                ? !said.isEmpty() && said.stream().allMatch(it -> it)
                : said.contains(true);
    }

    /// Empty if nothing is said.
    private static Optional<Boolean> matches(List<Glob> globs, Predicate<Glob> matches) {
        return globs.isEmpty() ? Optional.empty() : Optional.of(globs.stream().anyMatch(matches));
    }
}
