/// Helm charts and other artefacts: repositories with an index on the web, and OCI registries; and
/// single files on the web ([WebFiles]).
///
/// [ChartSources] has them all. An [IndexRepository] knows the versions of charts by its
/// [ChartIndex], a [Registry] those of one artefact by its tags; [Archives] keeps what was
/// downloaded, and an [ArchiveFolder] reads it.
@NullMarked
package io.tiphys.repo.chart;

import org.jspecify.annotations.NullMarked;
