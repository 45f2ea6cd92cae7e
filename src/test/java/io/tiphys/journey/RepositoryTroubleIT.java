package io.tiphys.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.SampleClone;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What befalls repositories while Applications follow them: what runs goes on running, the
/// Application says what is wrong, and when that is over it goes on.
class RepositoryTroubleIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: troubled, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "%s", path: troubled, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {prune: true, selfHeal: true}}
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s}
            data: {value: "%s"}
            """;

    @TempDir Path data;

    @Test
    void a_repository_that_disappears_takes_nothing_with_it_and_may_come_back() throws Exception {
        try (var tiphys = start();
                var clone = tiphys.cloneSample();
                var host = hostOf(tiphys)) {
            // Given
            var first = push(clone, "first");
            tiphys.create(APPLICATION.formatted(host.url()));
            tiphys.awaitSynced("troubled", first);

            // When
            host.refuse(404);
            refresh(tiphys);

            // Then
            var troubled = tiphys.application("troubled");
            assertThat(condition(troubled))
                    .contains("ComparisonError", "There is no Git repository at " + host.url());
            assertThat(troubled.at("/status/sync/status").asText()).isEqualTo("Unknown");
            assertThat(value(tiphys, "kept")).isEqualTo("first");

            // When
            host.refuse(0);
            var second = push(clone, "second");
            refresh(tiphys);

            // Then
            assertThat(condition(tiphys.awaitSynced("troubled", second))).isEmpty();
            assertThat(value(tiphys, "kept")).isEqualTo("second");
        }
    }

    @Test
    void a_credential_that_expires_is_named_and_its_successor_counts_at_once() throws Exception {
        try (var tiphys = start();
                var clone = tiphys.cloneSample();
                var host = hostOf(tiphys)) {
            // Given
            var first = push(clone, "first");
            host.want("Basic " + base64("ada:canary-old"));
            secret(tiphys, host.url(), "canary-old");
            tiphys.create(APPLICATION.formatted(host.url()));
            tiphys.awaitSynced("troubled", first);

            // When
            host.want("Basic " + base64("ada:canary-new"));
            var second = push(clone, "second");
            refresh(tiphys);

            // Then
            assertThat(condition(tiphys.application("troubled")))
                    .contains("the credentials of the Secret troubled", "wrong or expired");
            assertThat(value(tiphys, "kept")).isEqualTo("first");

            // When
            secret(tiphys, host.url(), "canary-new");

            // Then
            assertThat(condition(tiphys.awaitSynced("troubled", second))).isEmpty();
            assertThat(value(tiphys, "kept")).isEqualTo("second");
            assertThat(tiphys.log()).doesNotContain("canary");
        }
    }

    @Test
    void a_forced_push_is_followed_and_what_it_takes_back_is_pruned() throws Exception {
        try (var tiphys = start();
                var clone = tiphys.cloneSample()) {
            // Given
            var first = push(clone, "first");
            clone.write("troubled/more.yaml", MAP.formatted("more", "to be taken back"));
            var second = clone.push("More");
            tiphys.create(APPLICATION.formatted(tiphys.endpoint("sampleRepository")));
            tiphys.awaitSynced("troubled", second);
            assertThat(value(tiphys, "more")).isEqualTo("to be taken back");

            // When
            clone.reset(first).write("troubled/map.yaml", MAP.formatted("kept", "rewritten"));
            var rewritten = clone.commit("Another second");
            clone.forcePush();

            // Then
            tiphys.awaitSynced("troubled", rewritten);
            assertThat(value(tiphys, "kept")).isEqualTo("rewritten");
            assertThat(tiphys.cluster().configMaps().inNamespace("default").withName("more").get())
                    .isNull();
        }
    }

    private Tiphys start() {
        // Nobody looks by himself: what comes, comes from what is done here.
        return Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
    }

    private static CountingGitHost hostOf(Tiphys tiphys) {
        return CountingGitHost.of(URI.create(tiphys.endpoint("sampleRepository")));
    }

    private static String push(SampleClone clone, String value) throws Exception {
        return clone.write("troubled/map.yaml", MAP.formatted("kept", value)).push(value);
    }

    private static void refresh(Tiphys tiphys) {
        // Is answered when it was looked at.
        tiphys.get("/api/v1/applications/troubled?refresh=normal");
    }

    private static String condition(JsonNode application) {
        return application.at("/status/conditions/0").toString();
    }

    private static String value(Tiphys tiphys, String map) {
        return tiphys.cluster()
                .configMaps()
                .inNamespace("default")
                .withName(map)
                .get()
                .getData()
                .get("value");
    }

    private static void secret(Tiphys tiphys, String url, String password) {
        tiphys.cluster()
                .resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName("troubled")
                                .withNamespace("argocd")
                                .addToLabels("argocd.argoproj.io/secret-type", "repository")
                                .endMetadata()
                                .addToData("url", base64(url))
                                .addToData("username", base64("ada"))
                                .addToData("password", base64(password))
                                .build())
                .serverSideApply();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
