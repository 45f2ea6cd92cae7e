package io.tiphys.cluster.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.CloudTokens.Asked;
import io.tiphys.support.GoogleKey;
import io.tiphys.support.TokenHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `argocd-k8s-auth` gives, against hosts of tokens in this process.
class CloudTokensTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);

    @TempDir Path directory;

    private TokenHost host;

    @BeforeEach
    void start() {
        host = TokenHost.start();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void for_eks_a_question_who_asks_is_signed_for_this_cluster_alone() {
        var token = new AwsTokens(CLOCK).token(asked(aws(), "--cluster-name", "prod"));

        assertThat(token.expires()).isEqualTo("2026-01-01T12:14:00Z");
        assertThat(question(token.text().text()))
                .startsWith("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity")
                .contains(
                        "X-Amz-Date=20260101T120000Z",
                        "X-Amz-Expires=60",
                        "X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
                        "X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Feu-west-1%2Fsts%2Faws4_request",
                        "X-Amz-Signature=")
                .doesNotContain("canary");
        assertThat(host.asked()).isEmpty();
    }

    @Test
    void for_eks_a_role_is_taken_on_first() {
        host.answer(
                200,
                """
                <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <AssumeRoleResult><Credentials>
                    <AccessKeyId>ASIAROLE</AccessKeyId>
                    <SecretAccessKey>canary-role</SecretAccessKey>
                    <SessionToken>session</SessionToken>
                    <Expiration>2026-01-01T13:00:00Z</Expiration>
                  </Credentials></AssumeRoleResult>
                </AssumeRoleResponse>
                """);
        var variables = new HashMap<>(aws());
        variables.put("AWS_ENDPOINT_URL_STS", host.url());

        var token =
                new AwsTokens(CLOCK)
                        .token(
                                asked(
                                        variables,
                                        "--cluster-name=prod",
                                        "--role-arn=arn:aws:iam::1:role/x"));

        assertThat(question(token.text().text()))
                .contains("X-Amz-Credential=ASIAROLE%2F", "X-Amz-Security-Token=session");
        assertThat(host.asked().getFirst().form())
                .containsEntry("Action", "AssumeRole")
                .containsEntry("RoleArn", "arn:aws:iam::1:role/x");
    }

    @Test
    void for_eks_the_cluster_must_be_named() {
        assertThatThrownBy(() -> new AwsTokens(CLOCK).token(asked(aws())))
                .isInstanceOf(ApiFailure.class)
                .hasMessage("argocd-k8s-auth aws: --cluster-name is missing");
    }

    @Test
    void for_eks_a_role_that_is_not_given_is_told() {
        host.answer(
                403,
                """
                <ErrorResponse><Error><Code>AccessDenied</Code><Message>No such luck</Message>
                </Error></ErrorResponse>
                """);
        var variables = new HashMap<>(aws());
        variables.put("AWS_ENDPOINT_URL_STS", host.url());

        assertThatThrownBy(
                        () ->
                                new AwsTokens(CLOCK)
                                        .token(
                                                asked(
                                                        variables,
                                                        "--cluster-name=prod",
                                                        "--role-arn=arn:aws:iam::1:role/x")))
                .isInstanceOf(ApiFailure.class)
                .hasMessageContaining("No such luck")
                .hasMessageNotContaining("canary");
    }

    @Test
    void for_gke_the_account_of_a_key_is_shown() throws IOException {
        var key = directory.resolve("key.json");
        Files.writeString(
                key,
                GoogleKey.json(host.url() + "/token").replaceFirst("\\{", "{\"client_id\":\"1\","));

        var token =
                new GoogleTokens()
                        .token(asked(Map.of("GOOGLE_APPLICATION_CREDENTIALS", key.toString())));

        assertThat(token.text().text()).isEqualTo("token-1");
        assertThat(token.expires()).isAfter(Instant.now());
        assertThat(host.asked().getFirst().form())
                .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    }

    @Test
    void for_gke_a_key_that_is_none_is_told_without_what_it_holds() throws IOException {
        var key = directory.resolve("key.json");
        Files.writeString(key, "{\"type\": \"service_account\", \"private_key\": \"canary\"}");

        assertThatThrownBy(
                        () ->
                                new GoogleTokens()
                                        .token(
                                                asked(
                                                        Map.of(
                                                                "GOOGLE_APPLICATION_CREDENTIALS",
                                                                key.toString()))))
                .isInstanceOf(ApiFailure.class)
                .hasMessageStartingWith("argocd-k8s-auth gcp: no token is given: ")
                .hasMessageNotContaining("canary");
    }

    @Test
    void for_aks_the_pods_workload_is_shown() throws IOException {
        var file = directory.resolve("pod");
        Files.writeString(file, "pod-token\n");

        var token =
                new AzureTokens()
                        .token(
                                asked(
                                        Map.of(
                                                "AZURE_CLIENT_ID",
                                                "client",
                                                "AZURE_TENANT_ID",
                                                "tenant",
                                                "AZURE_FEDERATED_TOKEN_FILE",
                                                file.toString(),
                                                "AZURE_AUTHORITY_HOST",
                                                host.url() + "/")));

        assertThat(token.text().text()).isEqualTo("token-1");
        assertThat(token.expires()).isAfter(Instant.now());
        var question = host.asked().getFirst();
        assertThat(question.path()).isEqualTo("/tenant/oauth2/v2.0/token");
        assertThat(question.form())
                .containsEntry("scope", "6dae42f8-4368-4678-94ff-3960e28e3630/.default")
                .containsEntry("client_id", "client")
                .containsEntry("client_assertion", "pod-token");
    }

    @Test
    void for_aks_a_service_principal_is_shown() {
        new AzureTokens()
                .token(
                        asked(
                                Map.of(
                                        "AAD_LOGIN_METHOD", "spn",
                                        "AAD_SERVER_APPLICATION_ID", "own-server",
                                        "AAD_SERVICE_PRINCIPAL_CLIENT_ID", "principal",
                                        "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET", "canary",
                                        "AZURE_TENANT_ID", "tenant",
                                        "AZURE_AUTHORITY_HOST", host.url())));

        assertThat(host.asked().getFirst().form())
                .containsEntry("scope", "own-server/.default")
                .containsEntry("client_id", "principal")
                .containsEntry("client_secret", "canary");
    }

    @Test
    void for_aks_the_machines_own_identity_is_asked_for() {
        var token =
                new AzureTokens(host.url())
                        .token(
                                asked(
                                        Map.of(
                                                "AAD_LOGIN_METHOD", "msi",
                                                "AZURE_CLIENT_ID", "of several")));

        assertThat(token.text().text()).isEqualTo("token-1");
        assertThat(host.asked().getFirst().path())
                .isEqualTo(
                        "/metadata/identity/oauth2/token?api-version=2018-02-01"
                                + "&resource=6dae42f8-4368-4678-94ff-3960e28e3630"
                                + "&client_id=of+several");
    }

    @Test
    void for_aks_a_refusal_is_told_by_its_names_and_not_by_its_words() {
        host.answer(
                401,
                """
                {"error": "invalid_client",
                 "error_description": "AADSTS7000215: Invalid secret canary"}
                """);

        assertThatThrownBy(
                        () ->
                                new AzureTokens()
                                        .token(
                                                asked(
                                                        Map.of(
                                                                "AAD_LOGIN_METHOD", "spn",
                                                                "AZURE_CLIENT_ID", "principal",
                                                                "AZURE_CLIENT_SECRET", "canary",
                                                                "AZURE_TENANT_ID", "tenant",
                                                                "AZURE_AUTHORITY_HOST",
                                                                        host.url()))))
                .isInstanceOf(ApiFailure.class)
                .hasMessage(
                        "127.0.0.1 gives no token: it answered 401 invalid_client AADSTS7000215");
    }

    @Test
    void for_aks_what_is_missing_or_unsafe_is_named() {
        assertThatThrownBy(() -> new AzureTokens().token(asked(Map.of())))
                .hasMessage("argocd-k8s-auth azure: AZURE_CLIENT_ID is not set");
        assertThatThrownBy(
                        () ->
                                new AzureTokens()
                                        .token(asked(Map.of("AAD_LOGIN_METHOD", "devicecode"))))
                .hasMessageStartingWith("AAD_LOGIN_METHOD must be");
        assertThatThrownBy(
                        () ->
                                new AzureTokens()
                                        .token(
                                                asked(
                                                        Map.of(
                                                                "AAD_LOGIN_METHOD", "spn",
                                                                "AZURE_CLIENT_ID", "principal",
                                                                "AZURE_CLIENT_SECRET", "canary",
                                                                "AZURE_TENANT_ID", "tenant",
                                                                "AZURE_AUTHORITY_HOST",
                                                                        "http://login.example"))))
                .hasMessage("AZURE_AUTHORITY_HOST must begin with https://");
    }

    private static Map<String, String> aws() {
        return Map.of(
                "AWS_REGION", "eu-west-1",
                "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY", "canary");
    }

    private static Asked asked(Map<String, String> variables, String... arguments) {
        return new Asked(List.of(arguments), name -> variables.getOrDefault(name, ""));
    }

    private static String question(String token) {
        assertThat(token).startsWith("k8s-aws-v1.").doesNotContain("=");
        return new String(
                Base64.getUrlDecoder().decode(token.substring("k8s-aws-v1.".length())), UTF_8);
    }
}
