package io.tiphys.webhook.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.SignatureVerifier;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryProofsTest {

    private static final String SECRET = "s3cret";
    private static final byte[] BODY = "{\"a\": 1}".getBytes(UTF_8);

    @ParameterizedTest
    @ValueSource(
            strings = {"dockerhub", "quay", "ecr", "acr", "aliyun-acr", "cdevents", "cloudevents"})
    void who_signs_nothing_has_the_secret_in_the_url_or_a_header(String provider) {
        assertHolds(provider, Map.of(), Map.of("secret", SECRET));
        assertHolds(provider, Map.of("X-Webhook-Secret", SECRET), Map.of());
        assertFails(provider, Map.of("X-Webhook-Secret", "guess"), Map.of("secret", "s3cre"));
        assertFails(provider, Map.of(), Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"harbor", "acr"})
    void the_secret_is_the_whole_authorization(String provider) {
        assertHolds(provider, Map.of("Authorization", SECRET), Map.of());
        assertFails(provider, Map.of("Authorization", "Bearer " + SECRET), Map.of());
        assertFails(provider, Map.of("Authorization", SECRET + " "), Map.of());
        assertFails(provider, Map.of("Authorization", ""), Map.of());
    }

    @Test
    void harbor_knows_no_secret_in_the_url() {
        assertFails("harbor", Map.of(), Map.of("secret", SECRET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"distribution", "native"})
    void a_bearer_token_is_the_secret(String provider) {
        assertHolds(provider, Map.of("Authorization", "Bearer " + SECRET), Map.of());
        assertFails(provider, Map.of("Authorization", SECRET), Map.of());
        assertFails(provider, Map.of("Authorization", "Bearer guess"), Map.of());
    }

    @Test
    void any_user_with_the_secret_as_password_may_say_what_was_pushed() {
        for (var user : List.of("ci", "", "a b")) {
            assertHolds("native", Map.of("Authorization", basic(user + ":" + SECRET)), Map.of());
        }
        for (var wrong :
                List.of(
                        basic("ci:guess"),
                        basic("ci:" + SECRET + ":"),
                        basic(SECRET),
                        basic(""),
                        "Basic ?",
                        "Basic ",
                        "Basic")) {
            assertFails("native", Map.of("Authorization", wrong), Map.of());
        }
        assertFails("distribution", Map.of("Authorization", basic("ci:" + SECRET)), Map.of());
    }

    @Test
    void github_signs_packages_as_it_signs_pushes() throws Exception {
        var signature = "sha256=" + hmac("HmacSHA256", SECRET);

        assertHolds("ghcr", Map.of("X-Hub-Signature-256", signature), Map.of());
        assertFails("ghcr", Map.of("X-Hub-Signature-256", signature.substring(7)), Map.of());
        assertFails("ghcr", Map.of("X-Hub-Signature-256", "sha256="), Map.of());
        assertFails("ghcr", Map.of(), Map.of("secret", SECRET));
    }

    @Test
    void packages_may_have_a_secret_of_their_own() {
        assertThat(Registries.named("ghcr").proofs())
                .extracting(Proof::key)
                .containsExactly("webhook.ghcr.secret", "webhook.github.secret");
        assertThat(Registries.named("gitea-packages").proofs())
                .extracting(Proof::key)
                .containsExactly(
                        "webhook.gitea.secret", "webhook.forgejo.secret", "webhook.gogs.secret");
    }

    @Test
    void gitea_and_forgejo_sign_with_a_bare_hmac() throws Exception {
        var signature = hmac("HmacSHA256", SECRET);

        for (var forge : List.of("Gitea", "Forgejo", "Gogs")) {
            var header = "X-" + forge + "-Signature";
            assertHolds("gitea-packages", Map.of(header, signature), Map.of());
            assertFails("gitea-packages", Map.of(header, "sha256=" + signature), Map.of());
            assertFails("gitea-packages", Map.of(header, hmac("HmacSHA256", "guess")), Map.of());
        }
        assertFails("gitea-packages", Map.of(), Map.of());
    }

    @Test
    void artifactory_sends_the_secret_or_signs_with_it() throws Exception {
        var header = "X-JFrog-Event-Auth";

        assertHolds("jfrog", Map.of(header, SECRET), Map.of());
        assertHolds("jfrog", Map.of(header, hmac("HmacSHA256", SECRET)), Map.of());
        assertFails("jfrog", Map.of(header, hmac("HmacSHA256", "guess")), Map.of());
        assertFails("jfrog", Map.of(header, hmac("HmacSHA1", SECRET)), Map.of());
        assertFails("jfrog", Map.of(header, "guess"), Map.of());
        assertFails("jfrog", Map.of(), Map.of());
    }

    @Test
    void nexus_signs_with_the_older_hash() throws Exception {
        var header = "X-Nexus-Webhook-Signature";

        assertHolds("nexus", Map.of(header, hmac("HmacSHA1", SECRET)), Map.of());
        assertFails("nexus", Map.of(header, hmac("HmacSHA1", "guess")), Map.of());
        assertFails("nexus", Map.of(header, hmac("HmacSHA256", SECRET)), Map.of());
        assertFails("nexus", Map.of(header, SECRET), Map.of());
        assertFails("nexus", Map.of(), Map.of());
    }

    /// The example that RFC 2202 gives for the older hash, and RFC 4231 for the newer.
    @Test
    void signatures_are_those_of_the_standards() {
        var data = "what do ya want for nothing?".getBytes(UTF_8);

        assertThat(
                        SignatureVerifier.isBareHmacSha1(
                                "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", data, "Jefe"))
                .isTrue();
        assertThat(
                        SignatureVerifier.isBareHmacSha256(
                                "5bdcc146bf60754e6a042426089575c7"
                                        + "5a003f089d2739839dec58b964ec3843",
                                data,
                                "Jefe"))
                .isTrue();
    }

    @Test
    void no_registry_is_without_proof_and_all_name_their_keys() {
        for (var registry : Registries.all()) {
            assertThat(registry.proofs()).isNotEmpty();
            assertThat(registry.proofs())
                    .extracting(Proof::key)
                    .allMatch(it -> it.startsWith("webhook."));
        }
    }

    private static void assertHolds(
            String provider, Map<String, String> headers, Map<String, String> parameters) {
        assertThat(proofs(provider))
                .allMatch(
                        it -> it.holds(delivery(headers, parameters), _ -> List.of("old", SECRET)));
    }

    private static void assertFails(
            String provider, Map<String, String> headers, Map<String, String> parameters) {
        assertThat(proofs(provider))
                .noneMatch(
                        it -> it.holds(delivery(headers, parameters), _ -> List.of("old", SECRET)));
        assertThat(proofs(provider))
                .noneMatch(it -> it.holds(delivery(headers, parameters), _ -> List.of()));
    }

    private static Stream<Proof> proofs(String provider) {
        return Registries.named(provider).proofs().stream();
    }

    private static Delivery delivery(Map<String, String> headers, Map<String, String> parameters) {
        return new Delivery(
                "192.0.2.1",
                name -> headers.getOrDefault(name, ""),
                name -> parameters.getOrDefault(name, ""),
                BODY);
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    }

    private static String hmac(String algorithm, String secret) throws Exception {
        var mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
        return HexFormat.of().formatHex(mac.doFinal(BODY));
    }
}
