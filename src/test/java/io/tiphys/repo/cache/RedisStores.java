package io.tiphys.repo.cache;

import io.micrometer.core.instrument.MeterRegistry;
import io.tiphys.repo.SharedStore;
import io.tiphys.repo.render.Settings;
import io.tiphys.support.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// What several replicas have of one Redis, until it is closed. None has a disk.
public final class RedisStores implements AutoCloseable {

    static final String KEY = "a secret of the replicas";
    static final String VERSION = "1.0.0";
    static final Duration PAUSE = Duration.ofSeconds(5);

    private final Vertx vertx = Vertx.vertx();
    private final RedisOptions options;

    /// @param trusted certificates in PEM; empty for those of the machine
    public RedisStores(RedisServer server, String password, String trusted) {
        var net =
                new NetClientOptions()
                        .setConnectTimeout(1000)
                        .setIdleTimeout(1)
                        .setHostnameVerificationAlgorithm("HTTPS");
        if (!trusted.isEmpty()) {
            net.setPemTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(trusted)));
        }
        options =
                new RedisOptions()
                        .setConnectionString(server.address())
                        .setPassword(password)
                        .setMaxPoolWaiting(1000)
                        .setNetClientOptions(net);
    }

    public RedisStores(RedisServer server) {
        this(server, RedisServer.PASSWORD, "");
    }

    /// A client of its own.
    Redis client() {
        return Redis.createClient(vertx, options);
    }

    /// @param settings names without `tiphys.repo.redis.`, and values, in turn
    SharedStore store(
            String version,
            String key,
            MeterRegistry meters,
            InstantSource clock,
            String... settings) {
        var all = new String[settings.length + 4];
        all[0] = "redis.key";
        all[1] = key;
        // As long as it takes on a busy machine, where nothing is meant to fail.
        all[2] = "redis.within";
        all[3] = "30s";
        for (int i = 0; i < settings.length; i += 2) {
            all[i + 4] = "redis." + settings[i];
            all[i + 5] = settings[i + 1];
        }
        return new RedisStore(
                Optional.of(client()),
                Settings.mapped(RedisConfig.class, all),
                version,
                meters,
                new Breaker(PAUSE, clock));
    }

    /// As a replica has it.
    public SharedStore store(MeterRegistry meters) {
        return store(VERSION, KEY, meters, InstantSource.system());
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
