package io.tiphys.core.image;

/// What a signature that lies beside an image is worth.
public sealed interface ImageSignature {

    /// Empty if it counts.
    String reason();

    /// Made of this very image, by who must sign it.
    record Good() implements ImageSignature {
        @Override
        public String reason() {
            return "";
        }
    }

    /// @param reason a clause without an end
    record Bad(String reason) implements ImageSignature {}

    /// By what is wrong with it; empty if nothing is.
    static ImageSignature of(String reason) {
        return reason.isEmpty() ? new Good() : new Bad(reason);
    }
}
