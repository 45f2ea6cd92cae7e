/// Plays the controllers and the kubelet, so that workloads become ready, fail and disappear.
@NullMarked
package io.tiphys.dev.sandbox.life;

import org.jspecify.annotations.NullMarked;
