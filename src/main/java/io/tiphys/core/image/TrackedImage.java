package io.tiphys.core.image;

import io.tiphys.core.model.SemverConstraint;
import java.util.Optional;

/// An image that an Application wants kept current, and how far it may move.
public record TrackedImage(
        Optional<String> alias, ImageName image, SemverConstraint constraint, TagFilter tags) {

    /// Whether a push to this repository is about this image.
    public boolean tracks(String canonicalRepository) {
        return image.canonicalRepository().equals(canonicalRepository);
    }
}
