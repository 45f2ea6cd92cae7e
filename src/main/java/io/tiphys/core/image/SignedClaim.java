package io.tiphys.core.image;

import io.tiphys.core.model.Json;
import java.util.List;
import java.util.Map;

/// Reads what was signed, to see whether it says of this very image that somebody signs it. Whose
/// signature it is, has been seen before.
///
/// Which repository it names is not looked at, as the specification of cosign says: images may be
/// copied with their signatures.
public final class SignedClaim {

    /// The only kind of statement by which an image is signed. Others say something of it: what is
    /// in it, how it was built, what a scanner found.
    public static final String SIGNING = "https://sigstore.dev/cosign/sign/v1";

    private static final String CONTAINER = "cosign container image signature";

    private static final List<String> STATEMENTS =
            List.of("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1");

    private static final String SHA_256 = "sha256";

    private SignedClaim() {}

    /// @param payload in the format "simple signing"
    /// @param digest of the image
    /// @return why it does not say so; empty if it does
    public static String ofPayload(Map<String, Object> payload, String digest) {
        if (!Json.string(payload, "critical", "type").equals(CONTAINER)) {
            return "what is signed is no image";
        }
        return Json.string(payload, "critical", "image", "docker-manifest-digest").equals(digest)
                ? ""
                : "another image is signed";
    }

    /// @param statement in the format of in-toto
    /// @param digest of the image
    /// @return why it does not say so; empty if it does
    public static String ofStatement(Map<String, Object> statement, String digest) {
        if (!STATEMENTS.contains(Json.string(statement, "_type"))) {
            return "what is signed is no statement of in-toto";
        }
        if (!Json.string(statement, "predicateType").equals(SIGNING)) {
            return "it is an attestation, by which something is said of an image, and no signature";
        }
        return Json.array(statement, "subject").stream()
                        .map(it -> SHA_256 + ":" + Json.string(it, "digest", SHA_256))
                        .anyMatch(digest::equals)
                ? ""
                : "another image is signed";
    }
}
