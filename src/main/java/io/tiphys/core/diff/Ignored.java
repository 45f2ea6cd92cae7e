package io.tiphys.core.diff;

import io.tiphys.core.jq.JqFailure;
import io.tiphys.core.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The fields of one resource that may differ, by all rules that are for it.
public record Ignored(List<IgnoreRule> rules) {

    /// What keeps a resource from being compared: a rule for it cannot be followed.
    public static final class Unclear extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unclear(String message) {
            super(message, null, false, false);
        }
    }

    /// Whether fields of managers are among them, which only a whole object tells.
    public boolean asksForManagers() {
        return rules.stream().anyMatch(rule -> !rule.managers().isEmpty());
    }

    /// The object without what may differ.
    ///
    /// @param live whose `managedFields` tell what managers own; lists of the object are matched
    ///     with theirs by keys
    /// @throws Unclear if a rule cannot be read, or takes more than it may
    Map<String, Object> without(Map<String, Object> object, Map<String, Object> live) {
        return rules.isEmpty() ? object : Paths.without(object, paths(object, live));
    }

    /// The places of what may differ.
    ///
    /// @throws Unclear as above
    List<List<Object>> paths(Map<String, Object> object, Map<String, Object> live) {
        var paths = new ArrayList<List<Object>>();
        for (var rule : rules) {
            if (!rule.problems().isEmpty()) {
                throw new Unclear(String.join("; ", rule.problems()));
            }
            rule.pointers().forEach(it -> Paths.ofPointer(it, object).ifPresent(paths::add));
            for (var expression : rule.expressions()) {
                try {
                    paths.addAll(expression.of(object));
                } catch (JqFailure failure) {
                    // One that does not fit an object names nothing in it: Argo CD sees it so too.
                    if (failure.isExcessive()) {
                        throw new Unclear(
                                "The expression '%s' of jq was stopped: %s"
                                        .formatted(expression, failure.getMessage()));
                    }
                }
            }
        }
        paths.addAll(managed(object, live));
        return paths;
    }

    private List<List<Object>> managed(Map<String, Object> object, Map<String, Object> live) {
        Set<String> managers = new TreeSet<>();
        rules.forEach(rule -> managers.addAll(rule.managers()));
        var paths = new ArrayList<List<Object>>();
        if (!managers.isEmpty()) {
            for (var entry : Json.array(live, "metadata", "managedFields")) {
                if (managers.contains(Json.string(entry, "manager"))) {
                    OwnedFields.leaves(Json.object(entry, "fieldsV1"), object, paths);
                }
            }
        }
        return paths;
    }
}
