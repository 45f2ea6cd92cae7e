package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.sync.TargetResources.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds resources that two Applications declare: each takes them from the other.
public final class SharedResources {

    /// Conditions are read by people.
    private static final int MAX = 20;

    private SharedResources() {}

    /// @param application its name in tracking ids
    /// @param tracking how resources name it
    public static List<Warning> warnings(
            Comparison comparison, String application, Tracking tracking) {
        var warnings = new ArrayList<Warning>();
        for (var resource : comparison.resources()) {
            resource.target()
                    .flatMap(_ -> resource.live())
                    .flatMap(live -> tracking.application(live.key(), live.object()))
                    .filter(other -> !other.equals(application))
                    .ifPresent(
                            other ->
                                    warnings.add(
                                            new Warning(
                                                    "SharedResourceWarning",
                                                    "%s/%s is part of applications %s and %s"
                                                            .formatted(
                                                                    resource.key().kind(),
                                                                    resource.key().name(),
                                                                    shown(application),
                                                                    shown(other)))));
        }
        return warnings.stream().limit(MAX).toList();
    }

    /// The first of them in words.
    public static Optional<String> of(
            Comparison comparison, String application, Tracking tracking) {
        return warnings(comparison, application, tracking).stream()
                .map(Warning::message)
                .findFirst();
    }

    private static String shown(String application) {
        return application.replace('_', '/');
    }
}
