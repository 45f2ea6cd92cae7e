package io.tiphys.repo.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiphys.core.model.Manifest;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.SharedStore;
import io.tiphys.support.LogListener;
import io.tiphys.support.RedisServer;
import io.tiphys.support.SelfSigned;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a real Redis keeps, loses, refuses and does not answer. Skipped where there is none; CI
/// sees to it that there is.
class RedisStoreIT {

    private static final Rendered A = rendered("a");
    private static final Rendered B = rendered("b");

    @TempDir Path directory;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final LogListener log = new LogListener(RedisStore.class);
    private Instant now = Instant.EPOCH;
    private RedisServer server;
    private RedisStores stores;
    private Redis redis;

    @BeforeEach
    void start() {
        assumeTrue(RedisServer.isInstalled(), "needs redis-server");
        use(RedisServer.start(directory));
    }

    private void use(RedisServer other) {
        server = other;
        stores = new RedisStores(server);
        redis = stores.client();
    }

    @AfterEach
    void stop() {
        log.close();
        if (server != null) {
            stores.close();
            server.close();
        }
    }

    @Test
    void what_one_replica_keeps_another_finds() {
        assertThat(replica().find("inputs")).isEmpty();
        replica().put("inputs", A);

        assertThat(replica().find("inputs")).contains(A);
        assertThat(replica().find("others")).isEmpty();
        assertThat(counted("miss")).isEqualTo(2);
        assertThat(counted("hit")).isEqualTo(1);
        assertThat(counted("written")).isEqualTo(1);
        assertThat(log.said()).isEmpty();
    }

    @Test
    void the_first_replica_wins_until_a_hard_refresh() {
        assertThat(replica().first("inputs", A)).isEqualTo(A);
        assertThat(replica().first("inputs", B)).isEqualTo(A);

        replica().put("inputs", B);
        assertThat(replica().first("inputs", A)).isEqualTo(B);
    }

