package io.tiphys.application;

import io.tiphys.application.Refresher.Next;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.policy.SyncPermission;
import io.tiphys.core.sync.OperationPhase;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.SyncDecision;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Lets syncs begin and go on at the times at which windows of their projects let them, and holds
/// them until then. What is held stands in the Application: a restart finds it there.
@Singleton
class SyncGate {

    private static final Logger LOG = Logger.getLogger(SyncGate.class);

    private final Operations operations;
    private final StatusWriter statusWriter;
    private final Clock clock = Clock.systemUTC();

    SyncGate(Operations operations, StatusWriter statusWriter) {
        this.operations = operations;
        this.statusWriter = statusWriter;
    }

    /// A sync that somebody asked for and that has to wait has begun, and says so. One that nobody
    /// asked for is decided upon anew. Trying out changes nothing, and may be at any time.
    ///
    /// @param replaced an operation whose place it takes, with its end
    Next begin(
            Entry.Valid entry,
            Gathered gathered,
            Comparison found,
            SyncDecision.Sync sync,
            Optional<OperationState> replaced,
            Refresh command) {
        var now = clock.instant();
        var operation = OperationState.begin(gathered.application(), sync, now);
        var permission = gathered.permission(operation.automated(), Optional.empty(), now);
        if (permission instanceof SyncPermission.Granted || operation.dryRun()) {
            return operations.begin(entry, gathered, found, sync, command);
        }
        var reason = reason(permission);
        LOG.infof("%s: %s", entry.id(), reason);
        return operation.automated()
                ? hold(
                        entry,
                        gathered,
                        found,
                        replaced,
                        List.of(new Warning("SyncWindowWarning", reason)),
                        permission,
                        command)
                : hold(
                        entry,
                        gathered,
                        found,
                        Optional.of(operation.waiting(reason)),
                        List.of(),
                        permission,
                        command);
    }

    /// Stops one that is under way where a window does not let it go on. Its end is always let.
    Next advance(
            Entry.Valid entry,
            Gathered gathered,
            Comparison found,
            OperationState operation,
            Refresh command) {
        var permission =
                gathered.permission(
                        operation.automated(), Optional.of(operation.startedAt()), clock.instant());
        return permission instanceof SyncPermission.Granted
                        || operation.phase() == OperationPhase.TERMINATING
                ? operations.advance(entry, gathered, found, operation, command)
                : hold(
                        entry,
                        gathered,
                        found,
                        Optional.of(operation.waiting(reason(permission))),
                        List.of(),
                        permission,
                        command);
    }

    private Next hold(
            Entry.Valid entry,
            Gathered gathered,
            Comparison found,
            Optional<OperationState> operation,
            List<Warning> conditions,
            SyncPermission permission,
            Refresh command) {
        var now = clock.instant();
        statusWriter.write(
                entry,
                gathered.status(found, operation, conditions, now),
                Map.of(),
                command.cause());
        operations.tidy(
                entry.id(),
                operation.or(() -> OperationState.of(entry.application())),
                gathered.cluster());
        return next(permission, now);
    }

    /// Argo CD's words, and until when.
    private static String reason(SyncPermission permission) {
        var blocked = "Sync operation blocked by sync window";
        return switch (permission) {
            case SyncPermission.Granted() -> throw new IllegalStateException("It may be synced");
            case SyncPermission.Unknown(var problem) -> blocked + ": " + problem;
            case SyncPermission.Withheld(var until) ->
                    until.map(it -> blocked + " until " + it).orElse(blocked);
        };
    }

    /// A project that is mended brings a run by itself.
    private static Next next(SyncPermission permission, Instant now) {
        return permission instanceof SyncPermission.Withheld(var until) && until.isPresent()
                ? new Next.After(Duration.between(now, until.get()))
                : new Next.Sweep();
    }
}
