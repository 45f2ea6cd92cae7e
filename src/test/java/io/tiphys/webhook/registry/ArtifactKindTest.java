package io.tiphys.webhook.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactKindTest {

    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String OF_A_DIGEST = "sha256-" + "0a".repeat(32);

    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.image.config.v1+json, image",
        "application/vnd.docker.container.image.v1+json, image",
        "application/vnd.docker.image.rootfs.diff.tar.gzip, image",
        "application/vnd.oci.image.layer.v1.tar+gzip, image",
        "application/vnd.cncf.helm.config.v1+json, chart",
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip, chart",
        "application/vnd.acr.helm.chart, chart",
        "application/vnd.dev.cosign.simplesigning.v1+json, signature",
        "application/vnd.dev.sigstore.bundle.v0.3+json, signature",
        "application/vnd.cncf.notary.signature, signature",
        "application/vnd.in-toto+json, attestation",
        "application/vnd.dsse.envelope.v1+json, attestation",
        "application/spdx+json, attestation",
        "application/vnd.cyclonedx+json, attestation",
        "application/vnd.cncf.flux.config.v1+json, other",
        "application/vnd.wasm.config.v0+json, other"
    })
    void a_part_tells_what_the_whole_is(String part, String kind) {
        assertThat(ArtifactKind.of("1.0", Set.of(MANIFEST, part))).isEqualTo(kind);
    }

    @Test
    void tags_of_digests_belong_to_another_manifest() {
        assertThat(ArtifactKind.of(OF_A_DIGEST + ".sig", Set.of(MANIFEST))).isEqualTo("signature");
        assertThat(ArtifactKind.of(OF_A_DIGEST + ".att", Set.of())).isEqualTo("attestation");
        assertThat(ArtifactKind.of(OF_A_DIGEST + ".sbom", Set.of())).isEqualTo("attestation");
        assertThat(ArtifactKind.of(OF_A_DIGEST + ".new", Set.of())).isEqualTo("other");
        assertThat(ArtifactKind.of(OF_A_DIGEST, Set.of(MANIFEST))).isEqualTo("other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1.0", "latest", "sha256-0a0a", "sha-0a0a0a0", "release.sig", "1.0.sbom"})
    void who_says_no_more_pushes_images(String tag) {
        assertThat(ArtifactKind.of(tag, Set.of())).isEqualTo("image");
        assertThat(ArtifactKind.of(tag, Set.of(""))).isEqualTo("image");
        assertThat(ArtifactKind.of(tag, Set.of(MANIFEST))).isEqualTo("image");
    }
}
