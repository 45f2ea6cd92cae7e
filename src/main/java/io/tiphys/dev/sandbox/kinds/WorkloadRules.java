package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Names what is wrong with the kinds that make pods.
final class WorkloadRules {

    private static final Set<String> OPERATORS = Set.of("In", "NotIn", "Exists", "DoesNotExist");
    private static final Set<String> DESCRIPTORS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final List<Integer> GREATEST = List.of(59, 23, 31, 12, 6);
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern CRON_FIELD = Pattern.compile("[0-9A-Za-z*?,/-]+");
    private static final int LONGEST_CRON_JOB_NAME = 52;

    private WorkloadRules() {}

    /// @param word how the messages call the kind
    static void workload(JsonNode spec, String word, List<Cause> causes) {
        notNegative(spec.path("replicas"), "spec.replicas", causes);
        selector(spec, word, causes);
        PodRules.check(
                Json.at(spec, "template", "spec"),
                "spec.template.spec",
                spec.path("volumeClaimTemplates"),
                causes);
        var policy = Json.text(spec, "template", "spec", "restartPolicy");
        if (!policy.equals("Always")) {
            causes.add(
                    Cause.unsupported(
                            "spec.template.spec.restartPolicy",
                            "\"" + policy + "\"",
                            "\"Always\""));
        }
    }

    static void deployment(JsonNode spec, List<Cause> causes) {
        workload(spec, "deployment", causes);
        var strategy = spec.path("strategy");
        var rolling = strategy.path("rollingUpdate");
        switch (Json.text(strategy, "type")) {
            case "Recreate" -> {
                if (rolling.isObject()) {
                    causes.add(
                            Cause.forbidden(
                                    "spec.strategy.rollingUpdate",
                                    "may not be specified when strategy `type` is 'Recreate'"));
                }
            }
            case "RollingUpdate" -> {
                if (isZero(rolling.path("maxSurge")) && isZero(rolling.path("maxUnavailable"))) {
                    causes.add(
                            Cause.invalid(
                                    "spec.strategy.rollingUpdate.maxUnavailable",
                                    rolling.path("maxUnavailable").toString(),
                                    "may not be 0 when `maxSurge` is 0"));
                }
            }
            case String other ->
                    causes.add(
                            Cause.unsupported(
                                    "spec.strategy",
                                    "{\"Type\":\"%s\",\"RollingUpdate\":null}".formatted(other),
                                    "\"Recreate\", \"RollingUpdate\""));
        }
    }

    private static boolean isZero(JsonNode count) {
        return Set.of("0", "0%").contains(count.asText());
    }

    static void notNegative(JsonNode number, String place, List<Cause> causes) {
        if (number.asInt() < 0) {
            causes.add(
                    Cause.invalid(place, number.toString(), "must be greater than or equal to 0"));
        }
    }

    private static void selector(JsonNode spec, String word, List<Cause> causes) {
        var selector = spec.path("selector");
        var before = causes.size();
        if (selector.isMissingNode()) {
            causes.add(Cause.required("spec.selector", ""));
        } else {
            expressions(selector, "spec.selector", causes);
            if (causes.size() > before) {
                causes.add(
                        Cause.invalid(
                                "spec.selector", selector.toString(), "invalid label selector"));
                return;
            }
            if (selector.path("matchLabels").isEmpty()
                    && selector.path("matchExpressions").isEmpty()) {
                causes.add(
                        Cause.invalid(
                                "spec.selector", "{}", "empty selector is invalid for " + word));
                return;
            }
        }
        var labels = Json.at(spec, "template", "metadata", "labels");
        if (selector.isMissingNode() || !fits(selector, labels)) {
            causes.add(
                    Cause.invalid(
                            "spec.template.metadata.labels",
                            labels.isMissingNode() ? "null" : labels.toString(),
                            "`selector` does not match template `labels`"));
        }
    }

