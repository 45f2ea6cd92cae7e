package io.tiphys.dev.sandbox.http;

import io.tiphys.dev.sandbox.registry.Gate;
import io.tiphys.dev.sandbox.registry.Write;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads how a write is meant from its query, and refuses what no write can mean.
final class WriteOptions {

    private static final int LONGEST_MANAGER = 128;

    private WriteOptions() {}

    static Write of(Exchange exchange, Target target, Gate gate) {
        var agent = exchange.header("User-Agent");
        var slash = agent.indexOf('/');
        var program = slash < 0 ? agent : agent.substring(0, slash);
        var manager = manager(exchange);
        return new Write(
                manager.isEmpty() ? program.isEmpty() ? "unknown" : program : manager,
                target.subresource(),
                dryRun(exchange),
                validation(exchange).equals("Strict"),
                exchange.flag("force"),
                new ArrayList<>(),
                gate);
    }

    private static String manager(Exchange exchange) {
        var manager = exchange.query("fieldManager");
        if (manager.getBytes(StandardCharsets.UTF_8).length > LONGEST_MANAGER) {
            throw refused(
                    exchange,
                    new Cause(
                            "FieldValueTooLong",
                            "Too long: may not be more than " + LONGEST_MANAGER + " bytes",
                            "fieldManager"));
        }
        for (int i = 0; i < manager.length(); i++) {
            if (Character.isISOControl(manager.charAt(i))) {
                var letter = (int) manager.charAt(i);
                var shown =
                        manager.substring(0, i)
                                + "\\x%02x".formatted(letter)
                                + manager.substring(i + 1);
                throw refused(
                        exchange,
                        Cause.invalid(
                                "fieldManager",
                                "\"" + shown + "\"",
                                "invalid character U+%04X (at position %d)".formatted(letter, i)));
            }
        }
        return manager;
    }

    static boolean dryRun(Exchange exchange) {
        return switch (exchange.query("dryRun")) {
            case "" -> false;
            case "All" -> true;
            case String other ->
                    throw refused(
                            exchange,
                            Cause.unsupported("dryRun", "[\"" + other + "\"]", "\"All\""));
        };
    }

    static String validation(Exchange exchange) {
        var validation = exchange.query("fieldValidation");
        if (!List.of("", "Ignore", "Warn", "Strict").contains(validation)) {
            throw refused(
                    exchange,
                    Cause.unsupported(
                            "fieldValidation",
                            "\"" + validation + "\"",
                            "\"\", \"Ignore\", \"Strict\", \"Warn\""));
        }
        return validation;
    }

    static void checkApply(Exchange exchange) {
        if (exchange.query("fieldManager").isEmpty()) {
            throw refused(exchange, Cause.required("fieldManager", "is required for apply patch"));
        }
    }

    static void checkPatch(Exchange exchange) {
        if (exchange.request().params().contains("force")) {
            throw refused(
                    exchange, Cause.forbidden("force", "may not be specified for non-apply patch"));
        }
    }

    private static Refusal refused(Exchange exchange, Cause cause) {
        var options =
                switch (exchange.method()) {
                    case "POST" -> "CreateOptions";
                    case "PUT" -> "UpdateOptions";
                    case "DELETE" -> "DeleteOptions";
                    default -> "PatchOptions";
                };
        return Refusal.options(options, cause);
    }
}
