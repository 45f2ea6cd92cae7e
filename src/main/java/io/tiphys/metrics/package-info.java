/// Listens and counts: Argo CD's metric names where dashboards depend on them, our own beside them.
/// [MetricNames] is the one list of names.
///
/// May import `core`, `channel`, `store` and, for what is known of clusters, `cluster`; imported by
/// nobody.
@NullMarked
package io.tiphys.metrics;

import org.jspecify.annotations.NullMarked;
