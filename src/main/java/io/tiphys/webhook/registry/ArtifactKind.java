package io.tiphys.webhook.registry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Tells images from what else is kept in registries, as far as a sender lets it be seen.
final class ArtifactKind {

    static final String IMAGE = "image";
    static final String CHART = "chart";

    private static final String SIGNATURE = "signature";
    private static final String ATTESTATION = "attestation";
    private static final String OTHER = "other";

    /// Tags that belong to a manifest and are named by its digest.
    private static final Pattern OF_A_DIGEST =
            Pattern.compile("sha[0-9]{3}-[0-9a-f]{32,128}(?:\\.([a-z0-9]+))?");

    private static final Map<String, String> BY_ENDING =
            Map.of("sig", SIGNATURE, "att", ATTESTATION, "sbom", ATTESTATION);

    private static final List<String> OF_IMAGES =
            List.of(
                    "application/vnd.oci.image.",
                    "application/vnd.docker.distribution.manifest.",
                    "application/vnd.docker.container.image.",
                    "application/vnd.docker.image.rootfs.",
                    "application/vnd.oci.empty.v1+json");

    /// Beginnings of media types, and what they are of; the first that fits decides.
    private static final List<Map.Entry<String, String>> BY_TYPE =
            List.of(
                    Map.entry("application/vnd.cncf.helm.", CHART),
                    Map.entry("application/vnd.acr.helm.", CHART),
                    Map.entry("application/vnd.dev.cosign.artifact.sig.", SIGNATURE),
                    Map.entry("application/vnd.dev.cosign.simplesigning.", SIGNATURE),
                    Map.entry("application/vnd.dev.sigstore.bundle", SIGNATURE),
                    Map.entry("application/vnd.cncf.notary.", SIGNATURE),
                    Map.entry("application/vnd.dev.cosign.", ATTESTATION),
                    Map.entry("application/vnd.in-toto", ATTESTATION),
                    Map.entry("application/vnd.dsse.", ATTESTATION),
                    Map.entry("application/spdx", ATTESTATION),
                    Map.entry("text/spdx", ATTESTATION),
                    Map.entry("application/vnd.cyclonedx", ATTESTATION),
                    Map.entry("application/vnd.syft", ATTESTATION));

    private ArtifactKind() {}

    /// @param mediaTypes of the manifest, of its configuration and of its layers, as far as known
    static String of(String tag, Set<String> mediaTypes) {
        var ofADigest = OF_A_DIGEST.matcher(tag);
        if (ofADigest.matches()) {
            var ending = ofADigest.group(1);
            return ending == null ? OTHER : BY_ENDING.getOrDefault(ending, OTHER);
        }
        for (var known : BY_TYPE) {
            if (mediaTypes.stream().anyMatch(it -> it.startsWith(known.getKey()))) {
                return known.getValue();
            }
        }
        return mediaTypes.stream().allMatch(ArtifactKind::isOfImages) ? IMAGE : OTHER;
    }

    private static boolean isOfImages(String mediaType) {
        return mediaType.isEmpty() || OF_IMAGES.stream().anyMatch(mediaType::startsWith);
    }
}
