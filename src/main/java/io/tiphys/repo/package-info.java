/// Sources in, Target State out. [ManifestService] is the front door; `git` keeps mirrors and
/// writes commits, `render` turns files into manifests, `cache` remembers what inputs gave.
///
/// May import `core`. Callers hand over addresses as values: this room knows no Kubernetes object.
@NullMarked
package io.tiphys.repo;

import org.jspecify.annotations.NullMarked;
