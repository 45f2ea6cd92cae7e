package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.Tiphys;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Git host that takes connections and never answers holds up nobody but who needs it.
class SilentHostIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: patient-%d, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "http://127.0.0.1:%d/r.git", path: ., targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
            """;

    /// So many that their commands are in every partition, before those of the push.
    private static final int WAITING = 30;

    @Test
    void a_push_is_deployed_while_another_applications_host_is_silent(@TempDir Path data)
            throws Exception {
        // Given: a host that is waited for longer than all that is done here takes
        try (var tiphys = Tiphys.start(data, "tiphys.repo.timeout=30m");
                var clone = tiphys.cloneSample();
                var host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int n = 0; n < WAITING; n++) {
                tiphys.create(APPLICATION.formatted(n, host.getLocalPort()));
            }
            try (var _ = host.accept()) {
                // What is not known yet is touched by no push.
                eventually()
                        .until(
                                () ->
                                        tiphys.get("/api/v1/applications/patient-" + (WAITING - 1))
                                                        .statusCode()
                                                == 200);
                push(tiphys, host.getLocalPort());
                eventually().until(() -> waiting(tiphys).count() == WAITING);

                // When
                var commit =
                        clone.write("guestbook/silent.yaml", "# somebody else waits\n")
                                .push("Change a comment");

                // Then
                tiphys.awaitSynced("guestbook", commit);
                for (int n = 0; n < WAITING; n++) {
                    assertThat(
                                    tiphys.application("patient-" + n)
                                            .at("/status/sync")
                                            .isMissingNode())
                            .isTrue();
                }
            }
        }
    }

    private static void push(Tiphys tiphys, int port) {
        var body =
                Deliveries.push(
                        "http://127.0.0.1:%d/r.git".formatted(port),
                        "1".repeat(40),
                        "2".repeat(40));
        assertThat(
                        new Deliveries(tiphys)
                                .fromGitHub(UUID.randomUUID().toString(), body)
                                .statusCode())
                .isEqualTo(202);
    }

    /// Those that were asked to be compared.
    private static Stream<String> waiting(Tiphys tiphys) {
        return new EventLog(tiphys)
                .records("tiphys.commands").stream()
                        .map(it -> it.key())
                        .filter(key -> key.startsWith("argocd/patient-"))
                        .distinct();
    }
}
