package io.tiphys.webhook.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.GitDialect;
import io.tiphys.webhook.Proof;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// How each Git host proves itself, and that nothing close to it does.
class GitProofsTest {

    private static final String SECRET = "It's a Secret to Everybody";
    private static final byte[] BODY = "{\"ref\": \"refs/heads/main\"}".getBytes(UTF_8);

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
    private static final String SIGNING_TOKEN = "whsec_" + Base64.getEncoder().encodeToString(KEY);

    static Stream<Arguments> hosts() {
        var hex = HexFormat.of().formatHex(hmac(SECRET.getBytes(UTF_8), BODY));
        var basic = Base64.getEncoder().encodeToString(("hook:" + SECRET).getBytes(UTF_8));
        return Stream.of(
                host(new GitHub(), "webhook.github.secret", "X-Hub-Signature-256", "sha256=" + hex),
                host(new GitLab(), "webhook.gitlab.secret", "X-Gitlab-Token", SECRET),
                host(
                        new Bitbucket(),
                        "webhook.bitbucket.secret",
                        "X-Hub-Signature",
                        "sha256=" + hex),
                host(new Bitbucket(), "webhook.bitbucket.uuid", "X-Hook-UUID", SECRET),
                host(
                        new BitbucketServer(),
                        "webhook.bitbucketserver.secret",
                        "X-Hub-Signature",
                        "sha256=" + hex),
                host(new Gitea(), "webhook.gitea.secret", "X-Gitea-Signature", hex),
                host(new Gitea(), "webhook.gogs.secret", "X-Gitea-Signature", hex),
                host(new Forgejo(), "webhook.forgejo.secret", "X-Forgejo-Signature", hex),
                host(new Forgejo(), "webhook.gogs.secret", "X-Forgejo-Signature", hex),
                host(new Gogs(), "webhook.gogs.secret", "X-Gogs-Signature", hex),
                host(
                        new AzureDevOps(),
                        "webhook.azuredevops.password",
                        "Authorization",
                        "Basic " + basic),
                host(new Gerrit(), "webhook.gerrit.secret", "X-Webhook-Secret", SECRET),
                host(new CodeCommit(), "webhook.codecommit.secret", "X-Webhook-Secret", SECRET));
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void who_knows_the_secret_is_believed(
            GitDialect host, String key, String header, String value) {
        var proof = proof(host, key);

        assertThat(proof.isSetUp(settings(key))).isTrue();
        assertThat(proof.holds(delivery(header, value, BODY), settings(key))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void while_a_secret_is_changed_both_count(
            GitDialect host, String key, String header, String value) {
        Proof.Settings both =
                it -> it.equals(key) ? List.of("another", SECRET) : settings(key).values(it);

        assertThat(proof(host, key).holds(delivery(header, value, BODY), both)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void another_secret_or_none_is_not(GitDialect host, String key, String header, String value) {
        Proof.Settings another =
                it -> it.equals(key) ? List.of(SECRET + " ") : settings(key).values(it);

        assertThat(proof(host, key).holds(delivery(header, value, BODY), another)).isFalse();
        assertThat(proof(host, key).holds(delivery(header, value, BODY), _ -> List.of())).isFalse();
        assertThat(proof(host, key).isSetUp(_ -> List.of())).isFalse();
        assertThat(proof(host, key).holds(delivery("Other", value, BODY), settings(key))).isFalse();
    }

    /// Any header but the right one: changed, cut, lengthened, or noise.
    @ParameterizedTest
    @MethodSource("hosts")
    void nothing_close_to_the_proof_is_one(
            GitDialect host, String key, String header, String value) {
        var random = new Random(7);
        var proof = proof(host, key);
        for (int i = 0; i < 2_000; i++) {
            var garbled = garbled(value, random);

            assertThat(proof.holds(delivery(header, garbled, BODY), settings(key)))
                    .as(garbled)
                    .isEqualTo(isSame(header, garbled, value));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void a_signature_is_of_one_body_only(GitDialect host, String key, String header, String value) {
        if (!header.endsWith("Signature") && !header.endsWith("256")) {
            return;
        }
        var random = new Random(7);
        for (int i = 0; i < 200; i++) {
            var body = BODY.clone();
            body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));

            assertThat(proof(host, key).holds(delivery(header, value, body), settings(key)))
                    .isFalse();
        }
    }

    @Test
    void the_strongest_proof_comes_first() {
        assertThat(new Bitbucket().proofs())
                .extracting(Proof::key)
                .containsExactly("webhook.bitbucket.secret", "webhook.bitbucket.uuid");
        assertThat(new Gitea().proofs())
                .extracting(Proof::key)
                .containsExactly("webhook.gitea.secret", "webhook.gogs.secret");
        assertThat(new Forgejo().proofs())
                .extracting(Proof::key)
                .containsExactly("webhook.forgejo.secret", "webhook.gogs.secret");
    }

    @Test
    void azure_devops_may_have_no_user_name() {
        var authorization = "Basic " + Base64.getEncoder().encodeToString(":pass".getBytes(UTF_8));
        Proof.Settings noUser =
                key -> key.equals("webhook.azuredevops.password") ? List.of("pass") : List.of();

        assertThat(
                        proof(new AzureDevOps(), "webhook.azuredevops.password")
                                .holds(delivery("Authorization", authorization, BODY), noUser))
                .isTrue();
    }

    @Test
    void a_signing_token_takes_signatures_of_the_last_five_minutes() {
        assertThat(isSigned(signed(NOW), NOW)).isTrue();
        assertThat(isSigned(signed(NOW), NOW.plus(Duration.ofMinutes(5)))).isTrue();
        assertThat(isSigned(signed(NOW), NOW.minus(Duration.ofMinutes(5)))).isTrue();
        assertThat(isSigned(signed(NOW), NOW.plus(Duration.ofSeconds(301)))).isFalse();
        assertThat(isSigned(signed(NOW), NOW.minus(Duration.ofSeconds(301)))).isFalse();
    }

    @Test
    void one_of_several_signatures_is_enough() {
        var headers = signed(NOW);
        headers.merge("webhook-signature", "v1,AAAA v1a,BBBB ", (own, others) -> others + own);

        assertThat(isSigned(headers, NOW)).isTrue();
    }

    @Test
    void what_is_signed_is_the_name_the_time_and_the_body() {
        for (var change :
                Map.of(
                                "webhook-id", "msg_2",
                                "webhook-timestamp", "" + (NOW.getEpochSecond() + 1),
                                "webhook-signature", "v1,")
                        .entrySet()) {
            var headers = signed(NOW);
            headers.put(change.getKey(), change.getValue());

            assertThat(isSigned(headers, NOW)).as(change.toString()).isFalse();

            headers.remove(change.getKey());

            assertThat(isSigned(headers, NOW)).as(change.toString()).isFalse();
        }
    }

    @Test
    void a_signing_token_is_no_password() {
        assertThat(isSigned(Map.of("X-Gitlab-Token", SIGNING_TOKEN), NOW)).isFalse();
    }

    @Test
    void a_time_or_a_token_that_is_none_proves_nothing() {
        for (var time : List.of("", "now", "-1", "9223372036854775807", "99999999999999999999")) {
            var headers = signed(NOW);
            headers.put("webhook-timestamp", time);

            assertThat(isSigned(headers, NOW)).as(time).isFalse();
        }
        for (var token : List.of("whsec_", "whsec_%%%", "whsec_A")) {
            assertThat(gitLab(NOW).holds(delivery(signed(NOW)), _ -> List.of(token)))
                    .as(token)
                    .isFalse();
        }
    }

    private static boolean isSigned(Map<String, String> headers, Instant now) {
        return gitLab(now).holds(delivery(headers), _ -> List.of(SIGNING_TOKEN));
    }

    private static Proof gitLab(Instant now) {
        return new GitLab(() -> now).proofs().getFirst();
    }

    private static Map<String, String> signed(Instant at) {
        var content = "msg_1." + at.getEpochSecond() + "." + new String(BODY, UTF_8);
        var signature = Base64.getEncoder().encodeToString(hmac(KEY, content.getBytes(UTF_8)));
        return new HashMap<>(
                Map.of(
                        "webhook-id", "msg_1",
                        "webhook-timestamp", "" + at.getEpochSecond(),
                        "webhook-signature", "v1," + signature));
    }

    private static Arguments host(GitDialect host, String key, String header, String value) {
        return Arguments.of(host, key, header, value);
    }

    private static Proof proof(GitDialect host, String key) {
        return host.proofs().stream().filter(it -> it.key().equals(key)).findFirst().orElseThrow();
    }

    private static Proof.Settings settings(String key) {
        return asked -> {
            if (asked.equals("webhook.azuredevops.username")) {
                return List.of("hook");
            }
            return asked.equals(key) ? List.of(SECRET) : List.of();
        };
    }

    /// Hexadecimal digits may be of either case.
    private static boolean isSame(String header, String garbled, String value) {
        return header.contains("Signature")
                ? garbled.equalsIgnoreCase(value)
                : garbled.equals(value);
    }

    private static String garbled(String value, Random random) {
        if (random.nextInt(4) == 0) {
            var noise = new StringBuilder();
            random.ints(random.nextInt(100), 0, 0x10000).forEach(it -> noise.append((char) it));
            return noise.toString();
        }
        var text = new StringBuilder(value);
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(128));
            case 1 -> text.deleteCharAt(at);
            case 2 -> text.insert(at, (char) random.nextInt(128));
            default -> text.setLength(at);
        }
        return text.toString();
    }

    private static Delivery delivery(String header, String value, byte[] body) {
        return new Delivery("192.0.2.1", name -> name.equals(header) ? value : "", _ -> "", body);
    }

    private static Delivery delivery(Map<String, String> headers) {
        return new Delivery("192.0.2.1", name -> headers.getOrDefault(name, ""), _ -> "", BODY);
    }

    private static byte[] hmac(byte[] key, byte[] content) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(content);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
