package io.tiphys.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.Trace;
import io.tiphys.core.event.WriteBack;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Write-backs of images that are not signed yet: who builds an image signs it after it is pushed.
/// Asked for again for some minutes, so that nobody waits meanwhile. What is lost by a restart, the
/// next look at the registry finds.
@Singleton
class Postponed {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 6;
    private static final int MOST = 10_000;

    private final Function<WriteBack, CompletionStage<Void>> publish;
    private final Function<Duration, Executor> after;
    private final Semaphore places = new Semaphore(MOST);

    /// How often each was postponed.
    private final Cache<WriteBack, Integer> attempts =
            Caffeine.newBuilder()
                    .expireAfterWrite(Duration.ofMinutes(10))
                    .maximumSize(MOST)
                    .executor(Runnable::run)
                    .build();

    @Inject
    Postponed(EventChannel channel) {
        this(
                request -> channel.publish(request, Trace.NONE),
                pause ->
                        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    /// @param after what runs something when so much time has passed
    Postponed(
            Function<WriteBack, CompletionStage<Void>> publish,
            Function<Duration, Executor> after) {
        this.publish = publish;
        this.after = after;
    }

    /// @return whether it is asked for again; else it was often enough, or too many others are
    boolean again(WriteBack request) {
        int before = attempts.asMap().getOrDefault(request, 0);
        if (before == ATTEMPTS || !places.tryAcquire()) {
            attempts.invalidate(request);
            return false;
        }
        attempts.put(request, before + 1);
        after.apply(FIRST_PAUSE.multipliedBy(1L << before))
                .execute(
                        () -> {
                            places.release();
                            var _ = publish.apply(request);
                        });
        return true;
    }
}
