package io.tiphys.repo.cache;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.runtime.ApplicationConfig;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.SharedStore;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps renderings in a Redis for all replicas of the service, where one is configured. What is
/// in it counts only if a replica wrote it, under that very name ([Seal]); what is too large,
/// damaged or somebody else's is removed. Names are the service's version and the inputs, and hold
/// a mark of the key: replicas of another version or key are not disturbed.
///
/// A Redis that does not answer is waited for once, and then left alone for a while ([Breaker]). A
/// hard refresh that it is not told of meanwhile is undone when it is back: what it holds is what
/// replicas agree on.
@Singleton
class RedisStore implements SharedStore {

    private static final Logger LOG = Logger.getLogger(RedisStore.class);

    /// How entries are written. Another number, and those of old are not read.
    private static final int FORMAT = 1;

    private static final int MIN_KEY = 16;

    private static final Duration PAUSE = Duration.ofSeconds(5);

    /// Argo CD's names, labels and buckets. Micrometer adds `_total` and `_seconds`.
    private static final String REQUESTS = "argocd_redis_request";

    private static final String DURATION = "argocd_redis_request_duration";

    private static final String INITIATOR = "argocd-repo-server";

    private static final Duration[] BUCKETS =
            Stream.of(100, 250, 500, 1000, 2000).map(Duration::ofMillis).toArray(Duration[]::new);

    private final Optional<Shared> shared;
    private final RedisConfig config;
    private final Breaker breaker;
    private final MeterRegistry meters;

    /// @param prefix of all names
    private record Shared(Redis redis, Seal seal, String prefix) {}

    @Inject
    RedisStore(
            InjectableInstance<Redis> configured,
            RedisConfig config,
            ApplicationConfig application,
            MeterRegistry meters) {
        this(
                configured.listActive().stream().findFirst(),
                config,
                application.version().orElse("unknown"),
                meters,
                new Breaker(PAUSE, InstantSource.system()));
    }

    /// @param version of the service
    RedisStore(
            Optional<Redis> redis,
            RedisConfig config,
            String version,
            MeterRegistry meters,
            Breaker breaker) {
        this.config = config;
        this.breaker = breaker;
        this.meters = meters;
        shared = redis.flatMap(it -> shared(it, config.key().orElse(""), version));
    }

    private static Optional<Shared> shared(Redis redis, String key, String version) {
        if (key.length() < MIN_KEY) {
            LOG.warnf(
                    "Rendered manifests are not shared through Redis: tiphys.repo.redis.key must be"
                            + " a secret of %d characters or more",
                    MIN_KEY);
            return Optional.empty();
        }
        // To connect for the first time takes longer than an answer may.
        redis.send(Request.cmd(Command.PING));
        var seal = Seal.derived(key, "tiphys rendered manifests");
        return Optional.of(
                new Shared(
                        redis,
                        seal,
                        "tiphys:rendered:%s-%d:%s:".formatted(version, FORMAT, seal.mark())));
    }

    @Override
    public Optional<Rendered> find(String inputs) {
        return asked(it -> read(it, inputs), Optional.empty());
    }

    @Override
    public Rendered first(String inputs, Rendered rendered) {
        return asked(
                it ->
                        write(it, inputs, rendered, true)
                                ? rendered
                                : read(it, inputs).orElse(rendered),
                rendered);
    }

    @Override
    public void put(String inputs, Rendered rendered) {
        asked(it -> write(it, inputs, rendered, false), false);
    }

    private interface Question<T> {
        T askedOf(Shared shared) throws ExecutionException, TimeoutException, InterruptedException;
    }

    private <T> T asked(Question<T> question, T otherwise) {
        if (shared.isEmpty() || !breaker.isWorthATry()) {
            return otherwise;
        }
        try {
            var answer = question.askedOf(shared.get());
            breaker.worked();
            return answer;
        } catch (ExecutionException refused) {
            tell(Objects.requireNonNullElse(refused.getCause(), refused).getMessage());
        } catch (TimeoutException silent) {
            tell("no answer within " + config.within().toMillis() + " ms");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return otherwise;
    }

    /// Once until it works again.
    private void tell(@Nullable String reason) {
        if (breaker.failed()) {
            LOG.warnf(
                    "Rendered manifests are not shared through Redis for now: %s",
                    String.valueOf(reason).replace('\n', ' '));
        }
    }

    /// No more of it than an entry may have, whoever wrote it; what is used stays.
    private Optional<Rendered> read(Shared in, String inputs)
            throws ExecutionException, TimeoutException, InterruptedException {
        var name = in.prefix() + inputs;
        long most = config.entry().asLongValue();
        var sealed = bytes(in.redis(), name, most);
        if (sealed.isPresent() && sealed.get().length == 0) {
            count("miss");
            return Optional.empty();
        }
        var opened = sealed.filter(it -> it.length <= most).flatMap(it -> in.seal().open(name, it));
        count(opened.isPresent() ? "hit" : "refused");
        if (opened.isEmpty()) {
            LOG.warnf("Not what was written, and removed from Redis: %s", name);
            answer(in.redis().send(request(Command.DEL, name)));
        }
        return opened;
    }

    /// @return of no length if there is nothing; empty if there is something that is no text
    private Optional<byte[]> bytes(Redis redis, String name, long most)
            throws ExecutionException, TimeoutException, InterruptedException {
        var requests =
                List.of(
                        request(Command.GETRANGE, name, "0", String.valueOf(most)),
                        request(Command.PEXPIRE, name, keep()));
        try {
            return Optional.of(answer(redis.batch(requests)).getFirst().toBytes());
        } catch (ExecutionException refused) {
            if (String.valueOf(refused.getMessage()).contains("WRONGTYPE")) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /// @param ifAbsent whether what is there already stays
    /// @return whether it has not stayed
    private boolean write(Shared to, String inputs, Rendered rendered, boolean ifAbsent)
            throws ExecutionException, TimeoutException, InterruptedException {
        var name = to.prefix() + inputs;
        var sealed = to.seal().close(name, rendered);
        if (sealed.length > config.entry().asLongValue()) {
            count("too large");
            if (!ifAbsent) {
                answer(to.redis().send(request(Command.DEL, name)));
            }
            return true;
        }
        var set = Request.cmd(Command.SET).arg(name).arg(sealed).arg("PX").arg(keep());
        boolean written = answer(to.redis().send(ifAbsent ? set.arg("NX") : set)) != null;
        if (written) {
            count("written");
        }
        return written;
    }

    /// @return null for what is not there
    private <T extends @Nullable Object> T answer(Future<T> asked)
            throws ExecutionException, TimeoutException, InterruptedException {
        var began = Timer.start(meters);
        boolean failed = true;
        try {
            var answer =
                    asked.toCompletionStage()
                            .toCompletableFuture()
                            .get(config.within().toNanos(), NANOSECONDS);
            failed = false;
            return answer;
        } finally {
            began.stop(
                    Timer.builder(DURATION)
                            .tag("initiator", INITIATOR)
                            .serviceLevelObjectives(BUCKETS)
                            .register(meters));
            meters.counter(REQUESTS, "initiator", INITIATOR, "failed", "" + failed).increment();
        }
    }

    private void count(String result) {
        meters.counter("tiphys.repo.redis.entries", "result", result).increment();
    }

    private String keep() {
        return String.valueOf(config.keep().toMillis());
    }

    private static Request request(Command command, String... arguments) {
        var request = Request.cmd(command);
        for (var argument : arguments) {
            request.arg(argument);
        }
        return request;
    }
}
