/// What crosses the wire: JSON and YAML bodies, and refusals as `metav1.Status`.
@NullMarked
package io.tiphys.dev.sandbox.wire;

import org.jspecify.annotations.NullMarked;
