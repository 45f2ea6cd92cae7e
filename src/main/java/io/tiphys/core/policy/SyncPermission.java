package io.tiphys.core.policy;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.DestinationCluster;
import io.tiphys.core.model.SyncWindow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Whether an Application may be synced at a time, by the windows of its project: not in an open
/// window that denies, and where there are windows that allow, in one of these only.
public sealed interface SyncPermission {

    record Granted() implements SyncPermission {}

    /// @param until when to ask again: it may be granted then, and is not before; empty if that
    ///     will not come for years
    record Withheld(Optional<Instant> until) implements SyncPermission {}

    /// Nobody can tell, so it may not.
    ///
    /// @param problem in Argo CD's words
    record Unknown(String problem) implements SyncPermission {}

    /// The windows that are about an Application.
    static List<SyncWindow> windows(
            List<SyncWindow> windows, Application application, DestinationCluster cluster) {
        return windows.stream()
                .filter(
                        it ->
                                it.matches(
                                        application.id().name(),
                                        cluster,
                                        application.destination().namespace()))
                .toList();
    }

    /// Those that are open.
    static List<SyncWindow> open(List<SyncWindow> windows, Instant now) {
        return windows.stream().filter(isOpen(now)).toList();
    }

    /// @param windows that are about the Application
    /// @param manual whether somebody asks for the sync
    /// @param begun when the sync began; empty if it has not
    static SyncPermission of(
            List<SyncWindow> windows, boolean manual, Optional<Instant> begun, Instant now) {
        var problem =
                windows.stream().map(SyncWindow::problem).filter(it -> !it.isEmpty()).findFirst();
        if (problem.isPresent()) {
            return new Unknown("invalid sync windows: " + problem.get());
        }
        if (may(windows, manual, now)
                || begun.filter(it -> overruns(windows, it, manual, now)).isPresent()) {
            return new Granted();
        }
        return new Withheld(opening(windows, manual, now));
    }

    private static boolean may(List<SyncWindow> windows, boolean manual, Instant now) {
        var against = against(windows, now);
        return against.isEmpty() || (manual && against.stream().allMatch(SyncWindow::manualSync));
    }

    /// What was begun when it might be goes on, where all that is against it now lets it.
    private static boolean overruns(
            List<SyncWindow> windows, Instant begun, boolean manual, Instant now) {
        return against(windows, now).stream().allMatch(SyncWindow::overrun)
                && may(windows, manual, begun);
    }

    /// The windows for which a sync may not be: those open that deny; without any, those shut that
    /// allow, unless one of them is open.
    private static List<SyncWindow> against(List<SyncWindow> windows, Instant now) {
        var open = open(windows, now);
        var denying = open.stream().filter(it -> !it.allows()).toList();
        if (!denying.isEmpty()) {
            return denying;
        }
        return open.isEmpty() ? windows.stream().filter(SyncWindow::allows).toList() : List.of();
    }

    private static Optional<Instant> opening(
            List<SyncWindow> windows, boolean manual, Instant now) {
        var time = now;
        // Windows of which one is always against it never end: a bound, then one looks again.
        for (int changes = 0; changes < 1000; changes++) {
            var next = nextChange(windows, time);
            if (next.isEmpty() || may(windows, manual, next.get())) {
                return next;
            }
            time = next.get();
        }
        return Optional.of(time);
    }

    private static Optional<Instant> nextChange(List<SyncWindow> windows, Instant time) {
        return windows.stream()
                .flatMap(it -> it.times().stream())
                .flatMap(it -> it.nextChange(time).stream())
                .min(Instant::compareTo);
    }

    private static Predicate<SyncWindow> isOpen(Instant now) {
        return window -> window.times().filter(it -> it.isOpen(now)).isPresent();
    }
}
