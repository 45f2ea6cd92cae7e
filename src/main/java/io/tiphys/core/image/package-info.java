/// Decides which pushed image tag an Application should run, and edits that tag into the text of
/// its manifests. Pure: the room `image` fetches, commits and pushes.
///
/// Front classes, in the order in which an update passes them: [ImageList] reads what the
/// Application tracks from its annotations, [ImageName] says whether a push is about it,
/// [UpdateDecision] says whether the tag should replace the current one, and [ManifestEdit] writes
/// it, leaving every other byte of the file alone.
///
/// Tags are read as versions and ranges by the loose rules of [io.tiphys.core.model.Version] and
/// [io.tiphys.core.model.SemverConstraint].
@NullMarked
package io.tiphys.core.image;

import org.jspecify.annotations.NullMarked;
