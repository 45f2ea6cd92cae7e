/// Decides which pushed image tag an Application should run, and edits that tag into the text of
/// its manifests. Pure: the room `image` fetches, commits and pushes.
///
/// Front classes, in the order in which an update passes them: [ImageList] is what an Application
/// wants kept current, from its annotations or from an [ImageUpdater], [WriteBackPlan] where its
/// tags are written, [ImageName] says whether a push is about it, [RegistryList] how its registry
/// is asked, [TagChoice] whether the tag should replace the current one, [Verdict] whether it is
/// signed by its [Signer], [Consent] and [TakenBack] whether people object. [SourceFile],
/// [KustomizationImages], [HelmValues], [ManifestEdit] and [SetterComments] write it, each into one
/// kind of file, leaving every other byte alone; [CommitStyle] says what the commit says,
/// [Withheld] what is not written, and [UpdaterStatus] what is told of an ImageUpdater. What is
/// proposed and not pushed has one request at its host: [PullRequestDraft] is what it says,
/// [PullRequestPlan] what becomes of it.
///
/// Tags are read as versions and ranges by the loose rules of [io.tiphys.core.model.Version] and
/// [io.tiphys.core.model.SemverConstraint].
@NullMarked
package io.tiphys.core.image;

import org.jspecify.annotations.NullMarked;
