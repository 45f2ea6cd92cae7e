package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.PluginServer;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a plugin beside the service makes of a repository is kept in the cluster.
class PluginJourneyIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: plugged, namespace: argocd}
            spec:
              project: default
              source:
                repoURL: "@SAMPLE@"
                path: plugged
                targetRevision: main
                plugin: {name: upper-v1, env: [{name: OF, value: "$ARGOCD_APP_NAME"}]}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String GENERATE =
            """
            echo "apiVersion: v1"
            echo "kind: ConfigMap"
            echo "metadata: {name: of-$ARGOCD_ENV_OF}"
            echo "data: {word: $(tr a-z A-Z < word)}"
            """;

    @Test
    void a_push_is_rendered_by_the_plugin(@TempDir Path data, @TempDir Path sockets)
            throws Exception {
        try (var _ = new PluginServer(sockets, "upper-v1", GENERATE, Optional.empty());
                var tiphys = Tiphys.start(data, "tiphys.repo.plugins.directory=" + sockets);
                var clone = tiphys.cloneSample()) {
            // Given
            var first = clone.update().write("plugged/word", "one").push("A word");
            tiphys.create(APPLICATION);
            var application = tiphys.awaitSynced("plugged", first);
            assertThat(application.at("/status/sourceType").asText()).isEqualTo("Plugin");
            eventually().until(() -> word(tiphys).equals("ONE"));

            // When
            var second = clone.write("plugged/word", "two").push("Another word");

            // Then
            tiphys.awaitSynced("plugged", second);
            eventually().until(() -> word(tiphys).equals("TWO"));
            tiphys.assertNoTroubleInLog();
        }
    }

    private static String word(Tiphys tiphys) {
        var map = tiphys.cluster().configMaps().inNamespace("default").withName("of-plugged").get();
        return map == null ? "" : map.getData().get("word");
    }
}
