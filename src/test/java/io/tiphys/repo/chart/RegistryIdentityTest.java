package io.tiphys.repo.chart;

import static io.tiphys.repo.chart.IndexedChartTest.secret;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import io.tiphys.support.ChartHost;
import io.tiphys.support.GoogleKey;
import io.tiphys.support.TokenHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A registry that is logged in to with an identity of a cloud.
class RegistryIdentityTest {

    private static final String TAG = "/v2/team/web/manifests/1.2.0";
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    private final ChartHost registry = ChartHost.start();
    private final TokenHost cloud = TokenHost.start();
    private final String address = registry.url().replace("http://", "").replace("/charts", "");
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private ChartSources sources;

    @BeforeEach
    void fill(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("token"), "pod-token");
        sources =
                Given.sources(
                        Given.config(directory),
                        new Identities(AzurePod.of(file, cloud.url()), () -> now));
        registry.file(TAG, "{\"layers\":[]}".getBytes(UTF_8));
        registry.file("/oauth2/token", "{\"access_token\":\"t1\"}".getBytes(UTF_8));
    }

    @AfterEach
    void close() {
        registry.close();
        cloud.close();
    }

    @Test
    void an_azure_registry_exchanges_the_directorys_token() {
        exchanging("password");
        registry.want("Bearer t1", challenge("/oauth2/token"));

        resolve(credential(Map.of("useAzureWorkloadIdentity", "true")));

        assertThat(cloud.asked().getFirst().form())
                .containsEntry("scope", "https://registries.example/.default")
                .containsEntry("client_assertion", "pod-token");
        assertThat(registry.posted())
                .containsExactly("grant_type=access_token&service=reg&access_token=token-1");
        assertThat(registry.asked())
                .extracting("path", "authorization")
                .containsExactly(
                        tuple(TAG, ""),
                        tuple("/oauth2/exchange", ""),
                        tuple("/oauth2/token", basic(NOBODY, "password")),
                        tuple(TAG, "Bearer t1"));
    }

    @Test
    void a_registrys_password_is_kept_until_shortly_before_it_expires() {
        var azure = credential(azure());
        exchanging(lasting(Duration.ofHours(3)));
        registry.want("Bearer t1", challenge("/oauth2/token"));
        resolve(azure);

        givesToken("t2");
        resolve(azure);
        assertThat(registry.posted()).hasSize(1);

        now = now.plus(Duration.ofHours(3));
        givesToken("t3");
        resolve(azure);
        assertThat(registry.posted()).hasSize(2);
    }

    @Test
    void a_google_account_is_a_registrys_user() {
        registry.want("Bearer t1", challenge("/oauth2/token"));

        resolve(credential(google()));

        assertThat(registry.asked())
                .extracting("path", "authorization")
                .contains(tuple("/oauth2/token", basic("oauth2accesstoken", "token-1")));
    }

    @Test
    void a_token_that_expired_is_followed_by_another() {
        var google = credential(google());
        registry.want(basic("oauth2accesstoken", "token-1"), "Basic realm=\"here\"");
        resolve(google);

        now = now.plus(Duration.ofHours(1));
        registry.want(basic("oauth2accesstoken", "token-2"), "Basic realm=\"here\"");
        resolve(google);

        registry.want(basic("oauth2accesstoken", "token-0"), "Basic realm=\"here\"");
        assertThatThrownBy(() -> resolve(google))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("does not accept the credentials of the Secret charts");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer realm=\"https://elsewhere.example/oauth2/token\",service=\"reg\"",
                "Bearer realm=\"%\"",
                "Bearer",
            })
    void an_identity_is_shown_to_the_registrys_own_host_alone(String challenge) {
        registry.want("Bearer t1", challenge);

        for (var fields : List.of(azure(), google())) {
            assertThatThrownBy(() -> resolve(credential(fields)))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                    .hasMessageContaining("elsewhere than at its own host");
        }
        assertThat(cloud.asked()).isEmpty();
    }

    @Test
    void a_registry_that_exchanges_nothing_is_named() {
        registry.want("Bearer t1", challenge("/oauth2/token"));

        assertThatThrownBy(() -> resolve(credential(azure())))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage(
                        "127.0.0.1 gives no token for the Azure identity of the Secret charts: it"
                                + " answered 404");
    }

    @Test
    void an_index_is_read_with_no_identity() {
        for (var fields : List.of(azure(), google())) {
            assertThatThrownBy(
                            () ->
                                    sources.of(
                                                    registry.url(),
                                                    "web",
                                                    secret(registry.url(), fields),
                                                    false)
                                            .resolve("*", FetchDemand.ANY))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("The Secret charts cannot be used: ")
                    .hasMessageContaining("registries alone");
        }
    }

    private void resolve(GitCredential credential) {
        assertThat(
                        sources.of(address + "/team", "web", credential, false)
                                .resolve("1.2.0", FetchDemand.NEWEST))
                .isEqualTo("1.2.0");
    }

    private GitCredential credential(Map<String, String> fields) {
        var all = new HashMap<>(fields);
        all.put("insecureOCIForceHttp", "true");
        return secret(address + "/team", all);
    }

    private Map<String, String> azure() {
        return Map.of(
                "azureServicePrincipalClientId", "app",
                "azureServicePrincipalClientSecret", "canary",
                "azureServicePrincipalTenantId", "home",
                "azureActiveDirectoryEndpoint", cloud.url());
    }

    private Map<String, String> google() {
        return Map.of("gcpServiceAccountKey", GoogleKey.json(cloud.url()));
    }

    private String challenge(String path) {
        return "Bearer realm=\"%s\",service=\"reg\""
                .formatted(registry.url().replace("/charts", path));
    }

    private void exchanging(String password) {
        registry.file(
                "/oauth2/exchange",
                "{\"refresh_token\":\"%s\"}".formatted(password).getBytes(UTF_8));
    }

    /// The registry's own token, and no other lets in.
    private void givesToken(String token) {
        registry.file(
                "/oauth2/token", "{\"access_token\":\"%s\"}".formatted(token).getBytes(UTF_8));
        registry.want("Bearer " + token, challenge("/oauth2/token"));
    }

    /// As a registry makes passwords: a token that says when it ends.
    private String lasting(Duration time) {
        var claims = "{\"exp\":%d}".formatted(now.plus(time).getEpochSecond());
        var encoder = Base64.getUrlEncoder().withoutPadding();
        return "%s.%s.%s"
                .formatted(
                        encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(UTF_8)),
                        encoder.encodeToString(claims.getBytes(UTF_8)),
                        encoder.encodeToString("signature".getBytes(UTF_8)));
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }
}
