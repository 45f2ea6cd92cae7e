/// Git by JGit: one bare mirror for each repository, fetched incrementally; reads and commits
/// without a working tree. The only door to JGit outside `dev`.
@NullMarked
package io.tiphys.repo.git;

import org.jspecify.annotations.NullMarked;
