package io.tiphys.core.event;

import io.tiphys.core.model.ApplicationId;

/// What happened to an Application. Keyed by Application.
public sealed interface ApplicationEvent {

    ApplicationId application();

    /// Its status changed.
    ///
    /// @param syncStatus Synced, OutOfSync or Unknown
    /// @param health Healthy, Progressing, …
    /// @param revision the commit that it was compared with, empty if that failed
    /// @param cause id of the event behind it, empty for the sweep and live changes
    record Refreshed(
            ApplicationId application,
            String syncStatus,
            String health,
            String revision,
            String cause)
            implements ApplicationEvent {}

    /// A sync ended.
    ///
    /// @param phase Succeeded, Failed or Error
    record OperationFinished(
            ApplicationId application, String phase, String revision, String message, String cause)
            implements ApplicationEvent {}

    /// A new tag stands in Git.
    record ImageWrittenBack(
            ApplicationId application, String image, String tag, String commit, String cause)
            implements ApplicationEvent {}

    /// A new tag is not written, as it is not signed as it must be.
    record ImageRefused(
            ApplicationId application, String image, String tag, String reason, String cause)
            implements ApplicationEvent {}
}
