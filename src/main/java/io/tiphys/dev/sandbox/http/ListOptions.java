package io.tiphys.dev.sandbox.http;

import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.util.Set;

/// Refuses what does not go together in the query of a list or watch.
final class ListOptions {

    private static final String MATCH = "resourceVersionMatch";

    private ListOptions() {}

    static void check(Exchange exchange) {
        if (exchange.request().params().contains("sendInitialEvents")) {
            throw refused(
                    Cause.forbidden(
                            "sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        var match = exchange.query(MATCH);
        var version = exchange.query("resourceVersion");
        if (!Set.of("", "Exact", "NotOlderThan").contains(match)) {
            throw refused(
                    Cause.unsupported(
                            MATCH, "\"" + match + "\"", "\"Exact\", \"NotOlderThan\", \"\""));
        }
        if (!match.isEmpty() && version.isEmpty()) {
            throw refused(
                    Cause.forbidden(
                            MATCH,
                            "resourceVersionMatch is forbidden unless resourceVersion is"
                                    + " provided"));
        }
        if (match.equals("Exact") && version.equals("0")) {
            throw refused(
                    Cause.forbidden(
                            MATCH,
                            "resourceVersionMatch \"exact\" is forbidden for resourceVersion"
                                    + " \"0\""));
        }
        if (!exchange.query("continue").isEmpty() && !Set.of("", "0").contains(version)) {
            throw Refusal.badRequest(
                    "specifying resource version is not allowed when using continue");
        }
    }

    static void checkWatch(Exchange exchange) {
        var initial = exchange.request().params().contains("sendInitialEvents");
        if (initial && !exchange.query(MATCH).equals("NotOlderThan")) {
            throw refused(
                    Cause.forbidden(
                            MATCH,
                            "sendInitialEvents requires setting resourceVersionMatch to"
                                    + " NotOlderThan"));
        }
        var version = exchange.query("resourceVersion");
        if (!version.chars().allMatch(Character::isDigit)) {
            throw Refusal.failure(
                    "resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": invalid syntax"
                            .formatted(version, version));
        }
    }

    private static Refusal refused(Cause cause) {
        return Refusal.options("ListOptions", cause);
    }
}
