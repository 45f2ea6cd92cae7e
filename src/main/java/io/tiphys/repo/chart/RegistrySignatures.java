package io.tiphys.repo.chart;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.ImageSignature;
import io.tiphys.core.image.Verdict;
import io.tiphys.repo.Digest;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.cosign.FoundSignature;
import io.tiphys.repo.cosign.SignatureCheck;
import io.tiphys.repo.cosign.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds the signatures of one image in its repository, in the three places where cosign puts them:
/// under a tag made of the image's digest, or among what refers to the image, there as before or in
/// a bundle. Looks until one counts.
final class RegistrySignatures {

    private static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
    private static final String ENTRY = "dev.sigstore.cosign/bundle";

    /// What else refers to an image is not fetched. Without a type, it may be a signature.
    private static final Set<String> TYPES =
            Set.of(
                    "",
                    SignatureCheck.BUNDLE,
                    PAYLOAD,
                    "application/vnd.dev.cosign.artifact.sig.v1+json");

    /// None is nearly as large, but for bundles with a chain of certificates.
    private static final int MAX_SIGNATURE = 1024 * 1024;

    /// Of one image. Each takes a question or two.
    private static final int MAX_MANIFESTS = 50;

    private static final int MAX_SIGNATURES = 100;

    private final Registry registry;
    private final String digest;
    private final SignatureCheck check;
    private final List<ImageSignature> checked = new ArrayList<>();

    private RegistrySignatures(Registry registry, String digest, SignatureCheck check) {
        this.registry = registry;
        this.digest = digest;
        this.check = check;
    }

    /// @param digest of the image, or of the index of several
    /// @throws ManifestFailure if the registry does not say
    static Verdict verdict(Registry registry, String digest, Trust trust) {
        var image = registry.document(digest);
        if (image.isEmpty()) {
            return new Verdict.Unsigned("the registry has no image " + digest);
        }
        var check = new SignatureCheck(trust, digest, image.get().bytes());
        return new RegistrySignatures(registry, digest, check).verdict();
    }

    private Verdict verdict() {
        if (counts(digest.replace(':', '-') + ".sig")) {
            return Verdict.of(digest, checked);
        }
        var referrers =
                registry.referrers(digest).stream()
                        .filter(it -> TYPES.contains(it.path("artifactType").asText()))
                        .map(it -> it.path("digest").asText())
                        .filter(Digest::isOne)
                        .distinct()
                        .toList();
        for (var referrer : referrers.stream().limit(MAX_MANIFESTS).toList()) {
            if (counts(referrer)) {
                return Verdict.of(digest, checked);
            }
        }
        if (referrers.size() > MAX_MANIFESTS) {
            checked.add(
                    new ImageSignature.Bad(
                            "of %d that refer to it, no more than %d are looked at"
                                    .formatted(referrers.size(), MAX_MANIFESTS)));
        }
        return Verdict.of(digest, checked);
    }

    /// Whether one of a manifest's layers is a signature that counts. What cannot be read for good
    /// does not keep others from counting.
    private boolean counts(String manifest) {
        try {
            var layers = registry.document(manifest).map(it -> it.json().path("layers"));
            return layers.isPresent() && counts(layers.get());
        } catch (ManifestFailure failure) {
            checked.add(unreadable(failure));
            return false;
        }
    }

    private boolean counts(JsonNode layers) {
        for (var layer : layers) {
            if (checked.size() >= MAX_SIGNATURES) {
                throw new ManifestFailure(
                        "no more than %d signatures are looked at".formatted(MAX_SIGNATURES));
            }
            var signature = signature(layer);
            signature.ifPresent(checked::add);
            if (signature.equals(Optional.of(new ImageSignature.Good()))) {
                return true;
            }
        }
        return false;
    }

    private Optional<ImageSignature> signature(JsonNode layer) {
        try {
            return found(layer).map(check::of);
        } catch (ManifestFailure failure) {
            return Optional.of(unreadable(failure));
        }
    }

    private static ImageSignature unreadable(ManifestFailure failure) {
        if (failure.passing()) {
            throw failure;
        }
        return new ImageSignature.Bad(String.valueOf(failure.getMessage()));
    }

    /// @return empty if it is something else than a signature
    private Optional<FoundSignature> found(JsonNode layer) {
        var type = layer.path("mediaType").asText();
        var content = layer.path("digest").asText();
        return switch (type) {
            case PAYLOAD -> {
                var annotations = layer.path("annotations");
                var signature = annotations.path(SIGNATURE).asText();
                yield Optional.of(
                        signature.isEmpty()
                                ? new FoundSignature.Unreadable("a payload has no signature")
                                : new FoundSignature.Payload(
                                        blob(content),
                                        signature,
                                        annotations.path(CERTIFICATE).asText(),
                                        annotations.path(ENTRY).asText()));
            }
            case SignatureCheck.BUNDLE -> Optional.of(new FoundSignature.Bundle(blob(content)));
            default -> Optional.empty();
        };
    }

    private byte[] blob(String content) {
        return registry.blob(content, "signature", MAX_SIGNATURE);
    }
}
