package io.tiphys.core.image;

import java.util.Optional;

/// What a file says of an image behind its repository: a tag, a digest, both or nothing.
public record NamedTag(Optional<String> tag, Optional<String> digest) {

    /// Of an image that is not named.
    public static final NamedTag NONE = new NamedTag(Optional.empty(), Optional.empty());

    /// Of an image as it is named.
    public static NamedTag of(ImageName image) {
        return new NamedTag(image.tag(), image.digest());
    }

    /// Reads `tag`, `tag@digest` or `digest`.
    public static NamedTag parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            return ImageName.isDigest(text)
                    ? new NamedTag(Optional.empty(), Optional.of(text))
                    : new NamedTag(Optional.of(text).filter(it -> !it.isEmpty()), Optional.empty());
        }
        return new NamedTag(
                Optional.of(text.substring(0, at)).filter(it -> !it.isEmpty()),
                Optional.of(text.substring(at + 1)));
    }

    /// As a candidate of which nothing else is known.
    public Optional<Candidate> candidate() {
        return tag.map(it -> Candidate.of(it).withDigest(digest));
    }

    /// In words, for messages.
    @Override
    public String toString() {
        return tag.orElse("") + digest.map(it -> "@" + it).orElse("");
    }
}
