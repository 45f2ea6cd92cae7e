/// Sources in, Target State out. [ManifestService] is the front door; `git` keeps mirrors and
/// writes commits, `chart` reads charts, other artefacts and files on the web, `host` is what both
/// need to reach one and `identity` what some hosts want to be shown, `pull` has requests to merge
/// what was written, `render` turns files into manifests. [ManifestCache] remembers what inputs
/// gave, `cache` does so over restarts and for other replicas.
///
/// May import `core`. Callers hand over addresses as values: this room knows no Kubernetes object.
@NullMarked
package io.tiphys.repo;

import org.jspecify.annotations.NullMarked;
