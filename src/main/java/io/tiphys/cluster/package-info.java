/// Clusters: connections, what kinds they know, their watched live state, and the ways to change
/// them. Objects are plain trees of JSON. May import `core`.
///
/// Front doors: [Clusters] knows which there are and which are in reach, [KubernetesApi] speaks to
/// one API server, [ClusterCache] holds what runs there and knows what belongs to what,
/// [ResourceApplier] changes it.
@NullMarked
package io.tiphys.cluster;

import org.jspecify.annotations.NullMarked;
