package io.tiphys.core.sync;

import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.sync.HookRuns.Leftover;
import io.tiphys.core.sync.SyncOptions.Propagation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What comes next in the deletion of an Application.
public sealed interface DeletionStep {

    /// Hooks to be made.
    record Run(List<Manifest> hooks) implements DeletionStep {}

    /// Resources to be deleted side by side. That they are leaving, or gone, brings the next step.
    ///
    /// @param propagation what becomes of what they own
    record Delete(List<LiveResource> resources, Propagation propagation) implements DeletionStep {}

    /// Hooks to be deleted or let go, now that all is done.
    record Clear(List<Leftover> hooks) implements DeletionStep {}

    /// For something to happen.
    ///
    /// @param message on what
    /// @param again when there is more to say, should nothing happen
    record Wait(String message, Optional<Duration> again) implements DeletionStep {

        Wait(String message) {
            this(message, Optional.empty());
        }
    }

    /// Hooks did not end well, and the Application stays.
    ///
    /// @param again when they are run again
    record Fail(String message, Duration again) implements DeletionStep {}

    /// A part is through.
    ///
    /// @param left what still holds the Application
    record Remove(Finalizers left) implements DeletionStep {}

    /// Nothing holds the Application any more.
    record Done() implements DeletionStep {}
}
