/// What journeys need: the packaged service as a process, a clone of its sample repository, and
/// waiting for what it does. No test looks inside the process.
@NullMarked
package io.tiphys.support;

import org.jspecify.annotations.NullMarked;
