package io.tiphys.core.health;

import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How resources of a kind are judged, as data: the first verdict whose checks all hold.
///
/// @param source where the kind's project says what its status means
/// @param otherwise what to wait for if none does: then it is Progressing
record HealthRule(String source, Observed observed, List<Verdict> verdicts, String otherwise) {

    /// Where the kind tells of which generation its status is.
    enum Observed {
        /// It does not, or not so that one can rely on it.
        NOWHERE,
        /// In `status.observedGeneration`.
        STATUS,
        /// In each condition: one of an older generation does not count.
        CONDITIONS
    }

    /// @param message a text with `{kind}`, `{path.of.a.field}`, and `{reason}` and `{message}` of
    ///     the condition that was asked for first; empty for what that condition says
    record Verdict(Health.Status status, List<Check> checks, String message) {

        /// @throws IllegalArgumentException if the message names no field
        Verdict {
            PLACE.matcher(message).results().forEach(place -> Fields.of(place.group(1)));
        }
    }

    private static final Pattern PLACE = Pattern.compile("\\{([^{}]+)}");

    Health assess(Map<String, Object> object) {
        long generation = Json.number(object, 0, "metadata", "generation");
        if (observed == Observed.STATUS && generation > observedGeneration(object, generation)) {
            return new Health(
                    Health.Status.PROGRESSING,
                    "Waiting for the new specification of the %s to be observed"
                            .formatted(Json.string(object, "kind")));
        }
        long since = observed == Observed.CONDITIONS ? generation : 0;
        for (var verdict : verdicts) {
            if (verdict.checks().stream().allMatch(check -> check.holds(object, since))) {
                return new Health(verdict.status(), message(verdict, object, since));
            }
        }
        return new Health(Health.Status.PROGRESSING, filled(otherwise, object, Map.of()));
    }

    /// Some kinds write it as text.
    private static long observedGeneration(Map<String, Object> object, long otherwise) {
        var text = Json.string(object, "status", "observedGeneration");
        return text.matches("\\d{1,18}")
                ? Long.parseLong(text)
                : Json.number(object, otherwise, "status", "observedGeneration");
    }

    private static String message(Verdict verdict, Map<String, Object> object, long since) {
        Map<String, Object> met = Map.of();
        for (var check : verdict.checks()) {
            if (met.isEmpty() && check instanceof Check.Condition condition) {
                met = condition.met(object, since);
            }
        }
        return verdict.message().isEmpty()
                ? Conditions.message(met)
                : filled(verdict.message(), object, met);
    }

    private static String filled(
            String template, Map<String, Object> object, Map<String, Object> condition) {
        return PLACE.matcher(template)
                .replaceAll(
                        place ->
                                Matcher.quoteReplacement(
                                        switch (place.group(1)) {
                                            case "reason" -> Json.string(condition, "reason");
                                            case "message" -> Conditions.message(condition);
                                            default -> Fields.of(place.group(1)).text(object);
                                        }));
    }
}
