package io.tiphys.application;

import io.tiphys.application.Refresher.Next;
import io.tiphys.channel.Tracing;
import io.tiphys.cluster.Cluster;
import io.tiphys.cluster.Clusters;
import io.tiphys.cluster.Clusters.Found;
import io.tiphys.core.model.Json;
import io.tiphys.core.sync.ApplicationStatus;
import io.tiphys.core.sync.OperationPhase;
import io.tiphys.core.sync.OperationState;
import io.tiphys.core.sync.SyncProgress;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes down why an Application could not be compared, and ends the operation that ends by it.
@Singleton
class Failures {

    /// Whether a cluster is back is told by its connection; this is for what is missed.
    static final Duration UNREACHABLE = Duration.ofMinutes(3);

    private final Clusters clusters;
    private final Operations operations;
    private final StatusWriter statusWriter;
    private final Clock clock = Clock.systemUTC();

    Failures(Clusters clusters, Operations operations, StatusWriter statusWriter) {
        this.clusters = clusters;
        this.operations = operations;
        this.statusWriter = statusWriter;
    }

    /// What its project does not permit is not compared, and what is asked of it ends. Its cluster
    /// is not touched, for that may be what is not permitted.
    Next refuse(Entry.Valid entry, List<String> problems) {
        var application = entry.application();
        var message = "Failed to load application project: " + String.join("; ", problems);
        var now = clock.instant();
        var ended =
                underWay(entry)
                        .or(() -> OperationState.requested(application, now))
                        .flatMap(it -> ended(it, message, true, now));
        var reasons = problems.stream().map(it -> new Warning("InvalidSpecError", it)).toList();
        Tracing.failed("InvalidSpecError");
        write(entry, ApplicationStatus.failed(old(entry), reasons, now), ended);
        // Without it the Application itself may be in order.
        return ended.isPresent() ? new Next.After(Duration.ZERO) : new Next.Sweep();
    }

    /// What its author must mend, or who keeps the Secret of its cluster.
    Next invalid(Entry entry, String problem) {
        return fail(entry, "InvalidSpecError", problem, new Next.Sweep());
    }

    /// An operation that a person must mend ends with it; one that is to end does.
    Next fail(Entry entry, String condition, String message, Next next) {
        var reason = new Warning(condition, message);
        var status = ApplicationStatus.failed(old(entry), List.of(reason), clock.instant());
        return fail(entry, reason, status, next);
    }

    /// What lives there is not known, nor how it does. An operation that is under way waits, and
    /// goes on when the cluster is back: its connection tells of that.
    Next unreachable(Entry entry, String why) {
        var reason = new Warning("ComparisonError", why);
        var status = ApplicationStatus.unreachable(old(entry), List.of(reason), clock.instant());
        return fail(entry, reason, status, new Next.After(UNREACHABLE));
    }

    private Next fail(Entry entry, Warning reason, Map<String, Object> status, Next next) {
        Tracing.failed(reason.type());
        var now = clock.instant();
        boolean forGood = next instanceof Next.Sweep;
        // What is newer than what is tried again does not end that.
        var retrying = underWay(entry).filter(it -> it.awaitsRetry() && it.retryAt().isAfter(now));
        var ended =
                retrying.isPresent()
                        ? Optional.<OperationState>empty()
                        : underWay(entry).flatMap(it -> ended(it, reason.message(), forGood, now));
        write(entry, status, ended);
        if (ended.isPresent()) {
            clusterOf(entry).ifPresent(it -> operations.tidy(entry.id(), ended, it));
        }
        return retrying.map(operations::retrying).orElse(next);
    }

    /// @param ended the operation, if it ended
    private void write(Entry entry, Map<String, Object> status, Optional<OperationState> ended) {
        statusWriter.write(
                entry,
                ended.map(it -> ApplicationStatus.ended(status, it)).orElse(status),
                ended.map(OperationState::operation).orElse(Map.of()),
                "");
        ended.ifPresent(it -> statusWriter.finished(entry.id(), it, ""));
    }

    private Optional<Cluster> clusterOf(Entry entry) {
        return entry instanceof Entry.Valid(var application, _)
                        && clusters.find(application.destination()) instanceof Found.Ready(var it)
                ? Optional.of(it)
                : Optional.empty();
    }

    private static Map<String, Object> old(Entry entry) {
        return Json.object(entry.tree(), "status");
    }

    private static Optional<OperationState> underWay(Entry entry) {
        return switch (entry) {
            case Entry.Valid(var application, _) -> OperationState.underWay(application);
            case Entry.Invalid _ -> Optional.empty();
        };
    }

    private static Optional<OperationState> ended(
            OperationState operation, String message, boolean forGood, Instant now) {
        if (operation.phase() == OperationPhase.TERMINATING) {
            return Optional.of(
                    operation.ended(OperationPhase.FAILED, SyncProgress.TERMINATED, now));
        }
        return forGood
                ? Optional.of(operation.ended(OperationPhase.ERROR, message, now))
                : Optional.empty();
    }
}
