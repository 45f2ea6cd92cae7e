package io.tiphys.core.health;

import static io.tiphys.core.model.Health.Status.PROGRESSING;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.LiveResource;
import java.time.Instant;
import java.util.Optional;

/// Assesses one resource by the rule for its kind. What is being deleted is waited for; then comes
/// the user's own rule, the table's, the one that is built in, and last, if it is wanted, a guess.
///
/// @param generic whether kinds without a rule are judged by the conditions that are common
public record HealthAssessor(UserRules users, RuleTable table, boolean generic) {

    private static final int LONGEST_MESSAGE = 2_048;

    /// Nothing that a resource holds makes it throw, and no message is longer than 2,048
    /// characters.
    ///
    /// @param now for users' rules that ask for the time
    /// @return empty for a kind without a rule, and if the user's rule says nothing: the resource's
    ///     existence is all that can be asked of it
    public Optional<Health> assess(LiveResource live, Instant now) {
        if (live.beingDeleted() && !live.isKeptForItsResult()) {
            return Optional.of(new Health(PROGRESSING, "Pending deletion"));
        }
        return judge(live, now)
                .map(health -> new Health(health.status(), shortened(health.message())));
    }

    private Optional<Health> judge(LiveResource live, Instant now) {
        var group = live.key().group();
        var kind = live.key().kind();
        var users = this.users.find(group, kind);
        if (users.isPresent()) {
            return users.get().assess(live.object(), now);
        }
        return table.find(group, kind)
                .map(rule -> rule.assess(live.object()))
                .or(() -> BuiltInHealth.assess(live))
                .or(() -> generic ? GenericHealth.assess(live.object()) : Optional.empty());
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE
                ? message
                : message.substring(0, LONGEST_MESSAGE - 1) + "…";
    }
}
