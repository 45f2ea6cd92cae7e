package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/// What somebody changed in the cluster: one field, or a whole resource that is gone.
///
/// @param field such as `spec.replicas`; empty for a whole resource
/// @param manager who set it; empty if nobody asked, or nothing tells
public record Drift(ResourceKey resource, String field, String manager) {

    /// So often healed, it is worth to ask who is behind it.
    public static final int SUSPECTED = 5;

    /// More are not told apart: of one that is not, a fight is not noticed.
    private static final int MAX = 64;

    private static final String OURS = "argocd-controller";

    /// One that was healed before.
    ///
    /// @param heals how often lately
    /// @param last when
    public record Repeated(Drift drift, int heals, Instant last) {

        /// So many heals are a person trying things out; more are a fight. Who is behind it is
        /// found out after half of them.
        private static final int AT_ONCE = 10;

        private static final Duration FIRST_DELAY = Duration.ofSeconds(2);
        private static final Duration LAST_DELAY = Duration.ofMinutes(5);

        /// When it may be healed again: at once, unless it is a fight.
        Instant due() {
            int atOnce = drift.manager.isEmpty() ? AT_ONCE : AT_ONCE - SUSPECTED;
            if (heals < atOnce) {
                return last;
            }
            var delay = FIRST_DELAY.multipliedBy(1L << Math.min(heals - atOnce, 20));
            return last.plus(delay.compareTo(LAST_DELAY) > 0 ? LAST_DELAY : delay);
        }

        String message() {
            var key = drift.resource;
            var name = key.namespace().isEmpty() ? key.name() : key.namespace() + "/" + key.name();
            return drift.field.isEmpty()
                    ? "%s %s is deleted again and again: it is healed less often"
                            .formatted(key.kind(), name)
                    : "%s %s: %s is set otherwise again and again%s: it is healed less often"
                            .formatted(
                                    key.kind(),
                                    name,
                                    drift.field,
                                    drift.manager.isEmpty() ? "" : " by " + drift.manager);
        }
    }

    /// All that a heal would undo, at most about [#MAX], whoever did it.
    public static Set<Drift> of(Comparison comparison) {
        var drifts = new LinkedHashSet<Drift>();
        for (var resource : comparison.outOfSync()) {
            if (resource.target().isEmpty()) {
                continue;
            }
            if (resource.live().isEmpty()) {
                drifts.add(new Drift(resource.key(), "", ""));
            }
            resource.differences().forEach(it -> drifts.add(new Drift(resource.key(), it, "")));
            if (drifts.size() >= MAX) {
                break;
            }
        }
        return drifts;
    }

    public boolean isSameField(Drift other) {
        return resource.equals(other.resource) && field.equals(other.field);
    }

    /// With who of the others owns the field, or the list that it is in; the newest of several.
    ///
    /// @param live with its `managedFields`, as it was before the heal
    public Drift of(LiveResource live) {
        var name = field.split("\\[", 2)[0];
        var manager =
                Json.array(live.object(), "metadata", "managedFields").stream()
                        .filter(it -> !Json.string(it, "manager").equals(OURS))
                        .filter(it -> owns(Json.object(it, "fieldsV1"), name))
                        .max(Comparator.comparing(it -> Json.string(it, "time")))
                        .map(it -> Json.string(it, "manager"))
                        .orElse("");
        return new Drift(resource, field, manager);
    }

    /// The names of fields, such as annotations, may have dots themselves.
    private static boolean owns(Object owned, String field) {
        if (Json.at(owned, "f:" + field) != null) {
            return true;
        }
        for (int dot = field.indexOf('.'); dot > 0; dot = field.indexOf('.', dot + 1)) {
            var below = Json.at(owned, "f:" + field.substring(0, dot));
            if (below != null && owns(below, field.substring(dot + 1))) {
                return true;
            }
        }
        return false;
    }
}
