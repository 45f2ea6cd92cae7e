package io.tiphys.core.image;

import java.util.Optional;

/// The tag that an image gets. The digest replaces one that a manifest pins; without it such a pin
/// is dropped, since it would keep the old image.
public record Retag(String tag, Optional<String> digest) {

    public Retag {
        if (!ImageName.isTag(tag)) {
            throw new InvalidImageNameException("'%s' is not a tag".formatted(tag));
        }
        if (digest.isPresent() && !ImageName.isDigest(digest.get())) {
            throw new InvalidImageNameException("'%s' is not a digest".formatted(digest.get()));
        }
    }

    /// The value with everything behind its repository replaced; the repository stays as spelled.
    String applyTo(String image) {
        var pinned = image.indexOf('@') >= 0;
        return image.substring(0, ImageName.suffixAt(image))
                + ":"
                + tag
                + (pinned ? digest.map(it -> "@" + it).orElse("") : "");
    }
}
