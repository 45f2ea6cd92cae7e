package io.tiphys.repo.identity;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.repo.ManifestFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Tokens that expire. Each is asked for once however many repositories want it, and kept until
/// shortly before it expires; who gave none is not asked again at once.
final class Tokens {

    /// A fetch that has begun must not outlive its token.
    private static final Duration SPARE = Duration.ofMinutes(5);

    /// Hundreds of Applications may want what is not given.
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /// More than there are Secrets; those of Secrets that changed are forgotten.
    private static final int MAX_OWNERS = 1000;

    private static final Duration UNUSED = Duration.ofHours(2);

    private final InstantSource clock;
    private final Map<Object, Slot> slots =
            Caffeine.newBuilder()
                    .maximumSize(MAX_OWNERS)
                    .expireAfterAccess(UNUSED)
                    .<Object, Slot>build()
                    .asMap();

    /// @param text fit for a head of HTTP
    record Token(String text, Instant expires) {}

    /// Guarded by itself: who waits finds what was said to who was first.
    private static final class Slot {
        private @Nullable Token token;
        private @Nullable ManifestFailure failure;
        private Instant failed = Instant.MIN;
    }

    Tokens(InstantSource clock) {
        this.clock = clock;
    }

    /// @param owner whose token it is, and what for
    /// @param ask given the time
    /// @throws ManifestFailure if there is none to be had, or was none a short while ago
    String get(Object owner, Function<Instant, Token> ask) {
        var slot = slots.computeIfAbsent(owner, _ -> new Slot());
        synchronized (slot) {
            var known = slot.token;
            if (known == null || known.expires().isBefore(clock.instant().plus(SPARE))) {
                known = ask(slot, ask);
                slot.token = known;
            }
            return known.text();
        }
    }

    private Token ask(Slot slot, Function<Instant, Token> ask) {
        var before = slot.failure;
        if (before != null && clock.instant().isBefore(slot.failed.plus(PAUSE))) {
            throw before.again();
        }
        try {
            slot.failure = null;
            return ask.apply(clock.instant());
        } catch (ManifestFailure failure) {
            slot.failure = failure;
            slot.failed = clock.instant();
            throw failure;
        }
    }

    /// Drops a token that a host refused. Another that was had meanwhile stays.
    void forget(Object owner, String token) {
        var slot = slots.get(owner);
        if (slot != null) {
            synchronized (slot) {
                if (slot.token != null && slot.token.text().equals(token)) {
                    slot.token = null;
                }
            }
        }
    }
}
