package io.tiphys.core.image;

import io.tiphys.core.model.SemverConstraint;

/// By what one tag of an image comes after another. The names are those of Argo CD Image Updater,
/// but for the last.
public sealed interface UpdateStrategy {

    /// `semver`: the highest version that a constraint allows.
    record Semver(SemverConstraint constraint) implements UpdateStrategy {}

    /// `newest-build`, also `latest`: the image that was built last, as its configuration says.
    record NewestBuild() implements UpdateStrategy {}

    /// `alphabetical`, also `name`: the last tag in the order of its characters.
    record Alphabetical() implements UpdateStrategy {}

    /// `digest`: what stands under one tag, which is written with its digest.
    record Digest(String tag) implements UpdateStrategy {}

    /// `newest-push`: what was pushed last. Unlike a build's, that time cannot be forged by who
    /// builds.
    record NewestPush() implements UpdateStrategy {}
}
