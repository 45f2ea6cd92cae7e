package io.tiphys.dev.sandbox.registry;

import java.util.ArrayList;
import java.util.List;

/// How a write is meant: by whom, through which subresource, for real or not.
///
/// @param strict unknown fields refuse the write; otherwise they are dropped, with a warning
/// @param warnings what the writer is told besides the answer
/// @param gate what still has to let it through
public record Write(
        String manager,
        String subresource,
        boolean dryRun,
        boolean strict,
        boolean force,
        List<String> warnings,
        Gate gate) {

    /// The sandbox's own controllers write as this.
    public static Write by(String manager, String subresource) {
        return new Write(manager, subresource, false, false, false, new ArrayList<>(), Gate.OPEN);
    }
}
