package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.tiphys.support.GpgKey;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.SshKey;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Where a project says who must sign, only what is signed goes live.
@ExtendWith(SharedTiphys.class)
class SignedCommitsJourneyIT {

    private static final String GPG_KEYS = "argocd-gpg-keys-cm";
    private static final String ALLOWED_SIGNERS = "tiphys-allowed-signers-cm";

    private static final String PROJECT =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: %1$s, namespace: argocd}
            spec:
              sourceRepos: ["*"]
              destinations: [{server: "*", namespace: "*"}]
              sourceIntegrity:
                git:
                  policies: [{repos: [{url: "*"}], %2$s: {mode: head, keys: ["%3$s"]}}]
            """;

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %1$s, namespace: argocd}
            spec:
              project: %1$s
              source: {repoURL: "@SAMPLE@", path: %1$s, targetRevision: %1$s}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private final Tiphys tiphys;
    private final SampleClone clone;

    SignedCommitsJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @Test
    void only_what_a_signer_signed_with_gpg_goes_live_and_a_removed_key_counts_at_once()
            throws Exception {
        // Given
        var ada = GpgKey.create();
        keys(GPG_KEYS, Map.of(ada.id(), ada.armoured()));
        tiphys.create(PROJECT.formatted("guarded", "gpg", ada.id()));
        clone.branch("guarded");
        var unsigned = commit("guarded", 1).push("Unsigned");
        tiphys.create(APPLICATION.formatted("guarded"));

        // Then
        awaitRefused(
                "guarded", "GIT/GPG: Failed verifying revision " + unsigned, "unsigned (key_id=)");
        assertThat(value("guarded")).isEqualTo("none");

        // When
        var signed = commit("guarded", 2).pushSigned("Signed", ada);

        // Then
        tiphys.awaitSynced("guarded", signed);
        assertThat(value("guarded")).isEqualTo("2");
        assertThat(tiphys.application("guarded").at("/status/conditions").isEmpty()).isTrue();
        assertThat(metadata("guarded", signed))
                .contains("\"author\":\"Ada <ada@example.org>\"", "\"message\":\"Signed\"")
                .contains("Good signature from Ada <ada@example.org> key " + ada.id());
        assertThat(metadata("guarded", unsigned)).contains("Revision is not signed.");

        // When
        commit("guarded", 3).push("Unsigned again");

        // Then
        awaitRefused("guarded", "unsigned (key_id=)");
        assertThat(value("guarded")).isEqualTo("2");

        // When
        var again = commit("guarded", 4).pushSigned("Signed again", ada);
        tiphys.awaitSynced("guarded", again);
        keys(GPG_KEYS, Map.of());

        // Then
        awaitRefused("guarded", "signed with key not in keyring (key_id=" + ada.id());

        // When
        keys(GPG_KEYS, Map.of(ada.id(), ada.armoured()));

        // Then
        tiphys.awaitSynced("guarded", again);

        // When
        tiphys.cluster()
                .resource(PROJECT.formatted("guarded", "gpg", "nonsense"))
                .forceConflicts()
                .serverSideApply();

        // Then
        await(
                "guarded",
                "InvalidSpecError",
                "The project guarded cannot be read:"
                        + " spec.sourceIntegrity.git.policies[].gpg.keys:");

        // When
        tiphys.cluster()
                .genericKubernetesResources("argoproj.io/v1alpha1", "AppProject")
                .inNamespace("argocd")
                .withName("guarded")
                .delete();

        // Then
        await(
                "guarded",
                "InvalidSpecError",
                "Application referencing project guarded which does not exist");
        assertThat(value("guarded")).isEqualTo("4");
    }

    @Test
    void only_what_a_signer_signed_with_ssh_goes_live(@TempDir Path folder) throws Exception {
        // Given
        var ada = SshKey.create(folder, "ssh-ed25519", 256);
        tiphys.create(PROJECT.formatted("sshguarded", "ssh", ada.fingerprint()));
        clone.branch("sshguarded");
        var signed = commit("sshguarded", 1).pushSigned("Signed", ada);
        tiphys.create(APPLICATION.formatted("sshguarded"));
        awaitRefused("sshguarded", "GIT/SSH: ", "not among the allowed signers");

        // When
        keys(ALLOWED_SIGNERS, Map.of("allowed_signers", "ada@example.org " + ada.known()));

        // Then
        tiphys.awaitSynced("sshguarded", signed);
        assertThat(value("sshguarded")).isEqualTo("1");
    }

    @Test
    void a_commit_that_is_not_known_is_not_looked_for() {
        var unknown = "/api/v1/applications/guestbook/revisions/%s/metadata";

        assertThat(tiphys.get(unknown.formatted("0".repeat(40))).statusCode()).isEqualTo(404);
        assertThat(tiphys.get(unknown.formatted("main")).statusCode()).isEqualTo(400);
        assertThat(tiphys.get(unknown.formatted("main")).body())
                .contains("revision main must be resolved");
        assertThat(tiphys.get("/api/v1/applications/none/revisions/0000000/metadata").statusCode())
                .isEqualTo(404);
        assertThat(tiphys.get(unknown.formatted("0".repeat(40)) + "?sourceIndex=1").statusCode())
                .isEqualTo(400);
    }

    private SampleClone commit(String name, int value) throws Exception {
        return clone.write(
                name + "/map.yaml",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s}
                data: {value: "%d"}
                """
                        .formatted(name, value));
    }

    private void awaitRefused(String application, String... words) {
        await(application, "ComparisonError", words);
    }

    private void await(String application, String type, String... words) {
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                tiphys.application(application)
                                                        .at("/status/conditions/0")
                                                        .toString())
                                        .contains(type)
                                        .contains(words));
    }

    private String metadata(String application, String revision) {
        return tiphys.get(
                        "/api/v1/applications/%s/revisions/%s/metadata"
                                .formatted(application, revision))
                .body();
    }

    private String value(String name) {
        var map = tiphys.cluster().configMaps().inNamespace("default").withName(name).get();
        return map == null ? "none" : map.getData().get("value");
    }

    private void keys(String map, Map<String, String> entries) {
        tiphys.cluster()
                .resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(map)
                                .withNamespace("argocd")
                                .endMetadata()
                                .withData(entries)
                                .build())
                .serverSideApply();
    }
}
