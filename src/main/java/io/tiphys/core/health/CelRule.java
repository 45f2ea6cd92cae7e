package io.tiphys.core.health;

import io.tiphys.core.cel.CelExpression;
import io.tiphys.core.cel.CelFailure;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Cases in YAML, of which the first that holds counts: a `status`, `when` it is so (always,
/// without that), and the `message`, of which the two latter are expressions in CEL over the
/// resource, `obj`.
final class CelRule implements UserRule {

    private static final Set<String> FIELDS = Set.of("status", "when", "message");

    private final String key;
    private final String text;
    private final List<Case> cases = new ArrayList<>();
    private String problem = "";

    /// @param number of the case, from 1 on
    private record Case(
            int number,
            Health.Status status,
            Optional<CelExpression> when,
            Optional<CelExpression> message) {}

    /// @param key where it stands, for messages
    CelRule(String key, String text) {
        this.key = key;
        this.text = text;
        try {
            var settings = LoadSettings.builder().build();
            if (new Load(settings).loadFromString(text) instanceof List<?> list
                    && !list.isEmpty()) {
                list.forEach(it -> read(cases.size() + 1, it));
            } else {
                problem = "is no list of cases";
            }
        } catch (YamlEngineException | StackOverflowError malformed) {
            problem = "is no YAML: " + malformed.getMessage();
        } catch (CelFailure malformed) {
            problem =
                    "cannot be read: case %d: ".formatted(cases.size() + 1)
                            + malformed.getMessage();
        }
    }

    private void read(int number, Object tree) {
        var fields = Json.object(tree);
        var unknown = fields.keySet().stream().filter(it -> !FIELDS.contains(it)).findFirst();
        var status = Health.Status.ofWire(Json.string(fields, "status"));
        if (unknown.isPresent() && problem.isEmpty()) {
            problem = "cannot be read: case %d has a field %s".formatted(number, unknown.get());
        } else if (status.isEmpty() && problem.isEmpty()) {
            problem = "cannot be read: case %d has no status of health".formatted(number);
        }
        cases.add(
                new Case(
                        number,
                        status.orElse(Health.Status.UNKNOWN),
                        expression(fields, "when").map(CelExpression::condition),
                        expression(fields, "message").map(CelExpression::text)));
    }

    private static Optional<String> expression(Map<String, Object> fields, String name) {
        return Optional.ofNullable(fields.get(name)).map(String::valueOf);
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public Optional<Health> assess(Map<String, Object> object, Instant now) {
        if (!problem.isEmpty()) {
            return Optional.of(UserRule.unknown(key, problem));
        }
        for (var it : cases) {
            try {
                if (it.when().isEmpty() || it.when().get().holds(object)) {
                    var message = it.message().map(text -> text.textOf(object)).orElse("");
                    return Optional.of(new Health(it.status(), message));
                }
            } catch (CelFailure failure) {
                return Optional.of(
                        UserRule.unknown(
                                key,
                                "failed: case %d: %s"
                                        .formatted(it.number(), failure.getMessage())));
            }
        }
        return Optional.empty();
    }
}