    @Test
    void of_many_at_once_one_wins() throws Exception {
        var store = replica();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tries =
                    IntStream.range(0, 200)
                            .<Callable<Rendered>>mapToObj(
                                    i -> () -> store.first("inputs", rendered("a-" + i)))
                            .toList();
            var won = new HashSet<Rendered>();
            for (var one : threads.invokeAll(tries)) {
                won.add(one.get());
            }
            assertThat(won).hasSize(1);
        }
        assertThat(log.said()).isEmpty();
    }

    @Test
    void who_is_interrupted_leaves_it_to_others() {
        var store = replica();
        Thread.currentThread().interrupt();

        assertThat(store.first("inputs", A)).isEqualTo(A);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.first("others", B)).isEqualTo(B);
        assertThat(replica().find("others")).contains(B);
        assertThat(log.said()).isEmpty();
    }

    @Test
    void what_no_replica_wrote_is_refused_and_makes_way() {
        replica().put("inputs", A);
        replica().put("others", B);
        var name = name("inputs");
        var sealed = ask(Command.GET, name).toBytes();
        var flipped = sealed.clone();
        flipped[sealed.length / 2] ^= 1;
        var poisons =
                List.of(
                        new byte[] {0},
                        "{\"manifests\":[]}".getBytes(),
                        flipped,
                        Arrays.copyOf(sealed, sealed.length - 1),
                        Arrays.copyOf(sealed, sealed.length + 1),
                        new Seal(new byte[Seal.KEY_BYTES]).close(name, B),
                        // Authentic, of other inputs.
                        ask(Command.GET, name("others")).toBytes());

        for (var poison : poisons) {
            ask(Request.cmd(Command.SET).arg(name).arg(poison));
            assertThat(replica().find("inputs")).isEmpty();
            assertThat(replica().first("inputs", A)).isEqualTo(A);
            assertThat(ask(Command.GET, name).toBytes()).isEqualTo(sealed);
        }
        assertThat(counted("refused")).isEqualTo(poisons.size());
        assertThat(log.said()).hasSize(poisons.size()).allMatch(it -> it.contains(name));
    }

    @Test
    void what_is_no_text_at_all_makes_way_too() {
        replica().put("inputs", A);
        var name = name("inputs");
        ask(Command.DEL, name);
        ask(Command.LPUSH, name, "poison");

        assertThat(replica().find("inputs")).isEmpty();
        assertThat(replica().first("inputs", A)).isEqualTo(A);
        assertThat(replica().find("inputs")).contains(A);
        assertThat(counted("refused")).isEqualTo(1);
        assertThat(log.said()).singleElement().asString().contains(name);
    }

    @Test
    void who_is_beaten_by_what_no_replica_wrote_takes_its_own() {
        replica().put("inputs", A);
        ask(Command.SET, name("inputs"), "poison");

        assertThat(replica().first("inputs", B)).isEqualTo(B);
    }

    @Test
    void another_version_and_another_key_neither_find_it_nor_disturb_it() {
        replica().put("inputs", A);
        var newer = stores.store("2.0.0", RedisStores.KEY, meters, () -> now);
        var foreign =
                stores.store(RedisStores.VERSION, "another secret of theirs", meters, () -> now);

        for (var other : List.of(newer, foreign)) {
            assertThat(other.find("inputs")).isEmpty();
            assertThat(other.first("inputs", B)).isEqualTo(B);
        }
        assertThat(replica().find("inputs")).contains(A);
        assertThat(log.said()).isEmpty();
    }

    @Test
    void without_a_key_nothing_is_shared() {
        var store = stores.store(RedisStores.VERSION, "too short", meters, () -> now);
        store.put("inputs", A);

        assertThat(ask(Command.DBSIZE).toInteger()).isZero();
        assertThat(log.said()).singleElement().asString().contains("tiphys.repo.redis.key");
    }

    @Test
    void what_is_too_large_is_not_kept_and_what_it_would_replace_is_gone() {
        var store = replica("entry", "10K");
        store.put("inputs", A);
        var large = rendered(new java.util.Random(1).ints(20_000).boxed().toList().toString());

        assertThat(store.first("inputs", large)).isEqualTo(large);
        assertThat(store.find("inputs")).contains(A);
        store.put("inputs", large);
        assertThat(store.find("inputs")).isEmpty();
        assertThat(counted("too large")).isEqualTo(2);
    }

    @Test
    void no_more_is_read_of_an_entry_than_it_may_have() {
        replica().put("inputs", A);
        ask(Command.SET, name("inputs"), "x".repeat(20_000_000));

        assertThat(replica("entry", "10K").find("inputs")).isEmpty();
        var sent = ask(Command.INFO, "stats").toString();
        assertThat(sent).containsPattern("total_net_output_bytes:\\d{1,6}\\r");
        assertThat(counted("refused")).isEqualTo(1);
    }

    @Test
    void an_entry_stays_for_as_long_as_it_is_used() {
        var store = replica("keep", "1h");
        store.put("inputs", A);
        assertThat(ask(Command.PTTL, name("inputs")).toLong()).isBetween(3_000_000L, 3_600_000L);
        ask(Command.PEXPIRE, name("inputs"), "60000");

        store.find("inputs");
        assertThat(ask(Command.PTTL, name("inputs")).toLong()).isGreaterThan(3_000_000L);
    }

    @Test
    void what_redis_forgot_in_a_restart_is_a_miss() {
        var store = replica();
        store.put("inputs", A);
        server.stop();
        assertThat(store.find("inputs")).isEmpty();
        assertThat(log.said()).hasSize(1);

        server.startAgain();
        now = now.plus(RedisStores.PAUSE);
        assertThat(store.find("inputs")).isEmpty();
        assertThat(store.first("inputs", B)).isEqualTo(B);
        assertThat(replica().find("inputs")).contains(B);
        assertThat(counted("miss")).isEqualTo(1);
    }

    @Test
    void a_dead_redis_is_asked_once_and_then_left_alone() {
        var store = replica();
        server.stop();

        for (int i = 0; i < 10; i++) {
            assertThat(store.find("inputs")).isEmpty();
            assertThat(store.first("inputs", A)).isEqualTo(A);
            store.put("inputs", A);
        }
        assertThat(failures()).isEqualTo(1);
        // Its connection may end before another is refused.
        assertThat(log.said())
                .singleElement()
                .asString()
                .contains("not shared")
                .containsAnyOf("refused", "ClosedChannel");
        now = now.plus(RedisStores.PAUSE);
        assertThat(store.find("inputs")).isEmpty();
        assertThat(failures()).isEqualTo(2);
        assertThat(log.said()).hasSize(1);
    }

    @Test
    void a_redis_that_never_answers_is_waited_for_once_and_comes_back() {
        var store = replica("within", "50ms");
        await().until(() -> store.first("inputs", A).equals(A) && counted("written") == 1);
        server.freeze();

        for (int i = 0; i < 10; i++) {
            assertThat(store.find("inputs")).isEmpty();
        }
        assertThat(failures()).isEqualTo(1);
        assertThat(log.said()).singleElement().asString().contains("no answer within 50 ms");

        server.thaw();
        await().untilAsserted(
                        () -> {
                            now = now.plus(RedisStores.PAUSE);
                            assertThat(store.find("inputs")).contains(A);
                        });
    }

    @Test
    void one_that_takes_connections_and_never_answers_holds_nobody_up() {
        server.freeze();
        var store = replica("within", "50ms");

        for (int i = 0; i < 50; i++) {
            now = now.plus(RedisStores.PAUSE);
            assertThat(store.first("inputs", A)).isEqualTo(A);
        }
        server.thaw();
        await().untilAsserted(
                        () -> {
                            now = now.plus(RedisStores.PAUSE);
                            assertThat(store.first("inputs", A)).isEqualTo(A);
                            assertThat(store.find("inputs")).contains(A);
                        });
    }

    @Test
    void a_full_redis_keeps_nothing_and_fails_nothing() {
        server.close();
        stores.close();
        use(RedisServer.start(directory, "maxmemory 1", "maxmemory-policy noeviction"));
        var store = replica();

        assertThat(store.first("inputs", A)).isEqualTo(A);
        assertThat(log.said()).singleElement().asString().contains("OOM");
        now = now.plus(RedisStores.PAUSE);
        assertThat(store.find("inputs")).isEmpty();
        assertThat(counted("miss")).isEqualTo(1);
    }

    @Test
    void a_wrong_password_is_told_of_without_it() {
        try (var others = new RedisStores(server, "canary-wrong", "")) {
            var store = others.store(meters);

            assertThat(store.first("inputs", A)).isEqualTo(A);
            assertThat(log.said())
                    .singleElement()
                    .asString()
                    .contains("WRONGPASS")
                    .doesNotContain("canary");
        }
    }

    @Test
    void it_is_spoken_to_over_tls() {
        server.close();
        stores.close();
        var self = SelfSigned.create();
        use(RedisServer.overTls(directory, self));
        var trusting = new RedisStores(server, RedisServer.PASSWORD, self.certificatePem());
        try (trusting) {
            trusting.store(meters).put("inputs", A);
            assertThat(trusting.store(meters).find("inputs")).contains(A);
            assertThat(log.said()).isEmpty();

            assertThat(replica().find("inputs")).isEmpty();
            assertThat(log.said()).hasSize(1);
        }
    }

    private SharedStore replica(String... settings) {
        return stores.store(RedisStores.VERSION, RedisStores.KEY, meters, () -> now, settings);
    }

    /// What an entry is called, whatever comes first.
    private String name(String inputs) {
        return Stream.of(ask(Command.KEYS, "*:" + inputs))
                .flatMap(Response::stream)
                .map(Response::toString)
                .findFirst()
                .orElseThrow();
    }

    private Response ask(Command command, String... arguments) {
        var request = Request.cmd(command);
        for (var argument : arguments) {
            request.arg(argument);
        }
        return ask(request);
    }

    private Response ask(Request request) {
        return redis.send(request).toCompletionStage().toCompletableFuture().join();
    }

    private double counted(String result) {
        var counter = meters.find("tiphys.repo.redis.entries").tag("result", result).counter();
        return counter == null ? 0 : counter.count();
    }

    private double failures() {
        return meters.counter(
                        "argocd_redis_request", "initiator", "argocd-repo-server", "failed", "true")
                .count();
    }

    private static Rendered rendered(String name) {
        return Rendered.of(
                List.of(
                        new Manifest(
                                Map.of("kind", "A", "metadata", Map.of("name", name)), "a.yaml")));
    }
}
