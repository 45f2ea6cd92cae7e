package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.diff.ComparisonRules;
import io.tiphys.core.diff.ComparisonSettings;
import io.tiphys.core.diff.Ignored;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Asks the API server about differences that may be a matter of spelling: would applying the
/// target change anything? Answers are remembered until target, live or rules change, so that a
/// difference costs one dry run, not one a comparison.
@Singleton
class Confirmations {

    private static final int MAX_REMEMBERED = 10_000;

    /// By the live object's identity and version.
    private final Map<String, Answer> answers =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    /// @param rules for the resource
    /// @param remaining the differences that are some
    /// @param taken whether the API server was asked and would take the target
    private record Answer(Manifest target, Rules rules, List<String> remaining, boolean taken) {}

    /// Of the rules those that an answer hangs on.
    private record Rules(
            Ignored ignored, ComparisonSettings settings, boolean asked, boolean webhooks) {}

    /// The API server's part.
    ///
    /// @param dryRun what it would make of a manifest; throws [ApiFailure]
    /// @param whole a resource with the notes of everybody who owns fields of it; throws
    ///     [ApiFailure]
    record Api(Function<Manifest, LiveResource> dryRun, UnaryOperator<LiveResource> whole) {}

    /// @param anew whether to ask about what is remembered too
    Comparison confirm(Comparison comparison, ComparisonRules rules, Api api, boolean anew) {
        return comparison.confirmed(resource -> remaining(resource, rules, api, anew));
    }

    /// Whether the API server was asked about this target and this live object, and would take it.
    boolean wasAsked(Manifest target, LiveResource live) {
        synchronized (answers) {
            var known = answers.get(version(live));
            return known != null
                    && known.taken()
                    && known.target().object().equals(target.object());
        }
    }

    private List<String> remaining(
            Comparison.Resource resource, ComparisonRules all, Api api, boolean anew) {
        var target = resource.target().orElseThrow();
        var live = resource.live().orElseThrow();
        var options = all.options(target);
        boolean asked = options.serverSideDiff().orElse(true);
        var rules =
                new Rules(
                        all.ignored(resource.key()),
                        all.settings(),
                        asked,
                        asked && options.includeMutationWebhook());
        boolean open =
                rules.webhooks
                        || (!resource.differences().isEmpty()
                                && (asked || rules.ignored.asksForManagers()));
        if (!open) {
            return resource.differences();
        }
        var version = version(live);
        if (!anew) {
            synchronized (answers) {
                var known = answers.get(version);
                if (known != null
                        && known.rules().equals(rules)
                        && known.target().object().equals(target.object())) {
                    return known.remaining();
                }
            }
        }
        try {
            var answer = ask(resource.differences(), target, live, rules, all, api);
            synchronized (answers) {
                answers.put(version, answer);
            }
            return answer.remaining();
        } catch (ApiFailure | Ignored.Unclear refused) {
            // What cannot be applied is certainly not what runs; the sync will say why.
            return resource.differences();
        }
    }

    private static Answer ask(
            List<String> suspected,
            Manifest target,
            LiveResource known,
            Rules rules,
            ComparisonRules all,
            Api api) {
        var differences = suspected;
        var live = known;
        if (rules.ignored.asksForManagers()) {
            live = api.whole().apply(known);
            differences = all.differences(target, live);
        }
        if (!rules.asked || (differences.isEmpty() && !rules.webhooks)) {
            return new Answer(target, rules, differences, false);
        }
        var predicted = api.dryRun().apply(target);
        var remaining =
                rules.webhooks
                        ? all.changes(predicted, live)
                        : all.remaining(differences, predicted, live);
        return new Answer(target, rules, remaining, true);
    }

    private static String version(LiveResource live) {
        return Json.string(live.object(), "metadata", "uid") + "@" + live.resourceVersion();
    }
}
