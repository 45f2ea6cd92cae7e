package io.tiphys.repo;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Remembers what inputs rendered to: in memory, bounded by what it takes, in front of a store
/// that keeps it for longer, in front of one that replicas share. Whoever asks for what is being
/// rendered waits for it.
///
/// A failure that its author must mend is remembered as well, for a while that grows as it repeats:
/// other inputs are tried at once, the same ones would fail again. A new process tries once more.
///
/// What is left to chance, such as a password that a chart makes up, stays what it was for as long
/// as it is remembered: another one at every look would never come to rest. A hard refresh makes
/// another, and so finds that it varies; that is remembered with it. To the inputs of what may
/// vary belongs whom it is for: no Application gets what came out for another. Replicas agree on
/// what came out first, or by the last hard refresh, and ask for that at every look: an
/// Application that goes from one to the other would be given another password.
@Singleton
class ManifestCache {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /// What a remembered failure is taken to need of the memory, and what it takes to remember
    /// anything at all.
    private static final int FAILURE_BYTES = 4096;

    private static final int KNOWN_BYTES = 512;

    private final InstantSource clock;
    private final RenderedStore store;
    private final SharedStore shared;
    private final AsyncCache<String, Outcome> outcomes;

    private sealed interface Outcome {

        record Done(Rendered rendered) implements Outcome {}

        /// @param pause until it is tried again, which is at `until`
        record Failed(ManifestFailure failure, Duration pause, Instant until) implements Outcome {}
    }

    @Inject
    ManifestCache(RepoConfig config, RenderedStore store, SharedStore shared) {
        this(config.cacheBytes(), store, shared, InstantSource.system());
    }

    ManifestCache(long maxBytes, RenderedStore store, SharedStore shared, InstantSource clock) {
        this.clock = clock;
        this.store = store;
        this.shared = shared;
        outcomes =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .weigher((String _, Outcome outcome) -> weight(outcome))
                        .executor(Runnable::run)
                        .buildAsync();
    }

    private static int weight(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done(var rendered) ->
                    (int) Math.min(KNOWN_BYTES + rendered.bytes(), Integer.MAX_VALUE);
            case Outcome.Failed _ -> FAILURE_BYTES;
        };
    }

    /// What the inputs render to.
    ///
    /// @throws ManifestFailure if they do not, or did not a short while ago
    Rendered get(Rendering rendering) {
        var inputs = rendering.inputs();
        var mine = new CompletableFuture<Outcome>();
        var known = outcomes.asMap().putIfAbsent(inputs, mine);
        if (known == null) {
            complete(
                    inputs,
                    mine,
                    FIRST_PAUSE,
                    () -> found(rendering).orElseGet(() -> first(rendering)));
            return rendered(mine);
        }
        var again = nextPause(known);
        if (again.isZero()) {
            return agreed(rendering, known);
        }
        // Who comes second waits for who came first.
        if (outcomes.asMap().replace(inputs, known, mine)) {
            complete(inputs, mine, again, () -> first(rendering));
            return rendered(mine);
        }
        return get(rendering);
    }

    /// Renders even if the result is known.
    ///
    /// @return whether it varies with it, by what was known
    Rendered renew(Rendering rendering) {
        var inputs = rendering.inputs();
        var mine = new CompletableFuture<Outcome>();
        var known = outcomes.asMap().put(inputs, mine);
        complete(
                inputs,
                mine,
                FIRST_PAUSE,
                () -> {
                    var earlier =
                            done(known).or(() -> store.find(inputs)).or(() -> shared.find(inputs));
                    var rendered = rendering.render().get();
                    var renewed = earlier.map(rendered::varyingFrom).orElse(rendered);
                    shared.put(inputs, renewed);
                    return kept(inputs, renewed);
                });
        return rendered(mine);
    }

    private Rendered first(Rendering rendering) {
        var inputs = rendering.inputs();
        return kept(inputs, shared.first(inputs, rendering.render().get()));
    }

    private Optional<Rendered> found(Rendering rendering) {
        var inputs = rendering.inputs();
        return store.find(inputs)
                .map(it -> overruled(rendering, it).orElse(it))
                .or(() -> shared.find(inputs).map(it -> kept(inputs, it)));
    }

    private Rendered agreed(Rendering rendering, CompletableFuture<Outcome> known) {
        var held = rendered(known);
        var other = overruled(rendering, held);
        other.ifPresent(
                it -> {
                    var done = CompletableFuture.<Outcome>completedFuture(new Outcome.Done(it));
                    outcomes.asMap().replace(rendering.inputs(), known, done);
                });
        return other.orElse(held);
    }

    /// What all replicas take for it in place of what this one holds. Empty if that is the same, as
    /// it is unless something is left to chance.
    private Optional<Rendered> overruled(Rendering rendering, Rendered held) {
        if (!rendering.chance() && !held.varies()) {
            return Optional.empty();
        }
        var inputs = rendering.inputs();
        var agreed = shared.find(inputs).orElseGet(() -> shared.first(inputs, held));
        return agreed.equals(held) ? Optional.empty() : Optional.of(kept(inputs, agreed));
    }

    private static Optional<Rendered> done(@Nullable CompletableFuture<Outcome> known) {
        return known != null
                        && known.state() == CompletableFuture.State.SUCCESS
                        && known.resultNow() instanceof Outcome.Done(var rendered)
                ? Optional.of(rendered)
                : Optional.empty();
    }

    private Rendered kept(String inputs, Rendered rendered) {
        store.put(inputs, rendered);
        return rendered;
    }

    /// @return zero if what is known holds
    private Duration nextPause(CompletableFuture<Outcome> known) {
        if (known.state() == CompletableFuture.State.SUCCESS
                && known.resultNow() instanceof Outcome.Failed(_, var pause, var until)
                && !clock.instant().isBefore(until)) {
            var next = pause.multipliedBy(2);
            return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
        }
        return Duration.ZERO;
    }

    private void complete(
            String inputs,
            CompletableFuture<Outcome> mine,
            Duration pause,
            Supplier<Rendered> render) {
        try {
            mine.complete(new Outcome.Done(render.get()));
        } catch (ManifestFailure failure) {
            mine.complete(new Outcome.Failed(failure, pause, clock.instant().plus(pause)));
            if (failure.passing()) {
                outcomes.asMap().remove(inputs, mine);
            }
        } catch (RuntimeException | Error defect) {
            // Who waits may try again.
            var failure = new ManifestFailure("Rendering the same was not finished", true);
            mine.complete(new Outcome.Failed(failure, pause, clock.instant()));
            outcomes.asMap().remove(inputs, mine);
            throw defect;
        }
    }

    private static Rendered rendered(CompletableFuture<Outcome> outcome) {
        return switch (outcome.join()) {
            case Outcome.Done(var rendered) -> rendered;
            case Outcome.Failed(var failure, _, _) -> throw failure.again();
        };
    }
}
