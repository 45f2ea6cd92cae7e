package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Installed;
import io.tiphys.support.SampleClone;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kustomization whose base lies in a repository that only those see who have its password.
class RemoteBaseIT {

    private static final String NAME = "on-a-remote-base";

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: on-a-remote-base, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", path: remote/overlay, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {selfHeal: true}}
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: on-a-remote-base}
            data: {level: %s}
            """;

    @BeforeAll
    static void needTool() {
        assumeTrue(
                Installed.isOnPath("kustomize") || Installed.isOnPath("kubectl"),
                "needs kustomize or kubectl");
    }

    @Test
    void what_a_private_base_declares_is_kept_in_the_cluster(@TempDir Path data) throws Exception {
        try (var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
                var clone = tiphys.cloneSample();
                var bases = tiphys.cloneSample();
                var host = CountingGitHost.of(URI.create(tiphys.endpoint("sampleRepository")))) {
            // Given
            host.want("Basic " + base64("ada:canary"));
            bases.branch("bases").write("base/kustomization.yaml", "resources: [map.yaml]\n");
            push(bases, "info");
            var commit =
                    clone.write(
                                    "remote/overlay/kustomization.yaml",
                                    "resources: ['%s//base?ref=bases']\n".formatted(host.url()))
                            .push("On another's base");

            // When
            tiphys.create(APPLICATION);

            // Then
            awaitCondition(tiphys, host.url() + "//base: The repository " + host.url());
            awaitCondition(tiphys, "it asks for credentials, and there are none");

            // When
            allowTo(tiphys, host.url());

            // Then
            tiphys.awaitSynced(NAME, commit);
            assertThat(level(tiphys)).isEqualTo("info");

            // When
            push(bases, "debug");
            tiphys.refresh(NAME, "normal");

            // Then
            eventually().until(() -> level(tiphys).equals("debug"));
            tiphys.awaitSynced(NAME, commit);

            // When
            tiphys.settings(Map.of("kustomize.buildOptions", "--enable-exec"));

            // Then
            awaitCondition(tiphys, "argocd-cm: kustomize.buildOptions: --enable-exec");

            // When
            tiphys.settings(
                    Map.of("kustomize.buildOptions", "--load-restrictor LoadRestrictionsNone"));

            // Then
            tiphys.awaitSynced(NAME, commit);
            assertThat(tiphys.application(NAME).at("/status/conditions")).isEmpty();
            assertThat(tiphys.log()).doesNotContain("canary");
            tiphys.assertNoTroubleInLog();
        }
    }

    private static void push(SampleClone bases, String level) throws Exception {
        bases.write("base/map.yaml", MAP.formatted(level)).push("Level " + level);
    }

    private static void awaitCondition(Tiphys tiphys, String words) {
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                tiphys.application(NAME)
                                                        .at("/status/conditions/0")
                                                        .toString())
                                        .contains("ComparisonError", words)
                                        .doesNotContain("canary"));
    }

    private static String level(Tiphys tiphys) {
        var map = tiphys.cluster().configMaps().inNamespace("default").withName(NAME).get();
        return map == null ? "" : map.getData().get("level");
    }

    private static void allowTo(Tiphys tiphys, String url) {
        tiphys.cluster()
                .resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName("bases")
                                .withNamespace("argocd")
                                .addToLabels("argocd.argoproj.io/secret-type", "repository")
                                .endMetadata()
                                .addToData("url", base64(url))
                                .addToData("username", base64("ada"))
                                .addToData("password", base64("canary"))
                                .build())
                .serverSideApply();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
