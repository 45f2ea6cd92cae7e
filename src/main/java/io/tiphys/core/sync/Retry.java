package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.GoDuration;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.SyncStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How often a failed operation is tried again, and when: its own `retry`, with Argo CD's defaults
/// and in its words. All that this rests on stands in the status, so that a restart goes on with
/// it.
///
/// @param limit tries after the first; negative: any number
/// @param refresh whether a try is made with the newest revisions instead of the first ones
/// @param first wait before the first of them; empty if it cannot be read
/// @param longest wait; zero or negative: none is too long; empty if it cannot be read
/// @param unreadable the duration that cannot be read, if there is one
public record Retry(
        long limit,
        boolean refresh,
        Duration first,
        long factor,
        Duration longest,
        Optional<String> unreadable) {

    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final long FACTOR = 2;

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("h:mma", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    /// @param operation as it was asked for
    static Retry of(Map<String, Object> operation) {
        var retry = Json.object(operation, "retry");
        var backoff = Json.object(retry, "backoff");
        var first = Json.string(backoff, "duration");
        var longest = Json.string(backoff, "maxDuration");
        return new Retry(
                Json.number(retry, 0, "limit"),
                Json.bool(retry, "refresh"),
                read(first, FIRST).orElse(FIRST),
                Json.number(backoff, FACTOR, "factor"),
                read(longest, LONGEST).orElse(LONGEST),
                read(first, FIRST).isEmpty()
                        ? Optional.of(first)
                        : read(longest, LONGEST).isEmpty()
                                ? Optional.of(longest)
                                : Optional.empty());
    }

    /// What comes of an operation that has ended: one that failed waits for its next try.
    static OperationState after(OperationState ended) {
        boolean forGood =
                !ended.phase().isFailure()
                        || ended.dryRun()
                        || ended.message().startsWith(SyncProgress.TERMINATED);
        var retry = of(ended.operation());
        long tries = ended.retryCount();
        if (forGood || (retry.limit >= 0 && tries >= retry.limit)) {
            return tries > 0 && ended.phase().isFailure()
                    ? ended.saying("%s (retried %d times).".formatted(ended.message(), tries))
                    : ended;
        }
        if (retry.unreadable.isPresent()) {
            return ended.saying(
                            "%s (failed to retry: unable to parse %s as a duration)"
                                    .formatted(ended.message(), retry.unreadable.get()))
                    .in(OperationPhase.ERROR);
        }
        var due = retry.due(ended.finishedAt().orElseThrow(), tries);
        return ended.toBeRetried(
                "%s. Retrying attempt #%d at %s."
                        .formatted(ended.message(), tries + 1, CLOCK.format(due)));
    }

    /// Whether all that failed is well by now, so that the next try need not be waited for.
    ///
    /// @param comparison with the same sources and revisions
    public static boolean mayPassNow(
            OperationState waiting, Comparison comparison, Observation observed) {
        var failures = waiting.results().stream().filter(ResourceResult::isFailure).toList();
        return !failures.isEmpty()
                && failures.stream().allMatch(it -> isWellNow(it, comparison, observed));
    }

    private static boolean isWellNow(
            ResourceResult failure, Comparison comparison, Observation observed) {
        // Of a hook nothing is to be seen before it runs again.
        return !failure.hook()
                && (failure.status() == ResourceResult.Status.FAILED
                        ? comparison.resources().stream()
                                .filter(it -> it.key().equals(failure.key()))
                                .anyMatch(it -> it.status() == SyncStatus.SYNCED)
                        : observed.find(failure.key())
                                .flatMap(observed::health)
                                .filter(it -> it.status() == Health.Status.HEALTHY)
                                .isPresent());
    }

    /// @param tries made before, beside the first
    Instant due(Instant failedAt, long tries) {
        double wait = (double) first.toNanos() * Math.pow((double) factor, (double) tries);
        double bounded = longest.isPositive() ? Math.min(wait, (double) longest.toNanos()) : wait;
        return failedAt.plusNanos((long) bounded);
    }

    /// A number without a unit means seconds.
    private static Optional<Duration> read(String text, Duration otherwise) {
        if (text.isEmpty()) {
            return Optional.of(otherwise);
        }
        return text.matches("[-+]?[0-9]{1,9}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                : GoDuration.parse(text);
    }
}
