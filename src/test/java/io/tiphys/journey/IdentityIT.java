package io.tiphys.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.CountingGitHost;
import io.tiphys.support.GoogleKey;
import io.tiphys.support.SelfSigned;
import io.tiphys.support.SshGitHost;
import io.tiphys.support.Tiphys;
import io.tiphys.support.TokenHost;
import io.tiphys.support.TokenHost.Answer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Repositories that show themselves to who has a token, which is had for an identity: an App's of
/// GitHub, the pod's own in Azure, an account's of Google.
class IdentityIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %1$s, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "%2$s", path: identity, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: identity}
            """;

    private static final String OAUTH = "{\"access_token\":\"canary-token\",\"expires_in\":3600}";

    @Test
    void a_token_is_had_for_the_identity_that_a_secret_names(
            @TempDir Path data, @TempDir Path folder) throws Exception {
        var podToken = Files.writeString(folder.resolve("pod-token"), "canary-pod");
        try (var tokens = TokenHost.start();
                var tiphys =
                        Tiphys.start(
                                data,
                                "tiphys.repo.poll=24h",
                                "tiphys.application.sweep=24h",
                                "tiphys.repo.azure.token-file=" + podToken,
                                "tiphys.repo.azure.client=pod",
                                "tiphys.repo.azure.tenant=home",
                                "tiphys.repo.azure.directory=" + tokens.url());
                var clone = tiphys.cloneSample();
                var gitHub = host(tiphys, "Basic " + base64("x-access-token:canary-token"));
                var azure = host(tiphys, "Bearer canary-token");
                var google = host(tiphys, "Basic " + base64(GoogleKey.EMAIL + ":canary-token"))) {
            // Given
            var commit = clone.write("identity/map.yaml", MAP).push("A folder");
            tokens.answer(IdentityIT::answer);
            tiphys.repositorySecret("git-hub", app(gitHub, tokens, "12"));
            tiphys.repositorySecret(
                    "azure", Map.of("url", azure.url(), "useAzureWorkloadIdentity", "true"));
            tiphys.repositorySecret(
                    "google",
                    Map.of(
                            "url",
                            google.url(),
                            "gcpServiceAccountKey",
                            GoogleKey.json(tokens.url() + "/google")));

            // When
            tiphys.create(APPLICATION.formatted("git-hub", gitHub.url()));
            tiphys.create(APPLICATION.formatted("azure", azure.url()));
            tiphys.create(APPLICATION.formatted("google", google.url()));

            // Then
            awaitCompared(tiphys, "azure", commit);
            awaitCompared(tiphys, "google", commit);
            tiphys.awaitComparisonError("git-hub", "it has no such githubAppInstallationID");

            // When
            tiphys.repositorySecret("git-hub", app(gitHub, tokens, "11"));

            // Then
            awaitCompared(tiphys, "git-hub", commit);
            assertThat(tokens.asked()).hasSize(4);
            assertThat(tiphys.log()).doesNotContain("canary");
            for (var name : new String[] {"git-hub", "azure", "google"}) {
                assertThat(tiphys.application(name).toString()).doesNotContain("canary");
            }
            tiphys.assertNoTroubleInLog();
        }
    }

    private static Answer answer(TokenHost.Asked asked) {
        return switch (asked.path()) {
            case "/app/installations/11/access_tokens" ->
                    new Answer(
                            201,
                            "{\"token\":\"canary-token\",\"expires_at\":\"%s\"}"
                                    .formatted(Instant.now().plus(Duration.ofHours(1))));
            case "/home/oauth2/v2.0/token", "/google" -> new Answer(200, OAUTH);
            default -> new Answer(404, "");
        };
    }

    private static CountingGitHost host(Tiphys tiphys, String authorization) {
        var host = CountingGitHost.of(URI.create(tiphys.endpoint("sampleRepository")));
        host.want(authorization);
        return host;
    }

    private static Map<String, String> app(
            CountingGitHost host, TokenHost tokens, String installation) {
        return Map.of(
                "url",
                host.url(),
                "githubAppID",
                "7",
                "githubAppInstallationID",
                installation,
                "githubAppPrivateKey",
                SelfSigned.pem(SshGitHost.key("ssh-rsa", 2048).getPrivate()),
                "githubAppEnterpriseBaseUrl",
                tokens.url());
    }

    private static void awaitCompared(Tiphys tiphys, String name, String commit) {
        Tiphys.eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                tiphys.application(name)
                                                        .at("/status/sync/revision")
                                                        .asText())
                                        .isEqualTo(commit));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
