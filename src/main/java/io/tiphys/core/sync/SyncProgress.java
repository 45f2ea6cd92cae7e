package io.tiphys.core.sync;

import io.tiphys.core.model.LiveResource;
import io.tiphys.core.sync.SyncPlan.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How far a sync is, and what comes next: from its plan, what was noted of it and what lives.
///
/// A wave of several tasks is tried out before anything of it but namespaces is written, so that
/// what the API server refuses leaves nothing half done. It is through when its hooks have ended
/// well, its resources are healthy and what it pruned is gone; of the last wave, which nothing
/// waits for, only the hooks count. That is Argo CD's rule, and makes a sync without waves and
/// hooks succeed as soon as it is applied.
///
/// @param results all of them, with what the live resources say by now
public record SyncProgress(List<ResourceResult> results, Next next) {

    /// What comes next.
    public sealed interface Next {

        /// To be done side by side. Each gives a result.
        ///
        /// @param trials what is to be tried out before, side by side as well: if the API server
        ///     refuses any of it, that is the result, and no task is done
        record Run(List<Task> tasks, List<Task> trials) implements Next {}

        /// For something to happen in the cluster.
        ///
        /// @param message on what
        /// @param clear hooks of earlier operations, to be deleted: others of their names are to be
        ///     made
        /// @param clearOnceNoted the same of this one, whose results must be noted before
        record Wait(String message, List<LiveResource> clear, List<LiveResource> clearOnceNoted)
                implements Next {

            Wait(String message) {
                this(message, List.of(), List.of());
            }
        }

        record End(OperationPhase phase, String message) implements Next {}
    }

    /// What an operation says that was ended before it was through.
    public static final String TERMINATED = "Operation terminated";

    /// @param observed the Application's resources, and what bears the names of its hooks
    /// @param timeout how long an operation may take; none without
    public static SyncProgress of(
            SyncPlan plan,
            OperationState operation,
            Observation observed,
            Optional<Duration> timeout) {
        return new SyncSteps(plan, operation, observed).next(timeout);
    }
}
