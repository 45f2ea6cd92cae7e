package io.tiphys.repo.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.WebHost;
import io.tiphys.support.AzurePod;
import io.tiphys.support.SelfSigned;
import io.tiphys.support.SshGitHost;
import io.tiphys.support.TokenHost;
import io.tiphys.support.TokenHost.Answer;
import io.tiphys.support.TokenHost.Asked;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against an API that checks the App's signature as GitHub does.
class GitHubTest {

    private static final KeyPair APP = SshGitHost.key("ssh-rsa", 2048);
    private static final KeyPair OTHER = SshGitHost.key("ssh-rsa", 2048);

    private final TokenHost api = TokenHost.start();
    private final Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Identities identities = new Identities(AzurePod.NONE, () -> now);

    @BeforeEach
    void check() {
        api.answer(
                question ->
                        issuer(question).equals("7")
                                ? new Answer(
                                        201,
                                        "{\"token\":\"token-%d\",\"expires_at\":\"%s\"}"
                                                .formatted(
                                                        api.asked().size(),
                                                        now.plus(Duration.ofHours(1))))
                                : new Answer(401, ""));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void an_app_that_proves_itself_gets_a_token_of_its_installation() {
        assertThat(get(app("7", "11", APP))).isEqualTo("token-1");
        assertThat(api.asked())
                .extracting("method", "path")
                .containsExactly(tuple("POST", "/api/v3/app/installations/11/access_tokens"));
    }

    @Test
    void another_installation_has_another_token() {
        get(app("7", "11", APP));

        assertThat(get(app("7", "12", APP))).isEqualTo("token-2");
    }

    @Test
    void who_signs_with_another_key_is_told_so() {
        assertThatThrownBy(() -> get(app("7", "11", OTHER)))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("do not belong together");
    }

    @ParameterizedTest
    @CsvSource({
        "404, '', no such githubAppInstallationID, false",
        "403, '', suspended, false",
        "302, '', it answered 302, false",
        "503, '', it answered 503, true",
        "201, canary, gives no token, true",
        "201, '{\"token\":\"canary\"}', gives no token, true",
    })
    void an_answer_without_a_token_is_named(
            int status, String answer, String words, boolean passing) {
        api.answer(status, answer);

        assertThatThrownBy(() -> get(app("7", "11", APP)))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isEqualTo(passing))
                .hasMessageContaining(words)
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @CsvSource({"x, 11", "7, ''", "7, ../../x"})
    void ids_are_numbers(String app, String installation) {
        assertThatThrownBy(() -> get(app(app, installation, APP)))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("must be numbers");
        assertThat(api.asked()).isEmpty();
    }

    private String get(Login.GitHubApp app) {
        return identities.token(
                app, "creds", new WebHost("http", "git.example", 0, GitCredential.NONE));
    }

    private Login.GitHubApp app(String app, String installation, KeyPair key) {
        return new Login.GitHubApp(
                app,
                installation,
                new Hidden(SelfSigned.pem(key.getPrivate())),
                api.url() + "/api/v3/");
    }

    /// Empty if the signature is not the App's.
    private String issuer(Asked question) {
        try {
            return new JwtConsumerBuilder()
                    .setVerificationKey(APP.getPublic())
                    .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "RS256")
                    .setEvaluationTime(NumericDate.fromSeconds(now.getEpochSecond()))
                    .setRequireExpirationTime()
                    .setRequireIssuedAt()
                    .setMaxFutureValidityInMinutes(10)
                    .build()
                    .processToClaims(question.authorization().replaceFirst("^Bearer ", ""))
                    .getIssuer();
        } catch (InvalidJwtException | MalformedClaimException unproven) {
            return "";
        }
    }
}
