package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Json;
import java.time.Instant;
import java.util.List;

/// When something else takes the place of an operation that is not over: what somebody asks for, or
/// something newer, if the Application wants that by its annotation `tiphys.io/supersede`.
public final class Replacement {

    private Replacement() {}

    /// Of an operation that waits for its next try.
    ///
    /// @param revisions that the Application's sources have now
    public static boolean isDue(
            OperationState waiting, Application application, List<String> revisions) {
        return application
                        .operation()
                        .filter(it -> !it.tree().equals(waiting.operation()))
                        .isPresent()
                || (mayBeNewer(waiting, application) && isNewer(application, revisions));
    }

    /// Whether something newer may take its place at this point: of an automated one, and not while
    /// its hooks run.
    public static boolean mayBeNewer(OperationState operation, Application application) {
        return operation.phase() == OperationPhase.RUNNING
                && Json.bool(operation.operation(), "initiatedBy", "automated")
                && "true".equals(application.annotations().get(Annotations.SUPERSEDE))
                && operation.results().stream().noneMatch(ResourceResult::isRunning);
    }

    /// Whether the Application declares something else by now than its newest operation is of.
    public static boolean isNewer(Application application, List<String> revisions) {
        return application
                .status()
                .lastOperation()
                .filter(it -> it.tried(application.sources(), revisions))
                .isEmpty();
    }

    /// The operation at the end that this puts to it.
    public static OperationState of(
            OperationState operation,
            Application application,
            List<String> revisions,
            Instant now) {
        return operation.ended(
                OperationPhase.FAILED,
                application.operation().isPresent()
                        ? "Replaced by an operation that was asked for"
                        : "Superseded by " + String.join(", ", revisions),
                now);
    }
}
