package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Credential;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAccessTest extends AgainstGitHost {

    private static final String CANARY = "canary";
    private static final String BASIC = basic("ada", CANARY);

    private CountingGitHost guarded;

    @BeforeEach
    void guard() {
        guarded = CountingGitHost.of(host.cloneUrl());
    }

    @AfterEach
    void open() {
        guarded.close();
    }

    @Test
    void a_password_is_told_to_a_host_that_asks_and_from_then_on_at_once() throws Exception {
        guarded.want(BASIC);
        var mirror = mirrors.of(guarded.url(), password(CANARY));

        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(tipOf(MAIN).name());
        assertThat(guarded.shown()).startsWith("", BASIC);

        guarded.shown().clear();
        mirror.resolve("main", FetchDemand.NEWEST);
        assertThat(guarded.shown()).containsOnly(BASIC);
    }

    @Test
    void a_host_that_does_not_ask_is_told_nothing() {
        mirrors.of(guarded.url(), password(CANARY)).resolve("main", FetchDemand.ANY);

        assertThat(guarded.shown()).containsOnly("");
    }

    @Test
    void a_password_is_told_unasked_where_the_secret_says_so() {
        var credential =
                credential(
                        Map.of(
                                "username",
                                "ada",
                                "password",
                                CANARY,
                                "forceHttpBasicAuth",
                                "true"));

        mirrors.of(guarded.url(), credential).resolve("main", FetchDemand.ANY);

        assertThat(guarded.shown()).containsOnly(BASIC);
    }

    @Test
    void a_bearer_token_is_sent_as_one() {
        guarded.want("Bearer " + CANARY);

        mirrors.of(guarded.url(), credential(Map.of("bearerToken", CANARY)))
                .resolve("main", FetchDemand.ANY);

        assertThat(guarded.shown()).containsOnly("Bearer " + CANARY);
    }

    @Test
    void a_password_in_the_address_is_one_as_well() throws Exception {
        guarded.want(BASIC);

        var right = guarded.url().replace("http://", "http://ada:" + CANARY + "@");
        assertThat(mirrors.of(right, GitCredential.NONE).resolve("main", FetchDemand.ANY))
                .isEqualTo(tipOf(MAIN).name());
        var wrong = right.replace(CANARY, "wrong-" + CANARY);
        assertThatThrownBy(
                        () ->
                                mirrors.of(wrong, GitCredential.NONE)
                                        .resolve("main", FetchDemand.ANY))
                .hasMessageContaining("does not accept the credentials in its address")
                .hasMessageNotContaining(CANARY)
                .hasMessageNotContaining("ada");
    }

    @Test
    void credentials_follow_a_redirect_on_their_own_server() throws Exception {
        guarded.want(BASIC);
        var old = guarded.url().replace("sample", "old-name");
        var credential = Credential.of(old, fields(CANARY));

        assertThat(mirrors.of(old, credential).resolve("main", FetchDemand.ANY))
                .isEqualTo(tipOf(MAIN).name());
    }

    @Test
    void a_wrong_password_is_tried_once_and_named_as_such() {
        guarded.want(BASIC);

        assertThatThrownBy(() -> resolve(password("wrong-" + CANARY)))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining(
                        "does not accept the credentials of the Secret creds, which may be wrong or"
                                + " expired")
                .hasMessageNotContaining(CANARY);
        assertThat(guarded.shown()).containsExactly("", basic("ada", "wrong-" + CANARY));
    }

    @Test
    void a_host_that_asks_whom_nobody_gave_credentials_for_is_named_as_such() {
        guarded.want(BASIC);

        assertThatThrownBy(() -> resolve(GitCredential.NONE))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("it asks for credentials, and there are none");
    }

    @ParameterizedTest
    @CsvSource({
        "403, access is forbidden to the credentials of the Secret creds",
        "404, There is no Git repository at",
        "404, the credentials of the Secret creds may not see it",
        "500, 500 Internal Server Error",
    })
    void a_refusal_says_whose_credentials_were_refused(int status, String words) {
        guarded.refuse(status);

        assertThatThrownBy(() -> resolve(password(CANARY)))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining(CANARY);
    }

    @Test
    void credentials_do_not_follow_a_redirect_to_another_server() {
        try (var elsewhere = CountingGitHost.of(host.cloneUrl())) {
            guarded.redirect(elsewhere.url());
            elsewhere.want(BASIC);
            for (var credential :
                    List.of(
                            password(CANARY),
                            credential(Map.of("password", CANARY, "forceHttpBasicAuth", "true")),
                            credential(Map.of("bearerToken", CANARY)))) {
                assertThatThrownBy(() -> resolve(credential))
                        .isInstanceOf(ManifestFailure.class)
                        .hasMessageContaining("it redirects to 127.0.0.1, where its credentials")
                        .hasMessageNotContaining(CANARY);
            }
            assertThatThrownBy(
                            () ->
                                    mirrors.of(
                                                    guarded.url()
                                                            .replace(
                                                                    "http://",
                                                                    "http://ada:canary@"),
                                                    GitCredential.NONE)
                                            .resolve("main", FetchDemand.ANY))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageNotContaining(CANARY);

            assertThat(elsewhere.shown()).isEmpty();
        }
    }

    @Test
    void who_shows_nothing_follows_a_redirect() throws Exception {
        try (var elsewhere = CountingGitHost.of(host.cloneUrl())) {
            guarded.redirect(elsewhere.url());

            assertThat(resolve(GitCredential.NONE)).isEqualTo(tipOf(MAIN).name());
        }
    }

    @Test
    void what_was_read_with_a_credential_is_for_no_one_else() throws Exception {
        // Given
        guarded.want(BASIC);
        var blue = Credential.of("blue", guarded.url(), fields(CANARY));
        var tip = tipOf(MAIN).name();
        mirrors.of(guarded.url(), blue).resolve("main", FetchDemand.ANY);

        // When, Then
        for (var other :
                List.of(
                        GitCredential.NONE,
                        Credential.of("red", guarded.url(), fields("wrong")),
                        Credential.of("blue", guarded.url(), fields("wrong")))) {
            for (var revision : List.of("main", "HEAD", tip)) {
                assertThatThrownBy(
                                () ->
                                        mirrors.of(guarded.url(), other)
                                                .resolve(revision, FetchDemand.ANY))
                        .as(other + " " + revision)
                        .isInstanceOf(ManifestFailure.class);
            }
        }
    }

    @Test
    void what_lies_here_from_an_earlier_day_is_shown_when_the_host_lets_us_in() throws Exception {
        // Given
        guarded.want(BASIC);
        var tip = resolve(password(CANARY));
        mirrors.close();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);

        // When, Then
        guarded.refuse(500);
        assertThatThrownBy(
                        () ->
                                mirrors.of(guarded.url(), password(CANARY))
                                        .resolve(tip, FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class);
        guarded.refuse(0);
        var packs = guarded.packs();
        assertThat(mirrors.of(guarded.url(), password(CANARY)).resolve(tip, FetchDemand.ANY))
                .isEqualTo(tip);
        assertThat(guarded.packs()).isEqualTo(packs);
    }

    @Test
    void a_mended_secret_goes_on_with_what_was_fetched_before() {
        guarded.want(BASIC);
        resolve(password(CANARY));
        int packs = guarded.packs();
        var renewed = basic("ada", "renewed");
        guarded.want(renewed);

        resolve(password("renewed"));

        assertThat(guarded.packs()).isEqualTo(packs);
    }

    @Test
    void a_push_shows_what_is_for_writing() throws Exception {
        guarded.want(BASIC);
        var mirror = mirrors.of(guarded.url(), GitCredential.NONE);
        guarded.want("");
        mirror.resolve("main", FetchDemand.ANY);
        guarded.shown().clear();

        var writing =
                credential(
                        Map.of(
                                "username",
                                "ada",
                                "password",
                                CANARY,
                                "forceHttpBasicAuth",
                                "true"));
        var written =
                mirror.write(
                        "main",
                        "",
                        writing,
                        _ -> new Change(Map.of("a.yaml", "a: 1\n".getBytes(UTF_8)), "Ours"));

        assertThat(tipOf(MAIN).name()).isEqualTo(written.commit());
        assertThat(guarded.shown()).contains("", BASIC);
    }

    @Test
    void a_refused_push_names_the_credentials() {
        mirrors.of(guarded.url(), GitCredential.NONE).resolve("main", FetchDemand.ANY);
        var mirror = mirrors.of(guarded.url(), GitCredential.NONE);

        assertThatThrownBy(
                        () ->
                                mirror.write(
                                        "main",
                                        "",
                                        password(CANARY),
                                        _ -> {
                                            guarded.refuse(403);
                                            return new Change(
                                                    Map.of("a.yaml", new byte[0]), "Ours");
                                        }))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining(
                        "cannot be written: access is forbidden to the credentials of")
                .hasMessageNotContaining(CANARY);
    }

    @ParameterizedTest
    @CsvSource({
        "tlsClientCertData, canary, tlsClientCertData of the Secret creds",
        "proxy, socks5://ada:canary@proxy, The proxy of the Secret creds has a password",
        "proxy, ftp://proxy, must start with http:// or socks5://",
        "proxy, %%canary, is no URL",
        "gcpServiceAccountKey, canary, gcpServiceAccountKey of the Secret creds is no JSON",
        "azureServicePrincipalClientSecret, canary, azureServicePrincipalTenantId of the Secret",
        "useAzureWorkloadIdentity, true, this service has no such identity",
    })
    void a_field_that_cannot_be_used_is_named(String field, String value, String words) {
        assertThatThrownBy(() -> resolve(credential(Map.of(field, value))))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining(words)
                .hasMessageNotContaining(CANARY);
    }

    private String resolve(GitCredential credential) {
        return mirrors.of(guarded.url(), credential).resolve("main", FetchDemand.ANY);
    }

    private GitCredential password(String password) {
        return credential(fields(password));
    }

    private static Map<String, String> fields(String password) {
        return Map.of("username", "ada", "password", password);
    }

    private GitCredential credential(Map<String, String> fields) {
        return Credential.of(guarded.url(), fields);
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }
}
