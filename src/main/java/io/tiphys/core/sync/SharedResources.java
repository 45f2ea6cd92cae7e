package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.TrackingId;
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
    public static List<Warning> warnings(Comparison comparison, String application) {
        var warnings = new ArrayList<Warning>();
        for (var resource : comparison.resources()) {
            resource.target()
                    .flatMap(_ -> resource.live())
                    .flatMap(live -> TrackingId.of(live.key(), live.object()))
                    .filter(id -> !id.application().equals(application))
                    .ifPresent(
                            id ->
                                    warnings.add(
                                            new Warning(
                                                    "SharedResourceWarning",
                                                    "%s/%s is part of applications %s and %s"
                                                            .formatted(
                                                                    resource.key().kind(),
                                                                    resource.key().name(),
                                                                    shown(application),
                                                                    shown(id.application())))));
        }
        return warnings.stream().limit(MAX).toList();
    }

    /// The first of them in words.
    static Optional<String> of(Comparison comparison, String application) {
        return warnings(comparison, application).stream().map(Warning::message).findFirst();
    }

    private static String shown(String application) {
        return application.replace('_', '/');
    }
}
