package io.tiphys.dev.sandbox.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.Set;

/// What a deletion asks for (`DeleteOptions`).
///
/// @param propagation `Background`, `Foreground`, `Orphan`, or empty for the kind's own default
/// @param uid the object that must still be there under that name, or empty
/// @param revision the revision that it must still have, or empty
/// @param graceSeconds negative for the kind's own default
public record Deletion(
        String propagation, String uid, String revision, int graceSeconds, boolean dryRun) {

    public static final Deletion BACKGROUND = new Deletion("Background", "", "", -1, false);

    private static final String PROPAGATION = "propagationPolicy";
    private static final Set<String> POLICIES = Set.of("", "Background", "Foreground", "Orphan");

    public static Deletion of(JsonNode options, String propagation, String grace, boolean dryRun) {
        var policy = options.path("propagationPolicy").asText(propagation);
        if (!POLICIES.contains(policy)) {
            throw refused(
                    Cause.unsupported(
                            PROPAGATION,
                            "\"" + policy + "\"",
                            "\"Foreground\", \"Background\", \"Orphan\", \"nil\""));
        }
        if (!policy.isEmpty() && options.has("orphanDependents")) {
            throw refused(
                    Cause.invalid(
                            PROPAGATION,
                            "\"" + policy + "\"",
                            "orphanDependents and deletionPropagation cannot be both set"));
        }
        if (options.path("orphanDependents").asBoolean()) {
            policy = "Orphan";
        }
        var inQuery = grace.isEmpty() ? -1 : seconds(grace);
        return new Deletion(
                policy,
                Json.text(options, "preconditions", "uid"),
                Json.text(options, "preconditions", "resourceVersion"),
                Json.integer(options, inQuery, "gracePeriodSeconds"),
                dryRun || !options.path("dryRun").isEmpty());
    }

    private static Refusal refused(Cause cause) {
        return Refusal.options("DeleteOptions", cause);
    }

    private static int seconds(String grace) {
        try {
            return Integer.parseInt(grace);
        } catch (NumberFormatException _) {
            throw Refusal.badRequest("gracePeriodSeconds must be a number");
        }
    }
}
