package io.tiphys.repo.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.WebHost;
import io.tiphys.support.AzurePod;
import io.tiphys.support.GoogleKey;
import io.tiphys.support.TokenHost;
import java.time.Instant;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoogleTest {

    private final TokenHost google = TokenHost.start();
    private final Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Identities identities = new Identities(AzurePod.NONE, () -> now);

    @AfterEach
    void stop() {
        google.close();
    }

    @Test
    void an_account_that_proves_itself_gets_a_token() throws Exception {
        var endpoint = google.url() + "/token";
        assertThat(get(GoogleKey.json(endpoint))).isEqualTo("token-1");

        var asked = google.asked().getFirst();
        assertThat(asked.path()).isEqualTo("/token");
        assertThat(asked.form())
                .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        var proof =
                new JwtConsumerBuilder()
                        .setVerificationKey(GoogleKey.PAIR.getPublic())
                        .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "RS256")
                        .setEvaluationTime(NumericDate.fromSeconds(now.getEpochSecond()))
                        .setExpectedAudience(endpoint)
                        .setExpectedIssuer(GoogleKey.EMAIL)
                        .setRequireExpirationTime()
                        .setRequireIssuedAt()
                        .setMaxFutureValidityInMinutes(60)
                        .build()
                        .process(asked.form().get("assertion"));
        assertThat(proof.getJwtClaims().getStringClaimValue("scope"))
                .isEqualTo("https://www.googleapis.com/auth/cloud-platform");
        assertThat(proof.getJoseObjects().getFirst().getKeyIdHeaderValue()).isEqualTo("key-1");
    }

    @Test
    void what_google_refuses_is_named_by_its_name_alone() {
        google.answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"canary\"}");

        assertThatThrownBy(() -> get(GoogleKey.json(google.url())))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessage(
                        "127.0.0.1 gives no token for the Google account of the Secret creds: it"
                                + " answered 400 invalid_grant");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    canary                                                          | is no JSON
                    []                                                              | must be of the type
                    {"type":"authorized_user","refresh_token":"canary"}             | must be of the type
                    {"type":"service_account","private_key":"canary"}               | has no client_email
                    {"type":"service_account","client_email":"a","private_key":"canary"} | is no private key
                    {"type":"service_account","client_email":"a","token_uri":"http://canary.example"} | token_uri that is not https
                    """)
    void a_key_that_cannot_be_used_is_named_without_being_told(String key, String words) {
        assertThatThrownBy(() -> get(key))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("gcpServiceAccountKey of the Secret creds")
                .hasMessageContaining(words)
                .hasMessageNotContaining("canary");
        assertThat(google.asked()).isEmpty();
    }

    private String get(String key) {
        return identities.token(
                new Login.GoogleAccount(new Hidden(key)),
                "creds",
                new WebHost("https", "source.example", 0, GitCredential.NONE));
    }
}
