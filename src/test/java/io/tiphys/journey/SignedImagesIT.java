package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.support.CosignKey;
import io.tiphys.support.ImageUpdaters;
import io.tiphys.support.OciRegistry;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// An image is written when it is signed, and not before, in the places of a real registry where
/// cosign puts signatures.
@ExtendWith(SharedTiphys.class)
class SignedImagesIT {

    private static final String NAME = "team/signed";

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: signed, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: signed}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
            """;

    private static final String UPDATER =
            """
            apiVersion: argocd-image-updater.argoproj.io/v1alpha1
            kind: ImageUpdater
            metadata: {name: signed, namespace: argocd}
            spec:
              imagesVerification: {cosignKey: {secretName: signers, key: cosign.pub}}
              writeBackConfig: {method: git, gitConfig: {writeBackTarget: manifests}}
              applicationRefs:
              - namePattern: signed
                images: [{alias: web, imageName: "%s/team/signed:%s"}]
            """;

    private static final String DEPLOYMENT =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: signed}
            spec:
              replicas: 0
              selector: {matchLabels: {app: signed}}
              template:
                metadata: {labels: {app: signed}}
                spec: {containers: [{name: web, image: "%s/team/signed:1.0.0"}]}
            """;

    private static final CosignKey KEY = CosignKey.generate();

    private final Tiphys tiphys;
    private final ImageUpdaters updaters;
    private final SampleClone clone;

    SignedImagesIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        updaters = new ImageUpdaters(tiphys);
        this.clone = clone;
    }

    @AfterEach
    void remove() throws Exception {
        var cluster = tiphys.cluster();
        updaters.delete("signed");
        tiphys.applications().withName("signed").delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/signed").statusCode() != 200);
        cluster.configMaps().inNamespace("argocd").withName("argocd-image-updater-config").delete();
        for (var name : new String[] {"registry", "signers"}) {
            cluster.secrets().inNamespace("argocd").withName(name).delete();
        }
        clone.update().deleteAll("signed").push("Remove it");
    }

    @Test
    void a_tag_is_written_as_soon_as_it_is_signed_and_until_then_it_is_told_why_not(
            @TempDir Path folder) throws Exception {
        assumeTrue(OciRegistry.isInstalled(), "needs docker-registry and helm");
        try (var registry = OciRegistry.start(folder, tiphys)) {
            // Given
            updaters.allow(registry, registry.host());
            var deployment = DEPLOYMENT.formatted(registry.host());
            var before = clone.write("signed/deployment.yaml", deployment).push("What is signed");
            tiphys.create(APPLICATION);
            eventually().until(() -> tiphys.get("/api/v1/applications/signed").statusCode() == 200);
            var digest = registry.pushImage(NAME, "1.1.0");

            // When: the key is not there, and then the image is not signed
            tiphys.create(UPDATER.formatted(registry.host(), "1.x"));

            // Then
            awaitTold("signed, web: 1.1.0 is not written: there is no Secret signers");
            secret("signers", Map.of("cosign.pub", KEY.pem()));
            eventually().until(() -> previewed("NOT_SIGNED").equals("it is not signed"));

            // When: another key signs, and this one another image
            sign(registry, digest, CosignKey.generate(), CosignKey.payload("r", digest));
            eventually()
                    .until(() -> previewed("NOT_SIGNED").contains("it is signed by another key"));
            sign(registry, digest, KEY, CosignKey.payload("r", "sha256:" + "0".repeat(64)));
            eventually().until(() -> previewed("NOT_SIGNED").contains("another image is signed"));
            assertThat(clone.tip()).isEqualTo(before);
            eventually()
                    .until(
                            () ->
                                    tiphys.application("signed")
                                            .at("/status/conditions")
                                            .toString()
                                            .contains("1.1.0 is not written"));

            // When: it is signed in a bundle, and looked at
            bundle(registry, digest);
            eventually().until(() -> previewed("NOT_SIGNED").isEmpty());
            tiphys.cluster()
                    .resource(UPDATER.formatted(registry.host(), "<2"))
                    .forceConflicts()
                    .serverSideApply();

            // Then
            awaitDeployment(deployment.replace("1.0.0", "1.1.0"));
            eventually()
                    .until(() -> condition().path("status").asText(), it -> !it.equals("False"));

            // When: a build pushes, and signs then
            var next = registry.pushImage(NAME, "1.2.0");
            awaitTold("signed, web: 1.2.0 is not written: it is not signed");
            sign(registry, next, KEY, CosignKey.payload("r", next));

            // Then
            awaitDeployment(deployment.replace("1.0.0", "1.2.0"));
        }
    }

    private void secret(String name, Map<String, String> entries) {
        tiphys.repositorySecret(name, entries);
    }

    /// Under a tag made of the image's digest.
    private static void sign(OciRegistry registry, String digest, CosignKey key, byte[] payload)
            throws IOException, InterruptedException {
        registry.pushManifest(
                NAME,
                digest.replace(':', '-') + ".sig",
                manifest(
                        registry,
                        CosignKey.PAYLOAD,
                        payload,
                        "\"dev.cosignproject.cosign/signature\": \"%s\""
                                .formatted(key.signature(payload))));
    }

    /// By a list of what refers to the image, under a tag, as this registry keeps none itself.
    private static void bundle(OciRegistry registry, String digest)
            throws IOException, InterruptedException {
        var bundle = KEY.bundle(CosignKey.statement(CosignKey.SIGNING, digest));
        var manifest = manifest(registry, CosignKey.BUNDLE, bundle, "");
        registry.pushManifest(
                NAME,
                digest.replace(':', '-'),
                """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                 "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json",
                                "digest": "%s", "size": %d, "artifactType": "%s"}]}
                """
                        .formatted(
                                registry.pushManifest(NAME, "", manifest),
                                manifest.getBytes(UTF_8).length,
                                CosignKey.BUNDLE));
    }

    private static String manifest(
            OciRegistry registry, String type, byte[] content, String annotations)
            throws IOException, InterruptedException {
        var empty = "{}".getBytes(UTF_8);
        return """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
         "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": "%s", "size": 2},
         "layers": [{"mediaType": "%s", "digest": "%s", "size": %d, "annotations": {%s}}]}
        """
                .formatted(
                        registry.pushBlob(NAME, empty),
                        type,
                        registry.pushBlob(NAME, content),
                        content.length,
                        annotations);
    }

    private String previewed(String reason) {
        var answer =
                tiphys.post(
                        "/api/v1/image-updates/preview",
                        "{\"application\": \"signed\"}".getBytes(UTF_8),
                        "Content-Type",
                        "application/json");
        for (var other : Tiphys.json(answer.body()).at("/items/0/others")) {
            if (other.path("reason").asText().equals(reason)) {
                return other.path("message").asText();
            }
        }
        return "";
    }

    private void awaitTold(String message) {
        eventually().until(() -> condition().path("message").asText(), it -> it.contains(message));
    }

    private void awaitDeployment(String text) {
        eventually().until(() -> clone.read("main", "signed/deployment.yaml"), text::equals);
    }

    private JsonNode condition() {
        return updaters.condition("signed", "ImagesSigned");
    }
}