    private static boolean fits(JsonNode selector, JsonNode labels) {
        for (var wanted : selector.path("matchLabels").properties()) {
            if (!labels.path(wanted.getKey()).equals(wanted.getValue())) {
                return false;
            }
        }
        for (var wanted : selector.path("matchExpressions")) {
            var key = Json.text(wanted, "key");
            var among = Json.texts(wanted.path("values")).contains(Json.text(labels, key));
            var fits =
                    switch (Json.text(wanted, "operator")) {
                        case "In" -> labels.has(key) && among;
                        case "NotIn" -> !labels.has(key) || !among;
                        case "Exists" -> labels.has(key);
                        default -> !labels.has(key);
                    };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    static void expressions(JsonNode selector, String place, List<Cause> causes) {
        int i = 0;
        for (var expression : selector.path("matchExpressions")) {
            var operator = Json.text(expression, "operator");
            if (!OPERATORS.contains(operator)) {
                causes.add(
                        Cause.invalid(
                                place + ".matchExpressions[" + i + "].operator",
                                "\"" + operator + "\"",
                                "not a valid selector operator"));
            }
            i++;
        }
    }

    static void job(JsonNode spec, String path, List<Cause> causes) {
        for (var count : List.of("parallelism", "completions", "backoffLimit")) {
            notNegative(spec.path(count), path + count, causes);
        }
        var template = path + "template.spec";
        PodRules.check(
                Json.at(spec, "template", "spec"), template, MissingNode.getInstance(), causes);
        var policy = Json.text(spec, "template", "spec", "restartPolicy");
        if (!Set.of("OnFailure", "Never").contains(policy)) {
            causes.add(
                    policy.isEmpty()
                            ? Cause.required(
                                    template + ".restartPolicy",
                                    "valid values: \"OnFailure\", \"Never\"")
                            : Cause.unsupported(
                                    template + ".restartPolicy",
                                    "\"" + policy + "\"",
                                    "\"OnFailure\", \"Never\""));
        }
    }

    static void cronJob(String name, JsonNode spec, List<Cause> causes) {
        if (name.length() > LONGEST_CRON_JOB_NAME) {
            causes.add(
                    Cause.invalid(
                            "metadata.name",
                            "\"" + name + "\"",
                            "must be no more than " + LONGEST_CRON_JOB_NAME + " characters"));
        }
        var schedule = Json.text(spec, "schedule");
        if (schedule.isEmpty()) {
            causes.add(Cause.required("spec.schedule", ""));
        } else {
            var problem = scheduleProblem(schedule);
            if (!problem.isEmpty()) {
                causes.add(Cause.invalid("spec.schedule", "\"" + schedule + "\"", problem));
            }
        }
        var policy = Json.text(spec, "concurrencyPolicy");
        if (!Set.of("Allow", "Forbid", "Replace").contains(policy)) {
            causes.add(
                    Cause.unsupported(
                            "spec.concurrencyPolicy",
                            "\"" + policy + "\"",
                            "\"Allow\", \"Forbid\", \"Replace\""));
        }
        job(Json.at(spec, "jobTemplate", "spec"), "spec.jobTemplate.spec.", causes);
    }

    private static String scheduleProblem(String schedule) {
        if (schedule.startsWith("@")) {
            return DESCRIPTORS.contains(schedule) || schedule.startsWith("@every ")
                    ? ""
                    : "unrecognized descriptor: " + schedule;
        }
        var fields = List.of(schedule.strip().split("\\s+", -1));
        if (fields.size() != GREATEST.size()) {
            return "expected exactly 5 fields, found %d: [%s]"
                    .formatted(fields.size(), String.join(" ", fields));
        }
        for (int i = 0; i < fields.size(); i++) {
            var field = fields.get(i);
            if (!CRON_FIELD.matcher(field).matches()) {
                return "failed to parse int from " + field;
            }
            for (var range : field.split(",", -1)) {
                // What follows a slash is a step, and may be any number.
                var numbers = NUMBER.matcher(range.split("/", -1)[0]);
                while (numbers.find()) {
                    if (Integer.parseInt(numbers.group()) > GREATEST.get(i)) {
                        return "end of range (%s) above maximum (%d): %s"
                                .formatted(numbers.group(), GREATEST.get(i), range);
                    }
                }
            }
        }
        return "";
    }
}
