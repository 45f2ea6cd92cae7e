package io.tiphys.core.health;

import io.tiphys.core.model.Health;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A user's rule for a kind. One that fails makes the resource Unknown, and says so.
sealed interface UserRule permits LuaRule, CelRule {

    /// As it was written.
    String text();

    /// @return empty if it says nothing: then nothing is said of the resource
    Optional<Health> assess(Map<String, Object> object, Instant now);

    /// @param key where the rule stands
    static Health unknown(String key, String why) {
        return new Health(Health.Status.UNKNOWN, "The rule %s %s".formatted(key, why));
    }
}
