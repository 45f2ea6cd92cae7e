package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What `argocd-cm` says about comparing: `resource.customizations.ignoreDifferences.*` and
/// `resource.customizations.knownTypeFields.*` by `<group>_<Kind>` (or `all`), the same in the
/// older `resource.customizations` by `group/Kind`, `resource.compareoptions`, and
/// `resource.sensitive.mask.annotations`.
///
/// @param ignored for every Application
/// @param knownTypes fields of custom resources that hold types of Kubernetes'
/// @param ignoreAggregatedRoles whether the rules of aggregated ClusterRoles count for nothing
/// @param status of which kinds the field `status` counts for nothing
/// @param hidden annotations of Secrets whose values are not shown
/// @param problems what cannot be read, each with its key
public record ComparisonSettings(
        List<IgnoreRule> ignored,
        KnownTypes knownTypes,
        boolean ignoreAggregatedRoles,
        IgnoredStatus status,
        Set<String> hidden,
        List<String> problems) {

    private static final String CUSTOMIZATIONS = "resource.customizations";
    private static final String IGNORE = CUSTOMIZATIONS + ".ignoreDifferences.";
    private static final String TYPES = CUSTOMIZATIONS + ".knownTypeFields.";
    private static final String OPTIONS = "resource.compareoptions";
    private static final String HIDDEN = "resource.sensitive.mask.annotations";

    private static final LoadSettings YAML = LoadSettings.builder().build();

    /// Of which kinds.
    enum IgnoredStatus {
        ALL,
        CRD,
        NONE
    }

    /// Reads what can be read.
    ///
    /// @param entries of `argocd-cm`
    public static ComparisonSettings read(Map<String, String> entries) {
        var problems = new ArrayList<String>();
        var ignored = new ArrayList<IgnoreRule>();
        var types = new ArrayList<KnownTypes.Field>();
        var older = yaml(CUSTOMIZATIONS, entries.getOrDefault(CUSTOMIZATIONS, ""), problems);
        Json.object(older.orElse(Map.of()))
                .forEach(
                        (kind, tree) -> {
                            var where = CUSTOMIZATIONS + " of " + kind;
                            var rule = Json.at(tree, "ignoreDifferences");
                            if (rule != null) {
                                ignored.add(rule(where, kind.split("/", 2), rule));
                            }
                            types(where, kind.split("/", 2), tree, types, problems);
                        });
        new TreeMap<>(entries)
                .forEach(
                        (key, text) -> {
                            if (key.startsWith(IGNORE)) {
                                ignored.add(rule(key, kind(key, IGNORE), text));
                            } else if (key.startsWith(TYPES)) {
                                yaml(key, text, problems)
                                        .ifPresent(
                                                list ->
                                                        types(
                                                                key,
                                                                kind(key, TYPES),
                                                                Map.of("knownTypeFields", list),
                                                                types,
                                                                problems));
                            }
                        });
        var options =
                Json.object(
                        yaml(OPTIONS, entries.getOrDefault(OPTIONS, ""), problems)
                                .orElse(Map.of()));
        ignored.forEach(rule -> problems.addAll(rule.problems()));
        ignored.forEach(rule -> problems.addAll(rule.warnings()));
        return new ComparisonSettings(
                List.copyOf(ignored),
                KnownTypes.of(types),
                Boolean.TRUE.equals(options.get("ignoreAggregatedRoles")),
                status(options.get("ignoreResourceStatusField"), problems),
                Set.copyOf(
                        Arrays.asList(entries.getOrDefault(HIDDEN, "").strip().split("\\s*,\\s*"))),
                List.copyOf(problems));
    }

    private static String[] kind(String key, String prefix) {
        return key.substring(prefix.length()).split("_", 2);
    }

    /// @param kind with its group in front if it has one, or `all`
    /// @param given the rule, or the text of it
    private static IgnoreRule rule(String where, String[] kind, Object given) {
        var unread = new ArrayList<String>();
        var tree = new LinkedHashMap<String, Object>();
        var read =
                given instanceof String text ? yaml(where, text, unread).orElse(Map.of()) : given;
        if (unread.isEmpty() && !(read instanceof Map)) {
            unread.add(where + " must be an object");
        }
        tree.putAll(Json.object(read));
        boolean all = kind.length == 1 && kind[0].equals("all");
        tree.put("group", all ? "*" : kind.length == 1 ? "" : kind[0]);
        tree.put("kind", all ? "*" : kind[kind.length - 1]);
        tree.remove("name");
        tree.remove("namespace");
        var rule = IgnoreRule.read(where, tree);
        return unread.isEmpty() ? rule : rule.with(unread);
    }

    private static void types(
            String where,
            String[] kind,
            @Nullable Object tree,
            List<KnownTypes.Field> types,
            List<String> problems) {
        for (var field : Json.array(tree, "knownTypeFields")) {
            var path = Json.string(field, "field");
            var type = Json.string(field, "type");
            KnownTypes.Type.named(type)
                    .filter(_ -> !path.isEmpty())
                    .ifPresentOrElse(
                            it ->
                                    types.add(
                                            new KnownTypes.Field(
                                                    kind.length == 1 ? "" : kind[0],
                                                    kind[kind.length - 1],
                                                    path,
                                                    it)),
                            () ->
                                    problems.add(
                                            "%s: the field '%s' of type '%s' is not known"
                                                    .formatted(where, path, type)));
        }
    }

    private static IgnoredStatus status(@Nullable Object option, List<String> problems) {
        return switch (option == null ? "" : option.toString()) {
            case "", "all" -> IgnoredStatus.ALL;
            case "crd" -> IgnoredStatus.CRD;
            case "none", "off", "false" -> IgnoredStatus.NONE;
            default -> {
                problems.add(
                        OPTIONS
                                + ".ignoreResourceStatusField must be crd, all or none, not "
                                + option);
                yield IgnoredStatus.ALL;
            }
        };
    }

    private static Optional<Object> yaml(String key, String text, List<String> problems) {
        try {
            return Optional.ofNullable(new Load(YAML).loadFromString(text));
        } catch (YamlEngineException | StackOverflowError malformed) {
            problems.add("%s is no YAML, and not used: %s".formatted(key, malformed.getMessage()));
            return Optional.empty();
        }
    }
}
