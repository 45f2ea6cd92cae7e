/// The controllers of a cluster, played: workloads get pods, pods get ready, owners take what they
/// own along. How that goes is settable by annotations of a workload or of a pod's template, below
/// `sandbox.tiphys.io/`:
///
/// - `ready-after`: how long a pod takes to become ready, such as `500ms`, `3s`, `1m`.
/// - `outcome`: what becomes of a pod: `image-pull-failure`, `crash-loop` or `job-fails`.
/// - `observed-after`: how long a controller does not see a workload's change.
@NullMarked
package io.tiphys.dev.sandbox.life;

import org.jspecify.annotations.NullMarked;
