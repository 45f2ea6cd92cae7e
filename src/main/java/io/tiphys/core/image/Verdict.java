package io.tiphys.core.image;

import java.util.List;
import java.util.stream.Collectors;

/// Whether an image is signed as it must be, and if not, why not.
public sealed interface Verdict {

    /// @param digest of what is signed
    record Signed(String digest) implements Verdict {}

    /// @param reason a clause without an end
    record Unsigned(String reason) implements Verdict {}

    /// So many reasons are told.
    int MOST_REASONS = 3;

    /// One signature that counts is enough, whatever lies beside it: who may push to the
    /// repository may put anything there.
    ///
    /// @param digest of the image
    static Verdict of(String digest, List<ImageSignature> signatures) {
        if (signatures.contains(new ImageSignature.Good())) {
            return new Signed(digest);
        }
        var reasons =
                signatures.stream()
                        .map(ImageSignature::reason)
                        .distinct()
                        .limit(MOST_REASONS)
                        .collect(Collectors.joining("; "));
        return new Unsigned(
                reasons.isEmpty()
                        ? "it is not signed"
                        : "it has no signature that counts: " + reasons);
    }
}
