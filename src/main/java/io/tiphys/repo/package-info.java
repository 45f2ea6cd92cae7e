/// Sources in, Target State out. [ManifestService] is the front door; `git` keeps mirrors and
/// writes commits, `render` turns files into manifests, `cache` keeps what inputs gave over
/// restarts.
///
/// May import `core`. Callers hand over addresses as values: this room knows no Kubernetes object.
@NullMarked
package io.tiphys.repo;

import org.jspecify.annotations.NullMarked;
