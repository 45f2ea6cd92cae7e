package io.tiphys.cluster;

import io.tiphys.core.model.Hidden;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A token that somebody gives. It is asked for once however many requests want it, and kept until
/// shortly before it expires; who gave none is not asked again at once.
final class TokenLogin implements Login {

    /// A request that has begun must not outlive its token.
    private static final Duration SPARE = Duration.ofMinutes(1);

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    private final Supplier<Token> ask;
    private final InstantSource clock;

    private @Nullable Hidden said;
    private Instant until = Instant.MIN;
    private @Nullable String failure;
    private Instant failed = Instant.MIN;

    /// @param ask throws [ApiFailure] if there is none to be had
    TokenLogin(Supplier<Token> ask, InstantSource clock) {
        this.ask = ask;
        this.clock = clock;
    }

    @Override
    public synchronized Hidden authorization() {
        var now = clock.instant();
        var known = said;
        if (known != null && now.isBefore(until)) {
            return known;
        }
        if (failure != null && now.isBefore(failed.plus(PAUSE))) {
            throw new ApiFailure(0, failure);
        }
        try {
            known = ask(now);
            said = known;
            failure = null;
            return known;
        } catch (ApiFailure none) {
            failure = String.valueOf(none.getMessage());
            failed = now;
            throw none;
        }
    }

    @Override
    public synchronized boolean renew(Hidden refused) {
        if (refused.equals(said)) {
            said = null;
        }
        return true;
    }

    private Hidden ask(Instant now) {
        var token = ask.get();
        if (!TOKEN.matcher(token.text().text()).matches()) {
            throw new ApiFailure(0, "What was given as a token for the cluster is none");
        }
        until = until(token.expires(), now);
        return new Hidden("Bearer " + token.text().text());
    }

    /// One that lasts hardly longer than the spare is used all the same, a while.
    private static Instant until(Instant expires, Instant now) {
        if (expires.equals(Instant.MAX)) {
            return expires;
        }
        var early = expires.minus(SPARE);
        return early.isAfter(now) ? early : expires;
    }
}
