package io.tiphys.application;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.diff.ComparisonRules;
import io.tiphys.core.diff.ComparisonSettings;
import io.tiphys.core.diff.Ignored;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Asks the API server about differences that may be a matter of spelling: would applying the
/// target change anything? Answers are remembered until target, live or rules change, so that a
/// difference costs one dry run, not one a comparison.
@Singleton
class Confirmations {

    private static final int MAX_REMEMBERED = 10_000;

    private final SideBySide sideBySide;

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

    @Inject
    Confirmations(ApplicationConfig config) {
        this(new SideBySide(config.parallelWrites()));
    }

    Confirmations(SideBySide sideBySide) {
        this.sideBySide = sideBySide;
    }

    /// @param anew whether to ask about what is remembered too
    Comparison confirm(Comparison comparison, ComparisonRules rules, Api api, boolean anew) {
        var unknown = new ArrayList<Question>();
        var remaining = new HashMap<ResourceKey, List<String>>();
        comparison
                .comparable()
                .forEach(
                        resource -> {
                            var question = question(resource, rules);
                            known(question, anew)
                                    .ifPresentOrElse(
                                            it -> remaining.put(resource.key(), it),
                                            () -> unknown.add(question));
                        });
        var answers = sideBySide.each(unknown, it -> remaining(it, rules, api));
        for (int i = 0; i < answers.size(); i++) {
            remaining.put(unknown.get(i).resource().key(), answers.get(i));
        }
        return comparison.confirmed(resource -> remaining.getOrDefault(resource.key(), List.of()));
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

    /// @param rules for the resource
    private record Question(Comparison.Resource resource, Rules rules) {

        Manifest target() {
            return resource.target().orElseThrow();
        }

        LiveResource live() {
            return resource.live().orElseThrow();
        }

        boolean isOpen() {
            return rules.webhooks
                    || (!resource.differences().isEmpty()
                            && (rules.asked || rules.ignored.asksForManagers()));
        }
    }

    private static Question question(Comparison.Resource resource, ComparisonRules all) {
        var options = all.options(resource.target().orElseThrow());
        boolean asked = options.serverSideDiff().orElse(true);
        return new Question(
                resource,
                new Rules(
                        all.ignored(resource.key()),
                        all.settings(),
                        asked,
                        asked && options.includeMutationWebhook()));
    }

    /// What remains, as far as nobody has to be asked.
    private Optional<List<String>> known(Question question, boolean anew) {
        if (!question.isOpen()) {
            return Optional.of(question.resource().differences());
        }
        if (anew) {
            return Optional.empty();
        }
        synchronized (answers) {
            return Optional.ofNullable(answers.get(version(question.live())))
                    .filter(it -> it.rules().equals(question.rules()))
                    .filter(it -> it.target().object().equals(question.target().object()))
                    .map(Answer::remaining);
        }
    }

    private List<String> remaining(Question question, ComparisonRules all, Api api) {
        var suspected = question.resource().differences();
        try {
            var answer =
                    ask(suspected, question.target(), question.live(), question.rules(), all, api);
            synchronized (answers) {
                answers.put(version(question.live()), answer);
            }
            return answer.remaining();
        } catch (ApiFailure | Ignored.Unclear refused) {
            // What cannot be applied is certainly not what runs; the sync will say why.
            return suspected;
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
