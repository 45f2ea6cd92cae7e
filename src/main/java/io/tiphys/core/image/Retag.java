package io.tiphys.core.image;

import java.util.Optional;

/// The tag that an image gets. The digest replaces one that a file pins; without it such a pin
/// is dropped, since it would keep the old image.
///
/// @param pins whether the digest is written where there was none, too
public record Retag(String tag, Optional<String> digest, boolean pins) {

    public Retag {
        if (!ImageName.isTag(tag)) {
            throw new InvalidImageNameException("'%s' is not a tag".formatted(tag));
        }
        if (digest.isPresent() && !ImageName.isDigest(digest.get())) {
            throw new InvalidImageNameException("'%s' is not a digest".formatted(digest.get()));
        }
    }

    public Retag(String tag, Optional<String> digest) {
        this(tag, digest, false);
    }

    /// The value with everything behind its repository replaced; the repository stays as spelled.
    String applyTo(String image) {
        return image.substring(0, ImageName.suffixAt(image))
                + ":"
                + suffix(image.indexOf('@') >= 0);
    }

    /// What comes behind the colon.
    ///
    /// @param pinned whether the value had a digest
    public String suffix(boolean pinned) {
        return tag + digest(pinned).map(it -> "@" + it).orElse("");
    }

    Optional<String> digest(boolean pinned) {
        return pinned || pins ? digest : Optional.empty();
    }
}
