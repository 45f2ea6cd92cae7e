package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.JsonPointer;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Which fields of a live resource may change without its Application being looked at again, as
/// users of Argo CD say it in `argocd-cm`.
///
/// @param enabled whether there are such fields, but for the API server's own bookkeeping
/// @param pointers by `group/Kind`, or `*` for all
/// @param problems for the author of the settings; what they speak of ignores nothing
public record IgnoredUpdates(
        boolean enabled, Map<String, List<JsonPointer>> pointers, List<String> problems) {

    private static final String ALL = "*";
    private static final String ENABLED = "resource.ignoreResourceUpdatesEnabled";
    private static final String OPTIONS = "resource.compareoptions";
    private static final String UPDATES = "resource.customizations.ignoreResourceUpdates.";
    private static final String DIFFERENCES = "resource.customizations.ignoreDifferences.";

    /// @param settings the entries of `argocd-cm`
    public static IgnoredUpdates read(Map<String, String> settings) {
        var pointers = new TreeMap<String, List<JsonPointer>>();
        var problems = new ArrayList<String>();
        boolean differences =
                !Boolean.FALSE.equals(
                        yaml(settings, OPTIONS, problems)
                                .get("ignoreDifferencesOnResourceUpdates"));
        for (var key : settings.keySet()) {
            if (key.startsWith(UPDATES)) {
                add(settings, key, key.substring(UPDATES.length()), pointers, problems);
            } else if (key.startsWith(DIFFERENCES) && differences) {
                add(settings, key, key.substring(DIFFERENCES.length()), pointers, problems);
            }
        }
        return new IgnoredUpdates(
                !settings.getOrDefault(ENABLED, "true").equals("false"), pointers, problems);
    }

    private static void add(
            Map<String, String> settings,
            String key,
            String kind,
            Map<String, List<JsonPointer>> pointers,
            List<String> problems) {
        var name = kind.equals("all") ? ALL : name(kind);
        for (var text : Json.array(yaml(settings, key, problems), "jsonPointers")) {
            JsonPointer.read(String.valueOf(text))
                    .ifPresentOrElse(
                            it -> pointers.computeIfAbsent(name, _ -> new ArrayList<>()).add(it),
                            () -> problems.add("%s: %s is no JSON pointer".formatted(key, text)));
        }
    }

    /// Of the core group, the kind alone is enough.
    private static String name(String kind) {
        return kind.contains("_") ? kind.replace('_', '/') : "/" + kind;
    }

    private static Map<String, Object> yaml(
            Map<String, String> settings, String key, List<String> problems) {
        try {
            return Json.object(
                    new Load(LoadSettings.builder().build())
                            .loadFromString(settings.getOrDefault(key, "")));
        } catch (YamlEngineException | StackOverflowError malformed) {
            problems.add("%s is no YAML, and not used: %s".formatted(key, malformed.getMessage()));
            return Map.of();
        }
    }

    /// Whether a resource changed in nothing but what is ignored.
    public boolean onlyIgnored(LiveResource before, LiveResource after) {
        return content(before).equals(content(after));
    }

    private Map<String, Object> content(LiveResource resource) {
        var bookkeeping =
                enabled
                        ? new String[] {"managedFields", "resourceVersion", "generation"}
                        : new String[] {"managedFields", "resourceVersion"};
        var content = Json.without(resource.object(), "metadata", bookkeeping);
        if (enabled) {
            for (var pointer : of(resource.key())) {
                content = pointer.removedFrom(content);
            }
        }
        return content;
    }

    private List<JsonPointer> of(ResourceKey key) {
        var all = new ArrayList<>(pointers.getOrDefault(ALL, List.of()));
        Optional.ofNullable(pointers.get(key.group() + "/" + key.kind())).ifPresent(all::addAll);
        return all;
    }
}
