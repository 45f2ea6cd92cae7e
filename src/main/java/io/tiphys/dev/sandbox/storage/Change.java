package io.tiphys.dev.sandbox.storage;

import org.jspecify.annotations.Nullable;

/// One write: what an object was and what it became.
///
/// @param before null where the write made the object
/// @param after the object as written; on removal its last state, at the removal's revision
public record Change(@Nullable Stored before, Stored after, boolean removed) {

    public long revision() {
        return after.revision();
    }
}
