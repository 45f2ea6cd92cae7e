package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.tiphys.support.Deliveries;
import io.tiphys.support.GpgKey;
import io.tiphys.support.ImageUpdaters;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Where a project says who must sign, what the service commits is signed so that it goes live.
@ExtendWith(SharedTiphys.class)
class SignedUpdatesIT {

    private static final String OBJECTS =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: countersigned, namespace: argocd}
            spec:
              sourceRepos: ["*"]
              destinations: [{server: "*", namespace: "*"}]
              sourceIntegrity:
                git:
                  policies: [{repos: [{url: "*"}], gpg: {mode: head, keys: ["%s"]}}]
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: countersigned, namespace: argocd}
            spec:
              project: countersigned
              source: {repoURL: "@SAMPLE@", path: countersigned, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            ---
            apiVersion: argocd-image-updater.argoproj.io/v1alpha1
            kind: ImageUpdater
            metadata: {name: countersigned, namespace: argocd}
            spec:
              writeBackConfig: {method: git, gitConfig: {writeBackTarget: manifests}}
              applicationRefs:
              - namePattern: countersigned
                images: [{alias: web, imageName: "registry.local/team/countersigned:1.x"}]
            """;

    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: countersigned, namespace: default}
            spec: {containers: [{name: web, image: "registry.local/team/countersigned:1.0.0"}]}
            """;

    private static final String SETTINGS = "argocd-image-updater-config";
    private static final String KEYS = "tiphys-signing-keys";

    private final GpgKey ada = GpgKey.create();
    private final GpgKey expired = GpgKey.create(Instant.now().minusSeconds(7200), 3600);
    private final Tiphys tiphys;
    private final SampleClone clone;
    private final Deliveries deliveries;
    private int next = 1;

    SignedUpdatesIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
    }

    @AfterEach
    void remove() throws Exception {
        tiphys.applications().withName("countersigned").delete();
        for (var name : new String[] {SETTINGS, "argocd-gpg-keys-cm"}) {
            tiphys.cluster().configMaps().inNamespace("argocd").withName(name).delete();
        }
        tiphys.cluster().secrets().inNamespace("argocd").withName(KEYS).delete();
        eventually()
                .until(() -> tiphys.get("/api/v1/applications/countersigned").statusCode() != 200);
        clone.update().deleteAll("countersigned").push("Remove it");
    }

    @Test
    void an_update_and_a_rollback_are_signed_and_with_an_expired_key_not_made() throws Exception {
        // Given
        map("argocd-gpg-keys-cm", Map.of(ada.id(), ada.armoured()));
        map(
                SETTINGS,
                Map.of(
                        "git.user", "Ada",
                        "git.email", "ada@example.org",
                        "git.commit-sign-off", "true",
                        "git.commit-signing-key", expired.id()));
        secret(Map.of("old", expired.armouredPrivate(), "new", ada.armouredPrivate()));
        var first = clone.write("countersigned/pod.yaml", POD).pushSigned("Signed", ada);
        for (var object : OBJECTS.formatted(ada.id()).split("---\n", -1)) {
            tiphys.create(object);
        }
        tiphys.awaitSynced("countersigned", first);
        eventually().until(() -> status().contains("\"applicationsMatched\":1"));

        // When
        notifyOfTheNext();

        // Then
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(status())
                                        .contains("Written", "WriteFailed")
                                        .contains("countersigned web: git.commit-signing-key: the")
                                        .contains("has a key that expired at "));
        assertThat(clone.tip()).isEqualTo(first);

        // When
        map(
                SETTINGS,
                Map.of(
                        "git.user", "Ada",
                        "git.email", "ada@example.org",
                        "git.commit-sign-off", "true",
                        "git.commit-signing-key", ada.id()));

        // Then: nobody knows when the service has seen it
        var signed =
                eventually()
                        .pollInterval(Duration.ofSeconds(1))
                        .until(
                                () -> {
                                    var tip = clone.tip();
                                    if (tip.equals(first)) {
                                        notifyOfTheNext();
                                    }
                                    return tip;
                                },
                                it -> !it.equals(first));
        tiphys.awaitSynced("countersigned", signed);
        assertThat(clone.message(signed)).endsWith("\nSigned-off-by: Ada <ada@example.org>\n");
        eventually().until(() -> status().contains("WriteSucceeded"));
        assertThat(metadata(signed)).contains("Good signature from Ada <ada@example.org>");

        // When
        tiphys.patch("countersigned", "{\"spec\": {\"syncPolicy\": {\"automated\": null}}}");
        var answer =
                tiphys.post(
                        "/api/v1/applications/countersigned/rollback",
                        "{\"id\": 0, \"git\": true}".getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/json");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var back = Tiphys.json(answer.body()).path("commit").asText();
        eventually()
                .until(() -> metadata(back).contains("Good signature from Ada <ada@example.org>"));
        assertThat(clone.read("main", "countersigned/pod.yaml")).isEqualTo(POD);
    }

    private void notifyOfTheNext() {
        var tag = "1.%d.0".formatted(next++);
        assertThat(deliveries.imagePushed("team/countersigned", tag).statusCode()).isEqualTo(202);
    }

    private String metadata(String revision) {
        return tiphys.get(
                        "/api/v1/applications/countersigned/revisions/%s/metadata"
                                .formatted(revision))
                .body();
    }

    private String status() {
        return new ImageUpdaters(tiphys).status("countersigned").toString();
    }

    private void map(String name, Map<String, String> entries) {
        tiphys.cluster()
                .resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace("argocd")
                                .endMetadata()
                                .withData(entries)
                                .build())
                .serverSideApply();
    }

    private void secret(Map<String, String> entries) {
        tiphys.cluster()
                .resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName(KEYS)
                                .withNamespace("argocd")
                                .endMetadata()
                                .withStringData(entries)
                                .build())
                .create();
    }
}
