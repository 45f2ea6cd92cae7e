package io.tiphys.core.diff;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// By what the resources of one Application are compared.
///
/// @param ignored its own, and those for every Application
/// @param options its own annotation
public record ComparisonRules(
        List<IgnoreRule> ignored, CompareOptions options, ComparisonSettings settings) {

    /// Where nobody says anything.
    public static final ComparisonRules NONE = of(Map.of(), ComparisonSettings.read(Map.of()));

    /// @param application the custom resource
    public static ComparisonRules of(Map<String, Object> application, ComparisonSettings settings) {
        var ignored = new ArrayList<IgnoreRule>();
        var own = Json.array(application, "spec", "ignoreDifferences");
        for (int i = 0; i < own.size(); i++) {
            ignored.add(
                    IgnoreRule.read(
                            "spec.ignoreDifferences[%d]".formatted(i), Json.object(own.get(i))));
        }
        ignored.addAll(settings.ignored());
        return new ComparisonRules(
                List.copyOf(ignored),
                CompareOptions.of(Json.strings(application, "metadata", "annotations")),
                settings);
    }

    /// What of the Application's own can never match anything.
    public List<String> warnings() {
        return ignored.subList(0, ignored.size() - settings.ignored().size()).stream()
                .flatMap(rule -> rule.warnings().stream())
                .toList();
    }

    /// What may differ of a resource.
    public Ignored ignored(ResourceKey key) {
        return ignored.isEmpty()
                ? new Ignored(List.of())
                : new Ignored(ignored.stream().filter(rule -> rule.matches(key)).toList());
    }

    /// How a resource is compared, by its own annotation and its Application's.
    public CompareOptions options(Manifest target) {
        return CompareOptions.of(target.annotations()).or(options);
    }

    /// The fields that differ, as far as can be said without asking the API server.
    ///
    /// @param live with its whole `managedFields` if what managers own may differ
    /// @return paths such as `spec.containers[web].image`, empty if there are none
    /// @throws Ignored.Unclear if a rule for the resource cannot be read, or takes more than it may
    public List<String> differences(Manifest target, LiveResource live) {
        var rules = ignored(live.key());
        return FieldDifferences.of(
                rules.without(target.object(), live.object()),
                rules.without(live.object(), live.object()),
                settings);
    }

    /// All that applying the target would change, what webhooks make of it included.
    ///
    /// @param predicted what the API server made of the target in a dry run
    /// @throws Ignored.Unclear as above
    public List<String> changes(LiveResource predicted, LiveResource live) {
        var rules = ignored(live.key());
        return WholeDifferences.of(
                rules.without(predicted.object(), live.object()),
                rules.without(live.object(), live.object()));
    }

    /// Of differences those that applying the target would mend. What else it would change, others
    /// are the authors of: webhooks of the cluster, which may write the time of day.
    ///
    /// @param differences of the target, as far as they are known
    /// @param predicted what the API server made of the target in a dry run
    /// @throws Ignored.Unclear as above
    public List<String> remaining(
            List<String> differences, LiveResource predicted, LiveResource live) {
        var changes = changes(predicted, live).stream().map(ComparisonRules::names).toList();
        if (changes.isEmpty()
                || differences.size() >= FieldDifferences.MAX
                || changes.size() >= WholeDifferences.MAX) {
            return changes.isEmpty() ? List.of() : differences;
        }
        return differences.stream()
                .filter(it -> changes.stream().anyMatch(change -> related(names(it), change)))
                .toList();
    }

    private static boolean related(String one, String other) {
        return one.equals(other) || one.startsWith(other + ".") || other.startsWith(one + ".");
    }

    /// A path without what tells items of lists apart, as lists may be written with other keys.
    private static String names(String path) {
        return path.replaceAll("\\[[^\\]]*]", "");
    }

    /// The object without what may differ, to be shown; all of it where the rules cannot be
    /// followed.
    public Map<String, Object> normalized(LiveResource resource) {
        try {
            return ignored(resource.key()).without(resource.object(), resource.object());
        } catch (Ignored.Unclear unclear) {
            return resource.object();
        }
    }

    /// The target as it is to be applied where fields that may differ are to stay: they are as live
    /// has them. A field that only live has is in it if it would go otherwise, being ours or all of
    /// it being replaced. Where the rules cannot be followed, nothing is changed.
    ///
    /// @param live as for [#differences]
    /// @param replaced whether what is not in the target goes, whoever owns it
    public Manifest respecting(Manifest target, LiveResource live, boolean replaced) {
        var rules = ignored(live.key());
        if (rules.rules().isEmpty()) {
            return target;
        }
        List<List<Object>> declared;
        List<List<Object>> running;
        try {
            declared = rules.paths(target.object(), live.object());
            running = rules.paths(live.object(), live.object());
        } catch (Ignored.Unclear unclear) {
            return target;
        }
        var owned = OwnedFields.of(live.object());
        var object = Paths.without(target.object(), declared);
        for (var path : running) {
            if (replaced
                    || OwnedFields.owns(owned, live.object(), path)
                    || Paths.reaches(target.object(), live.object(), path)) {
                object = Paths.grafted(object, live.object(), path);
            }
        }
        return new Manifest(object, target.origin());
    }
}
