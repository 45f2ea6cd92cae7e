package io.tiphys.api;

import io.tiphys.cluster.Clusters;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Project;
import io.tiphys.core.model.SyncWindow;
import io.tiphys.core.policy.SyncPermission;
import io.tiphys.store.ProjectStore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says which sync windows are about an Application, as Argo CD does.
@Singleton
class WindowsOfApplication {

    private final Clusters clusters;
    private final ProjectStore projects;
    private final Clock clock = Clock.systemUTC();

    WindowsOfApplication(Clusters clusters, ProjectStore projects) {
        this.clusters = clusters;
        this.projects = projects;
    }

    Map<String, Object> of(Application application) {
        return of(windows(application), clock.instant());
    }

    /// Refuses a sync that somebody asks for while the windows do not let people sync.
    void requireOpen(Application application) {
        requireOpen(windows(application), clock.instant());
    }

    private List<SyncWindow> windows(Application application) {
        var destination = application.destination();
        return SyncPermission.windows(
                project(application).windows(),
                application,
                clusters.choose(destination).forProjects(destination));
    }

    private Project project(Application application) {
        try {
            return projects.of(application);
        } catch (InvalidSpecException invalid) {
            throw Problem.INVALID_ARGUMENT.because(String.valueOf(invalid.getMessage()));
        }
    }

    static void requireOpen(List<SyncWindow> windows, Instant now) {
        switch (SyncPermission.of(windows, true, Optional.empty(), now)) {
            case SyncPermission.Granted() -> {}
            case SyncPermission.Withheld _ ->
                    throw Problem.PERMISSION_DENIED.because("cannot sync: blocked by sync window");
            case SyncPermission.Unknown(var problem) ->
                    throw Problem.PERMISSION_DENIED.because(
                            "cannot sync: invalid sync window: " + problem);
        }
    }

    /// @param windows that are about the Application
    static Map<String, Object> of(List<SyncWindow> windows, Instant now) {
        var permission = SyncPermission.of(windows, true, Optional.empty(), now);
        if (permission instanceof SyncPermission.Unknown(var problem)) {
            throw Problem.INVALID_ARGUMENT.because(problem);
        }
        var answer = new LinkedHashMap<String, Object>();
        put(answer, "activeWindows", SyncPermission.open(windows, now));
        put(answer, "assignedWindows", windows);
        answer.put("canSync", permission instanceof SyncPermission.Granted);
        return answer;
    }

    private static void put(Map<String, Object> answer, String key, List<SyncWindow> windows) {
        if (!windows.isEmpty()) {
            answer.put(key, windows.stream().map(WindowsOfApplication::wire).toList());
        }
    }

    private static Map<String, Object> wire(SyncWindow window) {
        var wire = new LinkedHashMap<String, Object>();
        for (var field : List.of("kind", "schedule", "duration")) {
            wire.put(field, window.tree().getOrDefault(field, ""));
        }
        wire.put("manualSync", window.manualSync());
        return wire;
    }
}
