package io.tiphys.core.health;

import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The rules of `argocd-cm`: one a key `resource.customizations.health.<group>_<Kind>` (or `<Kind>`
/// for Kubernetes' core group), and those of the older key `resource.customizations`, a YAML
/// document by `group/Kind`, which alone has wildcards. A kind's own key comes first; of several
/// wildcards the longest.
///
/// Ours, before both: `tiphys.health.cel.<group>_<Kind>`, a rule in CEL. Argo CD would not start
/// with an unknown name under `resource.customizations`.
public final class UserRules {

    private static final String CUSTOMIZATIONS = "resource.customizations";
    private static final String HEALTH = CUSTOMIZATIONS + ".health.";
    private static final String CEL = "tiphys.health.cel.";

    private final Map<String, UserRule> rules;
    private final List<String> problems;

    private UserRules(Map<String, UserRule> rules, List<String> problems) {
        this.rules = rules;
        this.problems = problems;
    }

    public static UserRules none() {
        return of(Map.of());
    }

    /// Reads what can be read; the rest is told by [#problems()].
    ///
    /// @param entries of `argocd-cm`
    public static UserRules of(Map<String, String> entries) {
        var texts = new TreeMap<String, String>();
        var keys = new TreeMap<String, String>();
        var problems = new ArrayList<String>();
        try {
            var older = entries.getOrDefault(CUSTOMIZATIONS, "");
            Json.object(new Load(LoadSettings.builder().build()).loadFromString(older))
                    .forEach(
                            (kind, tree) -> {
                                texts.put(kind, Json.string(tree, "health.lua"));
                                keys.put(kind, CUSTOMIZATIONS + " of " + kind);
                            });
        } catch (YamlEngineException | StackOverflowError malformed) {
            problems.add(
                    "%s is no YAML, and not used: %s"
                            .formatted(CUSTOMIZATIONS, malformed.getMessage()));
        }
        kinds(entries, HEALTH, problems)
                .forEach(
                        (kind, key) -> {
                            texts.put(kind, entries.getOrDefault(key, ""));
                            keys.put(kind, key);
                        });
        var rules = new TreeMap<String, UserRule>();
        texts.forEach(
                (kind, text) -> {
                    if (!text.isBlank()) {
                        rules.put(kind, new LuaRule(keys.getOrDefault(kind, kind), text));
                    }
                });
        kinds(entries, CEL, problems)
                .forEach(
                        (kind, key) -> {
                            var text = entries.getOrDefault(key, "");
                            if (!text.isBlank()) {
                                rules.put(kind, new CelRule(key, text));
                            }
                        });
        return new UserRules(rules, List.copyOf(problems));
    }

    /// The keys with a prefix, by the kinds that they name.
    private static Map<String, String> kinds(
            Map<String, String> entries, String prefix, List<String> problems) {
        var kinds = new TreeMap<String, String>();
        for (var key : entries.keySet()) {
            if (key.startsWith(prefix)) {
                var kind = key.substring(prefix.length());
                if (kind.matches("[^_]+(_[^_]+)?")) {
                    kinds.put(kind.replace('_', '/'), key);
                } else {
                    problems.add(key + " is not used: it must end in <group>_<Kind>");
                }
            }
        }
        return kinds;
    }

    /// What could not be read, each with its key.
    public List<String> problems() {
        return problems;
    }

    /// Whether one of them may judge by the time: what it said holds no longer than that.
    public boolean mayAskForTime() {
        return rules.values().stream().anyMatch(it -> it.text().contains("os"));
    }

    /// Whether a kind is judged by another rule than there.
    public boolean differ(UserRules others, String group, String kind) {
        return !find(group, kind)
                .map(UserRule::text)
                .equals(others.find(group, kind).map(UserRule::text));
    }

    Optional<UserRule> find(String group, String kind) {
        var name = group.isEmpty() ? kind : group + "/" + kind;
        var exact = rules.get(name);
        return exact != null
                ? Optional.of(exact)
                : rules.keySet().stream()
                        .filter(it -> new Wildcard(it).fits(name))
                        .max(Comparator.comparingInt(String::length))
                        .map(rules::get);
    }
}
