package io.tiphys.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.support.RedisServer;
import io.tiphys.support.SelfSigned;
import io.tiphys.support.Tiphys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a new replica is spared by what others have rendered, through the settings that
/// administrators have. Skipped where there is no Redis; CI sees to it that there is.
class SharedCacheIT {

    private static final String KEY = "canary-of-the-replicas";

    @TempDir Path directory;

    @Test
    void a_new_replica_finds_what_others_rendered_and_starts_without_redis_too() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "needs redis-server");
        var self = SelfSigned.create();
        var certificate = Files.writeString(directory.resolve("ca.crt"), self.certificatePem());
        try (var redis = RedisServer.overTls(directory, self)) {
            var settings = settings(redis.address(), certificate);

            run("one", settings, 0);
            run("two", settings, 1);
            redis.stop();
            run("three", settings, 0);
        }
    }

    @Test
    void an_address_without_its_scheme_is_told_of_at_the_start() {
        assertThatThrownBy(
                        () ->
                                Tiphys.start(
                                        directory.resolve("data"),
                                        "quarkus.redis.hosts=argocd-redis:6379"))
                .hasMessageContaining("Unsupported Redis connection string scheme [argocd-redis]");
    }

    /// Renders the sample on a machine of its own.
    ///
    /// @param hits how often Redis has it already, at least
    private void run(String name, List<String> settings, int hits) {
        try (var tiphys = Tiphys.start(directory.resolve(name), settings.toArray(String[]::new))) {
            Tiphys.eventually().until(() -> isSynced(tiphys));

            var found =
                    Pattern.compile("entries_total\\{result=\"hit\"} (\\d+)")
                            .matcher(metrics(tiphys));
            assertThat(found.find() ? Integer.parseInt(found.group(1)) : 0)
                    .isGreaterThanOrEqualTo(hits);
            assertThat(tiphys.log()).doesNotContain("canary");
            Tiphys.eventually()
                    .until(() -> tiphys.get("/q/health/ready").statusCode(), it -> it == 200);
            tiphys.assertNoTroubleInLog();
        }
    }

    private static List<String> settings(String address, Path certificate) {
        return new ArrayList<>(
                List.of(
                        "quarkus.redis.hosts=" + address,
                        // As Argo CD's containers are told it.
                        "REDIS_PASSWORD=" + RedisServer.PASSWORD,
                        "quarkus.redis.tls.trust-certificate-pem.enabled=true",
                        "quarkus.redis.tls.trust-certificate-pem.certs=" + certificate,
                        "tiphys.repo.redis.key=" + KEY,
                        // Who is slow is not left alone here.
                        "tiphys.repo.redis.within=20s"));
    }

    private static boolean isSynced(Tiphys tiphys) {
        return tiphys.application("guestbook").at("/status/sync/status").asText().equals("Synced");
    }

    private static String metrics(Tiphys tiphys) {
        return tiphys.get("/metrics").body();
    }
}
