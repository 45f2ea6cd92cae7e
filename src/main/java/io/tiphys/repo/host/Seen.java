package io.tiphys.repo.host;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Push;
import io.tiphys.repo.ManifestFailure;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a host said last. It is asked again for who needs a newer answer, one question at a time:
/// who waits meanwhile shares the next answer, or the next failure.
public final class Seen<T> {

    /// Events whose pushes are remembered.
    private static final int MAX_PUSHES = 512;

    private final ReentrantLock question = new ReentrantLock();
    private volatile @Nullable Answer<T> answer;

    /// Guarded by `question`.
    private @Nullable Failed failed;

    /// @param began when the question was put
    /// @param pushes ids of the events that it was put after
    private record Answer<T>(T said, long began, Set<String> pushes) {}

    private record Failed(ManifestFailure failure, long began) {}

    /// @param ask given what was said before
    /// @throws ManifestFailure that asking throws
    public T get(FetchDemand demand, Function<Optional<T>, T> ask) {
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
            return ask(Optional.ofNullable(known), demand, ask);
        } finally {
            question.unlock();
        }
    }

    /// What was said last, however old; empty if nothing was.
    public Optional<T> known() {
        return Optional.ofNullable(answer).map(Answer::said);
    }

    private T ask(Optional<Answer<T>> before, FetchDemand demand, Function<Optional<T>, T> ask) {
        long began = System.nanoTime();
        try {
            var said = ask.apply(before.map(Answer::said));
            answer = new Answer<>(said, began, pushes(before, demand));
            failed = null;
            return said;
        } catch (ManifestFailure failure) {
            failed = new Failed(failure, began);
            throw failure;
        }
    }

    /// The newest first.
    private static Set<String> pushes(Optional<? extends Answer<?>> before, FetchDemand demand) {
        var old = before.map(Answer::pushes).orElse(Set.of()).stream();
        return Stream.concat(demand.pushes().stream().map(Push::event), old)
                .distinct()
                .limit(MAX_PUSHES)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isNewEnough(Answer<?> known, FetchDemand demand, long asked) {
        boolean young =
                demand.maxAgeSeconds() < 0
                        || asked - known.began() < TimeUnit.SECONDS.toNanos(demand.maxAgeSeconds());
        boolean told = demand.pushes().stream().allMatch(it -> known.pushes().contains(it.event()));
        return known.began() - asked >= 0 || (young && told);
    }
}
