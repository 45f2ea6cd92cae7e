/// Git by JGit: one bare mirror for each repository, fetched incrementally; reads and commits
/// without a working tree. The only door to JGit outside `dev`.
///
/// [GitMirrors] has the mirrors. A [GitMirror] has two sides: [GitRemote] is the host's,
/// [MirrorFiles] the disk's; [FollowedRevisions] knows where what Applications follow stands on
/// both. [Verification] says whether a commit or tag is signed as a project demands. A mirror that
/// is damaged is built anew, and what nobody uses is dropped now and then.
///
/// A [BranchWriter] makes commits, which a [CommitSigner] signs, and pushes them, or has GitHub
/// make them ([GitHubCommits]).
///
/// A [Checkout] is a commit as it is read, in [TreeFolder]s; it goes on to the mirrors of its
/// [Submodules], and to the [LargeFiles] that an [LfsServer] has in place of pointers.
@NullMarked
package io.tiphys.repo.git;

import org.jspecify.annotations.NullMarked;
