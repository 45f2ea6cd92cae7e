package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Credential;
import io.tiphys.support.GoogleKey;
import io.tiphys.support.SelfSigned;
import io.tiphys.support.SshGitHost;
import io.tiphys.support.TokenHost;
import io.tiphys.support.TokenHost.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A Git host that wants what a Secret's identity is exchanged for.
class IdentityAccessTest extends AgainstGitHost {

    private final TokenHost tokens = TokenHost.start();
    private CountingGitHost guarded;

    @BeforeEach
    void guard() {
        guarded = CountingGitHost.of(host.cloneUrl());
    }

    @AfterEach
    void open() {
        guarded.close();
        tokens.close();
    }

    @Test
    void the_token_of_a_github_app_opens_the_repository() throws Exception {
        tokens.answer(
                _ ->
                        new Answer(
                                201,
                                "{\"token\":\"token-%d\",\"expires_at\":\"%s\"}"
                                        .formatted(
                                                tokens.asked().size(),
                                                Instant.now().plus(Duration.ofHours(1)))));

        assertOpenedBy(
                Map.of(
                        "githubAppID",
                        "7",
                        "githubAppInstallationID",
                        "11",
                        "githubAppPrivateKey",
                        SelfSigned.pem(SshGitHost.key("ssh-rsa", 2048).getPrivate()),
                        "githubAppEnterpriseBaseUrl",
                        tokens.url()),
                "Basic " + base64("x-access-token:%s"));
    }

    @Test
    void the_token_of_an_azure_principal_opens_the_repository() throws Exception {
        assertOpenedBy(azure(), "Bearer %s");
    }

    @Test
    void the_token_of_a_google_account_opens_the_repository() throws Exception {
        assertOpenedBy(
                Map.of("gcpServiceAccountKey", GoogleKey.json(tokens.url())),
                "Basic " + base64(GoogleKey.EMAIL + ":%s"));
    }

    @Test
    void a_token_does_not_follow_a_redirect_to_another_server() {
        try (var elsewhere = CountingGitHost.of(host.cloneUrl())) {
            guarded.redirect(elsewhere.url());
            for (var fields :
                    List.of(
                            azure(),
                            Map.of("gcpServiceAccountKey", GoogleKey.json(tokens.url())))) {
                assertThatThrownBy(() -> resolve(Credential.of(guarded.url(), fields)))
                        .isInstanceOf(ManifestFailure.class)
                        .hasMessageContaining("where its credentials are not sent");
            }

            assertThat(elsewhere.shown()).isEmpty();
        }
    }

    /// @param authorization with a place for the token
    private void assertOpenedBy(Map<String, String> fields, String authorization) throws Exception {
        var credential = Credential.of(guarded.url(), fields);
        guarded.want(shown(authorization, "token-1"));
        assertThat(resolve(credential)).isEqualTo(tipOf(MAIN).name());
        assertThat(guarded.shown()).containsOnly(shown(authorization, "token-1"));

        // One that the host refuses is not kept.
        guarded.want(shown(authorization, "token-2"));
        assertThatThrownBy(() -> resolve(credential))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("does not accept the credentials of the Secret creds")
                .hasMessageNotContaining("token-");
        assertThat(resolve(credential)).isEqualTo(tipOf(MAIN).name());
    }

    private static String shown(String authorization, String token) {
        if (authorization.startsWith("Bearer")) {
            return authorization.formatted(token);
        }
        var text = new String(Base64.getDecoder().decode(authorization.substring(6)), UTF_8);
        return "Basic " + base64(text.formatted(token));
    }

    private String resolve(GitCredential credential) {
        return mirrors.of(guarded.url(), credential).resolve("main", FetchDemand.NEWEST);
    }

    private Map<String, String> azure() {
        return Map.of(
                "azureServicePrincipalClientId", "app",
                "azureServicePrincipalClientSecret", "canary",
                "azureServicePrincipalTenantId", "home",
                "azureActiveDirectoryEndpoint", tokens.url());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
