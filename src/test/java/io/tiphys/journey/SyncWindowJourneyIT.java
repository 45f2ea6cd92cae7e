package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a sync window holds goes on by itself when it may, also if the service was not there
/// meanwhile. Nothing else wakes it: there are no sweeps.
class SyncWindowJourneyIT {

    private static final String PROJECT =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: held, namespace: argocd}
            spec:
              sourceRepos: ["*"]
              destinations: [{server: "*", namespace: "*"}]
              syncWindows:
                - {kind: deny, schedule: "%d %d * * *", duration: %ds, applications: ["*"]}
            """;

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %1$s, namespace: argocd}
            spec:
              project: held
              source: {repoURL: "@SAMPLE@", path: %1$s, targetRevision: HEAD}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: %2$s
            %3$s
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s}
            """;

    @Test
    void what_is_held_goes_on_when_the_window_lets_it(@TempDir Path data) throws Exception {
        try (var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
                var clone = tiphys.cloneSample()) {
            // Given
            var commit =
                    clone.write("automated/map.yaml", MAP.formatted("automated"))
                            .write("asked/map.yaml", MAP.formatted("asked"))
                            .push("Two folders");
            var end = Instant.now().plusSeconds(45).truncatedTo(ChronoUnit.SECONDS);
            tiphys.create(denyingUntil(end));

            // When
            tiphys.create(APPLICATION.formatted("automated", "{automated: {}}", ""));
            tiphys.create(
                    APPLICATION.formatted(
                            "asked", "{}", "operation: {sync: {}, initiatedBy: {username: ada}}"));

            // Then
            var blocked = "Sync operation blocked by sync window until " + end;
            awaitText(tiphys, "automated", "/status/conditions/0/type", "SyncWindowWarning");
            awaitText(tiphys, "automated", "/status/conditions/0/message", blocked);
            awaitText(tiphys, "asked", "/status/operationState/phase", "Running");
            awaitText(tiphys, "asked", "/status/operationState/message", blocked);
            var windows = Tiphys.json(tiphys.get("/api/v1/applications/asked/syncwindows").body());
            assertThat(windows.path("canSync").asText()).isEqualTo("false");
            assertThat(windows.path("activeWindows")).hasSize(1);
            assertThat(windows.path("assignedWindows")).hasSize(1);

            // When
            tiphys.kill();
            tiphys.restart();

            // Then
            awaitSynced(tiphys, "automated", commit);
            awaitSynced(tiphys, "asked", commit);
            assertThat(Instant.parse(text(tiphys, "automated", "/status/operationState/startedAt")))
                    .isAfterOrEqualTo(end);
            assertThat(Instant.parse(text(tiphys, "asked", "/status/operationState/finishedAt")))
                    .isAfterOrEqualTo(end);
            assertThat(tiphys.application("automated").at("/status/conditions").isEmpty()).isTrue();
            tiphys.assertNoTroubleInLog();
        }
    }

    /// From the last minute on, so that it is open already.
    private static String denyingUntil(Instant end) {
        var start = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        var time = start.atOffset(ZoneOffset.UTC);
        return PROJECT.formatted(
                time.getMinute(), time.getHour(), Duration.between(start, end).toSeconds());
    }

    private static void awaitSynced(Tiphys tiphys, String name, String commit) {
        eventually()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () -> {
                            assertThat(text(tiphys, name, "/status/operationState/phase"))
                                    .isEqualTo("Succeeded");
                            assertThat(text(tiphys, name, "/status/sync/status"))
                                    .isEqualTo("Synced");
                            assertThat(text(tiphys, name, "/status/sync/revision"))
                                    .isEqualTo(commit);
                        });
    }

    private static void awaitText(Tiphys tiphys, String name, String path, String expected) {
        eventually().untilAsserted(() -> assertThat(text(tiphys, name, path)).isEqualTo(expected));
    }

    private static String text(Tiphys tiphys, String name, String path) {
        return tiphys.application(name).at(path).asText();
    }
}
