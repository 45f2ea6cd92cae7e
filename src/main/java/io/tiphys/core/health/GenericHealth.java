package io.tiphys.core.health;

import static io.tiphys.core.model.Health.Status.DEGRADED;
import static io.tiphys.core.model.Health.Status.HEALTHY;
import static io.tiphys.core.model.Health.Status.PROGRESSING;

import io.tiphys.core.health.Check.Condition;
import io.tiphys.core.model.Health;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A guess for kinds that nobody has a rule for, by the conditions that the Kubernetes community
/// agreed upon (sigs.k8s.io/cli-utils, kstatus). Where a resource has none of them, nothing is
/// said.
///
/// Nothing is Degraded but by a condition that means failure and nothing else: `Ready=False` is how
/// everything begins.
final class GenericHealth {

    private record Guess(Condition condition, Health.Status verdict) {}

    /// Those that are there only while something is the matter come first.
    private static final List<Guess> GUESSES =
            List.of(
                    guess("Stalled=True", DEGRADED),
                    guess("Degraded=True", DEGRADED),
                    guess("Failed=True", DEGRADED),
                    guess("Reconciling=True", PROGRESSING),
                    guess("Progressing=True", PROGRESSING),
                    guess("Ready=False|Unknown", PROGRESSING),
                    guess("Available=False|Unknown", PROGRESSING),
                    guess("Ready=True", HEALTHY),
                    guess("Available=True", HEALTHY));

    private GenericHealth() {}

    private static Guess guess(String condition, Health.Status verdict) {
        return new Guess((Condition) Check.of(condition), verdict);
    }

    static Optional<Health> assess(Map<String, Object> object) {
        for (var guess : GUESSES) {
            var met = guess.condition().met(object, 0);
            if (!met.isEmpty()) {
                return Optional.of(new Health(guess.verdict(), Conditions.message(met)));
            }
        }
        return Optional.empty();
    }
}
