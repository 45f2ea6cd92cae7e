package io.tiphys.webhook.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tiphys.webhook.Delivery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GoogleTokenTest {

    private static final String AUDIENCE = "https://tiphys.example.com/api/registry-webhook/gar";
    private static final String EMAIL = "pusher@acme.iam.gserviceaccount.com";
    private static final Map<String, List<String>> SETTINGS =
            Map.of("webhook.gar.audience", List.of(AUDIENCE), "webhook.gar.email", List.of(EMAIL));

    private static RsaJsonWebKey googles;
    private static RsaJsonWebKey googlesNext;
    private static RsaJsonWebKey somebodys;

    private final AtomicInteger looks = new AtomicInteger();
    private HttpServer server;
    private volatile String published = "";
    private volatile int status = 200;

    @BeforeAll
    static void makeKeys() throws Exception {
        googles = key("k1");
        googlesNext = key("k2");
        somebodys = key("k1");
    }

    @BeforeEach
    void publish() throws IOException {
        published = keys(googles);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/certs",
                exchange -> {
                    looks.incrementAndGet();
                    var body = published.getBytes(UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.getResponseHeaders().add("Cache-Control", "public, max-age=3600");
                    exchange.sendResponseHeaders(status, body.length);
                    try (var out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void our_subscriptions_token_holds_and_the_keys_are_kept() throws Exception {
        var proof = proof();

        assertThat(holds(proof, token(claims()))).isTrue();
        assertThat(holds(proof, token(claims()))).isTrue();
        assertThat(looks).hasValue(1);
    }

    @Test
    void either_spelling_of_the_issuer_is_googles() throws Exception {
        assertThat(holds(proof(), token(with("iss", "accounts.google.com")))).isTrue();
        assertThat(holds(proof(), token(with("iss", "https://accounts.example.com")))).isFalse();
        assertThat(holds(proof(), token(without("iss")))).isFalse();
    }

    /// Anybody with an account of Google's gets tokens for our audience.
    @Test
    void a_token_for_somebody_elses_account_does_not_hold() throws Exception {
        assertThat(holds(proof(), token(with("email", "mallory@evil.iam.gserviceaccount.com"))))
                .isFalse();
        assertThat(holds(proof(), token(with("email", EMAIL + ".evil.example.com")))).isFalse();
        assertThat(holds(proof(), token(without("email")))).isFalse();
        assertThat(holds(proof(), token(with("email", List.of(EMAIL))))).isFalse();
    }

    @Test
    void an_address_that_is_not_verified_does_not_hold() throws Exception {
        assertThat(holds(proof(), token(with("email_verified", false)))).isFalse();
        assertThat(holds(proof(), token(with("email_verified", "true")))).isFalse();
        assertThat(holds(proof(), token(without("email_verified")))).isFalse();
    }

    @Test
    void a_token_for_another_audience_does_not_hold() throws Exception {
        assertThat(holds(proof(), token(with("aud", "https://other.example.com")))).isFalse();
        assertThat(holds(proof(), token(without("aud")))).isFalse();
    }

    @Test
    void a_token_holds_a_little_longer_than_it_says_and_no_more() throws Exception {
        assertThat(holds(proof(), token(expiringIn(-30)))).isTrue();
        assertThat(holds(proof(), token(expiringIn(-120)))).isFalse();
        assertThat(holds(proof(), token(without("exp")))).isFalse();
    }

    @Test
    void nobody_elses_key_counts_even_under_the_same_name() throws Exception {
        assertThat(holds(proof(), signed(claims(), somebodys))).isFalse();
    }

    @Test
    void a_token_without_a_signature_does_not_hold() throws Exception {
        var header = base64("{\"alg\":\"none\",\"kid\":\"k1\"}");
        var payload = base64(claims().toJson());

        for (var token :
                List.of(
                        header + "." + payload + ".",
                        header + "." + payload + "." + token(claims()).split("\\.", -1)[2])) {
            assertThat(holds(proof(), token)).isFalse();
        }
    }

    /// With the public key as the shared secret: whoever knows the key that all know could sign.
    @Test
    void a_token_of_a_shared_secret_does_not_hold() throws Exception {
        for (var secret :
                List.of(
                        googles.getRsaPublicKey().getEncoded(),
                        googles.toJson().getBytes(UTF_8),
                        published.getBytes(UTF_8))) {
            var signature = new JsonWebSignature();
            signature.setPayload(claims().toJson());
            signature.setKeyIdHeaderValue("k1");
            signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
            signature.setKey(new HmacKey(secret));

            assertThat(holds(proof(), signature.getCompactSerialization())).isFalse();
        }
    }

    @Test
    void other_algorithms_of_the_same_key_do_not_hold() throws Exception {
        var signature = signature(claims(), googles);
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA512);

        assertThat(holds(proof(), signature.getCompactSerialization())).isFalse();
    }

    @Test
    void a_new_key_is_found_when_it_is_first_met() throws Exception {
        var proof = proof();
        assertThat(holds(proof, token(claims()))).isTrue();
        published = keys(googlesNext);

        assertThat(holds(proof, signed(claims(), googlesNext))).isTrue();
        assertThat(holds(proof, token(claims()))).isFalse();
    }

    @Test
    void strangers_with_made_up_keys_make_us_look_once_in_a_while() throws Exception {
        var proof = new GoogleToken(location(), Duration.ofMinutes(5));
        for (int i = 0; i < 20; i++) {
            assertThat(holds(proof, signed(claims(), googlesNext))).isFalse();
        }

        assertThat(looks.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void nothing_holds_while_the_keys_are_out_of_reach() throws Exception {
        status = 503;
        assertThat(holds(proof(), token(claims()))).isFalse();
        status = 200;
        published = "<html>";
        assertThat(holds(proof(), token(claims()))).isFalse();
        server.stop(0);
        assertThat(holds(proof(), token(claims()))).isFalse();
    }

    @Test
    void both_the_audience_and_the_address_have_to_be_set() throws Exception {
        for (var key : SETTINGS.keySet()) {
            var half = Map.of(key, SETTINGS.getOrDefault(key, List.of()));

            assertThat(proof().isSetUp(it -> half.getOrDefault(it, List.of()))).isFalse();
            assertThat(
                            proof().holds(
                                            bearer(token(claims())),
                                            it -> half.getOrDefault(it, List.of())))
                    .isFalse();
        }
        assertThat(proof().isSetUp(it -> SETTINGS.getOrDefault(it, List.of()))).isTrue();
        assertThat(proof().mayBlock()).isTrue();
    }

    @Test
    void no_garbled_token_holds_or_throws() throws Exception {
        var random = new Random(20_261_121);
        var proof = new GoogleToken(location(), Duration.ofMinutes(5));
        var token = token(claims());
        for (int i = 0; i < 3_000; i++) {
            var garbled = new StringBuilder(token);
            for (int j = 0; j <= random.nextInt(3); j++) {
                int at = random.nextInt(garbled.length());
                switch (random.nextInt(3)) {
                    case 0 -> garbled.setCharAt(at, (char) ('!' + random.nextInt(90)));
                    case 1 -> garbled.deleteCharAt(at);
                    default -> garbled.insert(at, '.');
                }
            }
            // Two characters of Base64 have two spellings, and not all bits of the last count.
            var spelled = garbled.toString().replace('+', '-').replace('/', '_');
            if (!spelled.startsWith(token.substring(0, token.length() - 1))) {
                assertThat(holds(proof, garbled.toString())).as(garbled.toString()).isFalse();
            }
        }
        for (var odd :
                List.of(
                        "",
                        ".",
                        "..",
                        "...",
                        "....",
                        base64("[".repeat(5_000)) + ".e30.e30",
                        base64("{\"alg\":[[]]}") + ".e30.e30",
                        base64("{\"alg\":\"RS256\",\"kid\":{}}") + ".e30.e30",
                        base64("{\"alg\":\"RS256\",\"crit\":[1]}") + ".e30.e30",
                        base64("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}") + "....",
                        "x".repeat(100_000))) {
            assertThat(holds(proof, odd)).as(odd).isFalse();
        }
        assertThat(
                        proof.holds(
                                new Delivery("192.0.2.1", _ -> token, _ -> "", new byte[0]),
                                GoogleTokenTest::settings))
                .isFalse();
    }

    private GoogleToken proof() {
        return new GoogleToken(location(), Duration.ZERO);
    }

    private URI location() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/certs");
    }

    private static boolean holds(GoogleToken proof, String token) {
        return proof.holds(bearer(token), GoogleTokenTest::settings);
    }

    private static List<String> settings(String key) {
        return SETTINGS.getOrDefault(key, List.of());
    }

    private static Delivery bearer(String token) {
        return new Delivery(
                "192.0.2.1",
                name -> name.equals("Authorization") ? "Bearer " + token : "",
                _ -> "",
                new byte[0]);
    }

    private static JwtClaims claims() {
        var claims = new JwtClaims();
        claims.setIssuer("https://accounts.google.com");
        claims.setAudience(AUDIENCE);
        claims.setSubject("113774264463038321964");
        claims.setClaim("email", EMAIL);
        claims.setClaim("email_verified", true);
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(60);
        return claims;
    }

    private static JwtClaims with(String name, Object value) {
        var claims = claims();
        claims.setClaim(name, value);
        return claims;
    }

    private static JwtClaims without(String name) {
        var claims = claims();
        claims.unsetClaim(name);
        return claims;
    }

    private static JwtClaims expiringIn(int seconds) {
        var claims = claims();
        claims.setIssuedAt(NumericDate.fromSeconds(0));
        var time = NumericDate.now();
        time.addSeconds(seconds);
        claims.setExpirationTime(time);
        return claims;
    }

    private static String token(JwtClaims claims) throws Exception {
        return signed(claims, googles);
    }

    private static String signed(JwtClaims claims, RsaJsonWebKey key) throws Exception {
        return signature(claims, key).getCompactSerialization();
    }

    private static JsonWebSignature signature(JwtClaims claims, RsaJsonWebKey key) {
        var signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        return signature;
    }

    private static RsaJsonWebKey key(String id) throws Exception {
        var key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId(id);
        key.setUse("sig");
        key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
        return key;
    }

    private static String keys(PublicJsonWebKey... keys) {
        return new JsonWebKeySet(keys).toJson();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
