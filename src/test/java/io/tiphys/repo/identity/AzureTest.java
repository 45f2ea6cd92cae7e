package io.tiphys.repo.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.WebHost;
import io.tiphys.support.AzurePod;
import io.tiphys.support.TokenHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AzureTest {

    private static final String DEV_OPS = "499b84ac-1321-427f-aa17-267ca6975798/.default";

    @TempDir Path folder;

    private final TokenHost directory = TokenHost.start();
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Identities identities = new Identities(AzurePod.NONE, () -> now);

    @AfterEach
    void stop() {
        directory.close();
    }

    @Test
    void a_principal_gets_a_token_for_its_secret() {
        var principal = principal("home", directory.url() + "/");

        assertThat(get(identities, principal)).isEqualTo("token-1");
        assertThat(get(identities, principal)).isEqualTo("token-1");

        assertThat(directory.asked())
                .containsExactly(
                        new TokenHost.Asked(
                                "POST",
                                "/home/oauth2/v2.0/token",
                                "",
                                Map.of(
                                        "grant_type", "client_credentials",
                                        "client_id", "app",
                                        "client_secret", "canary",
                                        "scope", DEV_OPS)));
    }

    @Test
    void a_token_lasts_as_long_as_the_directory_says() {
        var principal = principal("home", directory.url());
        get(identities, principal);

        now = now.plus(Duration.ofMinutes(54));
        assertThat(get(identities, principal)).isEqualTo("token-1");
        now = now.plus(Duration.ofMinutes(2));
        assertThat(get(identities, principal)).isEqualTo("token-2");
    }

    @Test
    void the_services_own_identity_gets_a_token_for_what_its_file_holds_now() throws Exception {
        var file = Files.writeString(folder.resolve("token"), "first\n");
        var pods = new Identities(AzurePod.of(file, directory.url()), () -> now);

        assertThat(get(pods, new Login.AzureWorkload())).isEqualTo("token-1");
        Files.writeString(file, "second");
        now = now.plus(Duration.ofHours(1));
        assertThat(get(pods, new Login.AzureWorkload())).isEqualTo("token-2");

        assertThat(directory.asked()).extracting("path").containsOnly("/home/oauth2/v2.0/token");
        assertThat(directory.asked())
                .extracting(it -> it.form().get("client_assertion"))
                .containsExactly("first", "second");
        assertThat(directory.asked().getFirst().form())
                .containsEntry("client_id", "pod")
                .containsEntry("scope", DEV_OPS)
                .containsEntry(
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .doesNotContainKey("client_secret");
    }

    @Test
    void a_service_without_an_identity_says_what_is_missing() {
        assertThatThrownBy(() -> get(identities, new Login.AzureWorkload()))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("useAzureWorkloadIdentity of the Secret creds")
                .hasMessageContaining("AZURE_FEDERATED_TOKEN_FILE");

        var gone = AzurePod.of(folder.resolve("gone"), directory.url());
        assertThatThrownBy(() -> get(new Identities(gone, () -> now), new Login.AzureWorkload()))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                .hasMessageContaining("cannot be read: NoSuchFileException");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    401 | {"error":"invalid_client","error_description":"AADSTS7000215: canary"} | 401 invalid_client AADSTS7000215 | false
                    400 | {"error":"the canary sings"}     | it answered 400              | false
                    503 |                                  | it answered 503              | true
                    302 |                                  | it answered 302              | false
                    200 | canary                           | its answer holds none        | true
                    200 | {"access_token":"two canaries"}  | its answer holds none        | true
                    200 | {"access_token":"canary\\n"}     | its answer holds none        | true
                    """)
    void an_answer_without_a_token_is_named(
            int status, String answer, String words, boolean passing) {
        directory.answer(status, answer == null ? "" : answer);

        assertThatThrownBy(() -> get(identities, principal("home", directory.url())))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isEqualTo(passing))
                .hasMessageContaining(
                        "127.0.0.1 gives no token for the Azure identity of the Secret creds: ")
                .hasMessageContaining(words)
                .hasMessageNotContaining("canar");
    }

    @Test
    void an_answer_without_an_end_is_not_read_to_it() {
        directory.answer(200, "{\"access_token\":\"" + "x".repeat(300_000) + "\"}");

        assertThatThrownBy(() -> get(identities, principal("home", directory.url())))
                .hasMessageContaining("its answer is too large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example",
                "ftp://login.example",
                "http://127.0.0.1.example",
                "login.example",
                "https://",
                "%",
            })
    void a_secret_is_sent_nowhere_where_it_could_be_overheard(String address) {
        assertThatThrownBy(() -> get(identities, principal("home", address)))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining(
                        "azureActiveDirectoryEndpoint of the Secret creds must begin with");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../other", "home/../other", "home?x"})
    void a_directory_is_named_and_no_path(String tenant) {
        assertThatThrownBy(() -> get(identities, principal(tenant, directory.url())))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("azureServicePrincipalTenantId of the Secret creds");
        assertThat(directory.asked()).isEmpty();
    }

    private static String get(Identities identities, Login.Azure login) {
        return identities.token(
                login, "creds", new WebHost("https", "dev.azure.example", 0, GitCredential.NONE));
    }

    private static Login.AzurePrincipal principal(String tenant, String directory) {
        return new Login.AzurePrincipal(tenant, "app", new Hidden("canary"), directory);
    }
}
