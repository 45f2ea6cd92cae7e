package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.support.Installed;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A chart that makes a password of its own keeps it, until somebody asks for another. Skipped
/// where there is no Helm on the PATH; CI sees to it that there is.
class VaryingChartIT {

    private static final String CONDITION = "VaryingManifestsWarning";

    @Test
    void a_random_password_outlives_a_restart_and_its_author_is_told_that_it_is_one(
            @TempDir Path data) throws Exception {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
        try (var tiphys = Tiphys.start(data);
                var clone = tiphys.cloneSample()) {
            // Given
            var commit =
                    clone.write(
                                    "charts/lock/Chart.yaml",
                                    "{apiVersion: v2, name: lock, version: 1.0.0}")
                            .write(
                                    "charts/lock/templates/map.yaml",
                                    """
                                    apiVersion: v1
                                    kind: ConfigMap
                                    metadata: {name: lock}
                                    data: {password: "{{ randAlphaNum 20 }}"}
                                    """)
                            .push("Add a lock");
            tiphys.create(
                    """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Application
                    metadata:
                      name: lock
                      namespace: argocd
                    spec:
                      project: default
                      source:
                        repoURL: "@SAMPLE@"
                        targetRevision: main
                        path: charts/lock
                      destination:
                        server: https://kubernetes.default.svc
                        namespace: default
                      syncPolicy: {automated: {}}
                    """);
            tiphys.awaitSynced("lock", commit);
            var password = password(tiphys);

            // When
            tiphys.stop();
            tiphys.restart();
            var unrelated = clone.write("README.md", "Nothing new\n").push("Change nothing");

            // Then
            tiphys.awaitSynced("lock", unrelated);
            assertThat(password(tiphys)).isEqualTo(password);
            assertThat(conditions(tiphys)).doesNotContain(CONDITION);

            // When
            tiphys.get("/api/v1/applications/lock?refresh=hard");

            // Then
            eventually().until(() -> !password(tiphys).equals(password));
            eventually().until(() -> conditions(tiphys).contains(CONDITION));
        }
    }

    private static String password(Tiphys tiphys) {
        return tiphys.cluster()
                .configMaps()
                .inNamespace("default")
                .withName("lock")
                .get()
                .getData()
                .get("password");
    }

    private static String conditions(Tiphys tiphys) {
        return tiphys.application("lock").at("/status/conditions").toString();
    }
}
