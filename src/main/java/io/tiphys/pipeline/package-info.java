/// From events to commands: which Applications a push touches, which images they want. Bursts
/// collapse: what waits in the log is taken together, and one command for each Application goes
/// on. [MissedPushes] finds what no event told of. May import `core`, `channel`, `store`, `repo`.
@NullMarked
package io.tiphys.pipeline;

import org.jspecify.annotations.NullMarked;
