package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.tiphys.support.SshGitHost;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A repository that is reached by SSH, at a host that must show the key that it is known by.
class SshRepositoryIT {

    private static final KeyPair USER = SshGitHost.key("ssh-ed25519", 256);
    private static final KeyPair KEY = SshGitHost.key("ssh-ed25519", 256);
    private static final KeyPair OTHER_KEY = SshGitHost.key("ssh-ed25519", 256);

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: shell, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "%s", path: shell, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: shell}
            """;

    @Test
    void a_host_whose_key_changed_is_believed_when_somebody_says_so(@TempDir Path data)
            throws Exception {
        try (var tiphys =
                        Tiphys.start(data, "tiphys.repo.poll=24h", "tiphys.application.sweep=24h");
                var clone = tiphys.cloneSample();
                var bare =
                        new RepositoryBuilder()
                                .setGitDir(tiphys.data().resolve("sample.git").toFile())
                                .setBare()
                                .build();
                var host = SshGitHost.start(bare, KEY)) {
            // Given
            var first = clone.write("shell/map.yaml", MAP).push("A folder");
            host.allow(USER);
            known(tiphys, host.knownAs());
            tiphys.repositorySecret(
                    "shell", Map.of("url", host.url(), "sshPrivateKey", SshGitHost.openSsh(USER)));
            tiphys.create(APPLICATION.formatted(host.url()));
            tiphys.awaitSynced("shell", first);

            // When
            host.become(OTHER_KEY);
            var second = clone.write("shell/map.yaml", MAP + "data: {a: b}\n").push("More");
            tiphys.refresh("shell", "normal");

            // Then
            tiphys.awaitComparisonError(
                    "shell", "has another key than the ConfigMap argocd-ssh-known-hosts-cm");
            assertThat(tiphys.application("shell").at("/status/sync/revision").asText())
                    .isEqualTo(first);

            // When
            known(tiphys, host.knownAs());

            // Then
            tiphys.awaitSynced("shell", second);
            eventually()
                    .until(() -> tiphys.application("shell").at("/status/conditions").isEmpty());
            tiphys.assertNoTroubleInLog();
        }
    }

    private static void known(Tiphys tiphys, String line) {
        tiphys.cluster()
                .resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName("argocd-ssh-known-hosts-cm")
                                .withNamespace("argocd")
                                .endMetadata()
                                .addToData("ssh_known_hosts", line)
                                .build())
                .serverSideApply();
    }
}
