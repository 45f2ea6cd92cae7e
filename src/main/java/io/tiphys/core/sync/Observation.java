package io.tiphys.core.sync;

import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What lives at a time, and by which rules it is healthy.
public record Observation(
        Map<ResourceKey, LiveResource> live, HealthAssessor assessor, Instant now) {

    Optional<LiveResource> find(ResourceKey key) {
        return Optional.ofNullable(live.get(key));
    }

    /// Empty for a kind without a rule.
    Optional<Health> health(LiveResource resource) {
        return assessor.assess(resource, now);
    }
}
