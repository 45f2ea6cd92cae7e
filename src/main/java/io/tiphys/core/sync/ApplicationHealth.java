package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How well an Application runs: as its worst resource. Those without a rule do not count, nor
/// hooks, nor who asks not to be counted. A missing resource makes it OutOfSync, and Missing only
/// if nothing of it is there.
///
/// @param comparison whose live resources were assessed
/// @param resources each one's own health, if it has any
public record ApplicationHealth(
        Comparison comparison, Health overall, Map<ResourceKey, Health> resources) {

    private static final int CAUSES_SHOWN = 3;

    /// @param self the Application's own object, which may be one of its resources
    /// @param now for rules that ask for the time
    public static ApplicationHealth of(
            Comparison comparison, HealthAssessor assessor, ResourceKey self, Instant now) {
        var healths = new HashMap<ResourceKey, Health>();
        var counted = new ArrayList<Map.Entry<ResourceKey, Health>>();
        boolean expected = false;
        boolean there = false;
        for (var resource : comparison.resources()) {
            if (resource.live().filter(LiveResource::isHook).isPresent()) {
                continue;
            }
            expected = true;
            there |= resource.live().isPresent();
            if (asksNotToCount(resource) || resource.key().equals(self)) {
                continue;
            }
            var key = resource.key();
            var health =
                    resource.live().isEmpty()
                            ? Optional.of(Health.of(Health.Status.MISSING))
                            : assessor.assess(resource.live().get(), now);
            health.ifPresent(known -> healths.put(key, known));
            health.filter(known -> counts(resource, known))
                    .ifPresent(known -> counted.add(Map.entry(key, known)));
        }
        var missing = Health.of(Health.Status.MISSING);
        var worst = worst(counted);
        boolean gone = expected && !there && Health.worst(worst, missing).equals(missing);
        return new ApplicationHealth(comparison, gone ? missing : worst, Map.copyOf(healths));
    }

    private static Health worst(List<Map.Entry<ResourceKey, Health>> counted) {
        var worst = Health.of(Health.Status.HEALTHY);
        for (var resource : counted) {
            worst = Health.worst(worst, resource.getValue());
        }
        var status = worst.status();
        return status == Health.Status.HEALTHY
                ? Health.of(status)
                : new Health(
                        status,
                        causes(
                                counted.stream()
                                        .filter(it -> it.getValue().status() == status)
                                        .map(Map.Entry::getKey)
                                        .toList()));
    }

    private static String causes(List<ResourceKey> keys) {
        var shown = keys.stream().limit(CAUSES_SHOWN).map(ApplicationHealth::name).toList();
        int more = keys.size() - shown.size();
        return "Caused by "
                + String.join(", ", shown)
                + (more > 0 ? " and %d more".formatted(more) : "");
    }

    private static String name(ResourceKey key) {
        return (key.group().isEmpty() ? "" : key.group() + "/")
                + key.kind()
                + ":"
                + (key.namespace().isEmpty() ? "" : key.namespace() + "/")
                + key.name();
    }

    private static boolean asksNotToCount(Comparison.Resource resource) {
        return resource.live()
                .map(it -> it.annotations().get(Annotations.IGNORE_HEALTHCHECK))
                .filter("true"::equals)
                .isPresent();
    }

    /// Of an Application in the Application nothing is known until it was looked at.
    private static boolean counts(Comparison.Resource resource, Health health) {
        boolean child =
                resource.key().kind().equals("Application")
                        && resource.key().group().equals("argoproj.io");
        return resource.live().isPresent()
                && !(child
                        && (health.status() == Health.Status.UNKNOWN
                                || health.status() == Health.Status.MISSING));
    }
}
