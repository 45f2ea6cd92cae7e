/// The comparison of target and live: what differs, and only what somebody declared counts.
/// [io.tiphys.core.diff.Comparison] is the front door; by what it compares,
/// [io.tiphys.core.diff.ComparisonRules] says.
///
/// May import `model`, and `jq` for the paths of what may differ.
@NullMarked
package io.tiphys.core.diff;

import org.jspecify.annotations.NullMarked;
