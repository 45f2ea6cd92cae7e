package io.tiphys.repo.chart;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.repo.ManifestFailure;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a host said last. It is asked again for who needs a newer answer, one question at a time:
/// who waits meanwhile shares the next answer, or the next failure.
final class Seen<T> {

    private final ReentrantLock question = new ReentrantLock();
    private volatile @Nullable Answer<T> answer;

    /// Guarded by `question`.
    private @Nullable Failed failed;

    /// @param began when the question was put
    private record Answer<T>(T said, long began) {}

    private record Failed(ManifestFailure failure, long began) {}

    /// @param ask given what was said before
    /// @throws ManifestFailure that asking throws
    T get(FetchDemand demand, Function<Optional<T>, T> ask) {
        long asked = System.nanoTime();
        var known = answer;
        if (known != null && isNewEnough(known, demand, asked)) {
            return known.said();
        }
        question.lock();
        try {
            known = answer;
            if (known != null && isNewEnough(known, demand, asked)) {
                return known.said();
            }
            var before = failed;
            if (before != null && before.began() - asked >= 0) {
                throw new ManifestFailure(
                        String.valueOf(before.failure().getMessage()), before.failure().passing());
            }
            return ask(Optional.ofNullable(known).map(Answer::said), ask);
        } finally {
            question.unlock();
        }
    }

    private T ask(Optional<T> before, Function<Optional<T>, T> ask) {
        long began = System.nanoTime();
        try {
            var said = ask.apply(before);
            answer = new Answer<>(said, began);
            failed = null;
            return said;
        } catch (ManifestFailure failure) {
            failed = new Failed(failure, began);
            throw failure;
        }
    }

    /// Pushes are Git's: nobody tells of them here.
    private static boolean isNewEnough(Answer<?> known, FetchDemand demand, long asked) {
        return demand.maxAgeSeconds() < 0
                || known.began() - asked >= 0
                || asked - known.began() < TimeUnit.SECONDS.toNanos(demand.maxAgeSeconds());
    }
}
