package io.tiphys.dev.sandbox.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A request that is refused, in the words of the API server (`metav1.Status`).
public final class Refusal extends RuntimeException {

    /// What a refusal is about: the details of the Status.
    public record Subject(String group, String kind, String name) {

        @Override
        public String toString() {
            return group.isEmpty() ? kind : kind + "." + group;
        }
    }

    /// One reason among several, at one field.
    public record Cause(String reason, String message, String field) {

        public static Cause invalid(String field, String value, String problem) {
            return new Cause(
                    "FieldValueInvalid", "Invalid value: " + value + ": " + problem, field);
        }

        public static Cause required(String field, String problem) {
            return new Cause(
                    "FieldValueRequired",
                    problem.isEmpty() ? "Required value" : "Required value: " + problem,
                    field);
        }

        public static Cause duplicate(String field, String value) {
            return new Cause("FieldValueDuplicate", "Duplicate value: " + value, field);
        }

        public static Cause forbidden(String field, String problem) {
            return new Cause("FieldValueForbidden", "Forbidden: " + problem, field);
        }

        public static Cause unsupported(String field, String value, String allowed) {
            return new Cause(
                    "FieldValueNotSupported",
                    "Unsupported value: " + value + ": supported values: " + allowed,
                    field);
        }
    }

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient @Nullable Subject subject;
    private final transient List<Cause> causes;

    private Refusal(
            int code,
            String reason,
            String message,
            @Nullable Subject subject,
            List<Cause> causes) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.subject = subject;
        this.causes = causes;
    }

    public static Refusal plain(int code, String reason, String message) {
        return new Refusal(code, reason, message, null, List.of());
    }

    public static Refusal badRequest(String message) {
        return plain(400, "BadRequest", message);
    }

    public static Refusal internal(String message) {
        return plain(500, "InternalError", message);
    }

    /// An error that the API server passes on as it is, without a reason.
    public static Refusal failure(String message) {
        return plain(500, "", message);
    }

    /// Options of a request that are refused, such as `PatchOptions`.
    public static Refusal options(String kind, Cause cause) {
        return invalid(new Subject("meta.k8s.io", kind, ""), List.of(cause));
    }

    /// A patch that cannot be carried out; the server does not say which step of it failed.
    public static Refusal rejected() {
        return new Refusal(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request",
                new Subject("", "", ""),
                List.of());
    }

    public static Refusal unsupported(String message) {
        return plain(501, "NotImplemented", "the sandbox does not offer this: " + message);
    }

    public static Refusal notServed() {
        return new Refusal(
                404,
                "NotFound",
                "the server could not find the requested resource",
                new Subject("", "", ""),
                List.of());
    }

    public static Refusal methodNotAllowed() {
        return new Refusal(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                new Subject("", "", ""),
                List.of());
    }

    public static Refusal notFound(Subject subject) {
        return new Refusal(
                404,
                "NotFound",
                "%s \"%s\" not found".formatted(subject, subject.name()),
                subject,
                List.of());
    }

    public static Refusal alreadyExists(Subject subject) {
        return new Refusal(
                409,
                "AlreadyExists",
                "%s \"%s\" already exists".formatted(subject, subject.name()),
                subject,
                List.of());
    }

    public static Refusal conflict(Subject subject, String problem) {
        return new Refusal(
                409,
                "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s"
                        .formatted(subject, subject.name(), problem),
                subject,
                List.of());
    }

    public static Refusal applyConflict(List<Cause> causes) {
        var first = causes.getFirst();
        return new Refusal(
                409,
                "Conflict",
                causes.size() == 1
                        ? "Apply failed with 1 conflict: " + first.message() + ": " + first.field()
                        : "Apply failed with %d conflicts: %s"
                                .formatted(causes.size(), byManager(causes)),
                null,
                causes);
    }

    private static String byManager(List<Cause> causes) {
        var fields = new TreeMap<String, List<String>>();
        for (var cause : causes) {
            fields.computeIfAbsent(
                            cause.message().replaceFirst("conflict", "conflicts"),
                            _ -> new ArrayList<>())
                    .add("\n- " + cause.field());
        }
        return fields.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + String.join("", entry.getValue()))
                .collect(Collectors.joining("\n"));
    }

    public static Refusal forbidden(Subject subject, String problem) {
        return forbidden(subject, problem, List.of());
    }

    public static Refusal forbidden(Subject subject, String problem, List<Cause> causes) {
        return new Refusal(
                403, "Forbidden", about(subject) + "forbidden: " + problem, subject, causes);
    }

    /// A path is refused without being named first, and a collection has no name.
    private static String about(Subject subject) {
        if (subject.kind().isEmpty()) {
            return "";
        }
        return subject.name().isEmpty()
                ? subject + " is "
                : "%s \"%s\" is ".formatted(subject, subject.name());
    }

    public static Refusal invalid(Subject subject, List<Cause> causes) {
        var lines =
                causes.stream()
                        .map(cause -> cause.field() + ": " + cause.message())
                        .collect(Collectors.joining(", "));
        return new Refusal(
                422,
                "Invalid",
                "%s \"%s\" is invalid: %s"
                        .formatted(
                                subject,
                                subject.name(),
                                causes.size() == 1 ? lines : "[" + lines + "]"),
                subject,
                causes);
    }

    public static Refusal expired(String message) {
        return plain(410, "Expired", message);
    }

    public int code() {
        return code;
    }

    public ObjectNode status() {
        var status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Failure").put("message", getMessage());
        putUnlessEmpty(status, "reason", reason);
        if (subject != null || !causes.isEmpty()) {
            var details = status.putObject("details");
            if (subject != null) {
                putUnlessEmpty(details, "name", subject.name());
                putUnlessEmpty(details, "group", subject.group());
                putUnlessEmpty(details, "kind", subject.kind());
            }
            for (var cause : causes) {
                Json.list(details, "causes")
                        .addObject()
                        .put("reason", cause.reason())
                        .put("message", cause.message())
                        .put("field", cause.field());
            }
        }
        return status.put("code", code);
    }

    private static void putUnlessEmpty(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }
}
