package io.tiphys.core.health;

import io.tiphys.core.health.HealthRule.Observed;
import io.tiphys.core.health.HealthRule.Verdict;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Rules as data, for the custom resources that many clusters have. Each says where its kind's
/// project tells what the status means:
///
/// ```yaml
/// - group: example.com
///   kinds: [Widget, Gadget]          # or * as a part of the group or of a kind
///   source: https://example.com/docs/status
///   observed: status                 # status.observedGeneration counts; or: conditions
///   rules:                           # the first that holds
///     - Suspended: spec.paused
///     - Degraded: Ready=False:Failed|Refused
///     - Progressing: status.readyReplicas<spec.replicas
///       message: "{status.readyReplicas} of {spec.replicas} are ready"
///     - Healthy: Ready=True && not Draining=True
///   otherwise: Waiting for the {kind}    # Progressing, if none holds
/// ```
///
/// A check is a condition (`Type`, `Type=Status|Status`, `:Reason|Reason`, `[Severity|Severity]`,
/// ` @ path` if it is not one of `status.conditions`), a field (`path` that is neither empty nor
/// false, `has path` that may be, `path=value|value`, `path=other.path`, `path!=value`,
/// `path<other.path`, `path>number`, `path before other.path` for times, `all of path` for a text
/// such as 3/3), `not` before one, or `always`.
public final class RuleTable {

    private final Map<String, HealthRule> exact = new HashMap<>();
    private final Map<Wildcard, HealthRule> wildcards = new LinkedHashMap<>();

    private RuleTable() {}

    /// @param files the texts, by names for messages
    /// @throws IllegalArgumentException if one cannot be read, or two rules are for one kind
    public static RuleTable of(Map<String, String> files) {
        var table = new RuleTable();
        files.forEach(table::read);
        return table;
    }

    /// The rule of the very kind, else the first whose wildcards fit.
    Optional<HealthRule> find(String group, String kind) {
        var name = group + "/" + kind;
        return Optional.ofNullable(exact.get(name))
                .or(
                        () ->
                                wildcards.entrySet().stream()
                                        .filter(it -> it.getKey().fits(name))
                                        .map(Map.Entry::getValue)
                                        .findFirst());
    }

    /// Every kind that has a rule, with wildcards as they are written.
    Stream<String> kinds() {
        return Stream.concat(
                exact.keySet().stream(), wildcards.keySet().stream().map(Wildcard::text));
    }

    /// Without repetitions.
    Set<HealthRule> rules() {
        return Stream.concat(exact.values().stream(), wildcards.values().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void read(String file, String text) {
        // The rules of a shape are written once and named by an anchor.
        var settings = LoadSettings.builder().setMaxAliasesForCollections(1_000).build();
        for (var entry : Json.array(new Load(settings).loadFromString(text))) {
            var group = Json.string(entry, "group");
            for (var kind : Json.array(entry, "kinds")) {
                var name = group + "/" + kind;
                try {
                    add(name, rule(Json.object(entry)));
                } catch (IllegalArgumentException wrong) {
                    throw new IllegalArgumentException(
                            "%s, %s: %s".formatted(file, name, wrong.getMessage()), wrong);
                }
            }
        }
    }

    private void add(String name, HealthRule rule) {
        boolean known =
                name.contains("*")
                        ? wildcards.put(new Wildcard(name), rule) != null
                        : exact.put(name, rule) != null;
        if (known) {
            throw new IllegalArgumentException("has two rules");
        }
    }

    private static HealthRule rule(Map<String, Object> entry) {
        var source = Json.string(entry, "source");
        var verdicts = Json.array(entry, "rules").stream().map(RuleTable::verdict).toList();
        if (!source.startsWith("https://") || verdicts.isEmpty()) {
            throw new IllegalArgumentException("needs a source and rules");
        }
        var observed =
                switch (Json.string(entry, "observed")) {
                    case "" -> Observed.NOWHERE;
                    case "status" -> Observed.STATUS;
                    case "conditions" -> Observed.CONDITIONS;
                    default -> throw new IllegalArgumentException("observed: status or conditions");
                };
        var otherwise = Json.string(entry, "otherwise");
        return new HealthRule(
                source,
                observed,
                verdicts,
                otherwise.isEmpty() ? "Waiting for the {kind} to be ready" : otherwise);
    }

    private static Verdict verdict(Object tree) {
        var entry = Json.strings(tree);
        var message = entry.getOrDefault("message", "");
        entry.remove("message");
        if (entry.size() != 1) {
            throw new IllegalArgumentException("a rule is one verdict, with a message or without");
        }
        var verdict = entry.entrySet().iterator().next();
        var checks = new ArrayList<Check>();
        for (var check : verdict.getValue().split(" && ", -1)) {
            checks.add(Check.of(check.strip()));
        }
        return new Verdict(
                Health.Status.ofWire(verdict.getKey())
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                verdict.getKey() + " is no verdict")),
                List.copyOf(checks),
                message);
    }
}
