/// The comparison of target and live: what differs, and only what somebody declared counts.
@NullMarked
package io.tiphys.core.diff;

import org.jspecify.annotations.NullMarked;
