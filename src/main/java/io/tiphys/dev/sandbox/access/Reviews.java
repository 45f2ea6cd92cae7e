package io.tiphys.dev.sandbox.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Cause;
import io.tiphys.dev.sandbox.wire.Refusal.Subject;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The kinds that are no objects but questions about access, and the tokens of service accounts.
public final class Reviews {

    /// A question that can be posted.
    public record Kind(String plural, String kind, boolean namespaced) {}

    private static final String AUTHORIZATION = "authorization.k8s.io/v1";
    private static final String AUTHENTICATION = "authentication.k8s.io/v1";

    private static final Map<String, List<Kind>> KINDS =
            Map.of(
                    AUTHORIZATION,
                    List.of(
                            new Kind("localsubjectaccessreviews", "LocalSubjectAccessReview", true),
                            new Kind("selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
                            new Kind("selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
                            new Kind("subjectaccessreviews", "SubjectAccessReview", false)),
                    AUTHENTICATION,
                    List.of(new Kind("selfsubjectreviews", "SelfSubjectReview", false)));

    private static final Duration SHORTEST = Duration.ofMinutes(10);
    private static final String AUDIENCE = "https://kubernetes.default.svc";
    private static final int USUAL_SECONDS = 3600;

    private final Roles roles;
    private final Tokens tokens;
    private final InstantSource clock;

    Reviews(Roles roles, Tokens tokens, InstantSource clock) {
        this.roles = roles;
        this.tokens = tokens;
        this.clock = clock;
    }

    public static List<Kind> in(String apiVersion) {
        return KINDS.getOrDefault(apiVersion, List.of());
    }

    /// The versions of the groups that hold nothing else.
    public static Map<String, List<String>> groups() {
        var groups = new LinkedHashMap<String, List<String>>();
        for (var apiVersion : List.of(AUTHENTICATION, AUTHORIZATION)) {
            groups.put(apiVersion.substring(0, apiVersion.indexOf('/')), List.of("v1"));
        }
        return groups;
    }

    /// Answers a posted question.
    public ObjectNode answer(String apiVersion, Question asked, User user, ObjectNode body) {
        var kind =
                in(apiVersion).stream()
                        .filter(it -> it.plural().equals(asked.resource()))
                        .findFirst()
                        .orElseThrow(Refusal::notServed);
        if (!asked.verb().equals("create")) {
            throw Refusal.methodNotAllowed();
        }
        var answer = Json.object().put("kind", kind.kind()).put("apiVersion", apiVersion);
        var metadata = answer.putObject("metadata");
        var spec = body.path("spec");
        switch (kind.kind()) {
            case "SelfSubjectReview" -> {
                metadata.put("creationTimestamp", now());
                answer.putObject("status").set("userInfo", user.tree());
            }
            case "SelfSubjectRulesReview" -> {
                answer.putObject("spec");
                answer.set("status", rules(user, Json.text(spec, "namespace")));
            }
            case "SelfSubjectAccessReview" -> {
                answer.set("spec", spec);
                answer.set("status", access(user, question(spec)));
            }
            default -> {
                answer.set("spec", spec);
                if (kind.namespaced()) {
                    metadata.put("namespace", asked.namespace());
                }
                var question = question(spec);
                answer.set("status", access(other(spec), question));
            }
        }
        return answer;
    }

    private static User other(JsonNode spec) {
        var name = Json.text(spec, "user");
        if (name.isEmpty() && spec.path("groups").isEmpty()) {
            throw invalid(
                    Cause.invalid(
                            "spec.user",
                            "\"\"",
                            "at least one of user or group must be specified"));
        }
        return new User(name, "", Json.texts(spec.path("groups")), Map.of());
    }

    private static Question question(JsonNode spec) {
        var resource = spec.path("resourceAttributes");
        var path = spec.path("nonResourceAttributes");
        if (resource.isObject() == path.isObject()) {
            throw invalid(
                    Cause.invalid(
                            "spec.resourceAttributes",
                            resource.isObject() ? resource.toString() : "null",
                            "exactly one of nonResourceAttributes or resourceAttributes must be"
                                    + " specified"));
        }
        return resource.isObject()
                ? Question.of(resource)
                : Question.path(Json.text(path, "verb"), Json.text(path, "path"));
    }

    private static Refusal invalid(Cause cause) {
        return Refusal.invalid(new Subject("authorization.k8s.io", "", ""), List.of(cause));
    }

    private ObjectNode access(User user, Question question) {
        var verdict = roles.decide(user, question);
        var status = Json.object().put("allowed", verdict.allowed());
        if (!verdict.reason().isEmpty()) {
            status.put("reason", verdict.reason());
        }
        return status;
    }

    private ObjectNode rules(User user, String namespace) {
        if (namespace.isEmpty()) {
            throw Refusal.badRequest("no namespace on request");
        }
        var status = Json.object();
        var resources = status.putArray("resourceRules");
        var paths = status.putArray("nonResourceRules");
        var held = user.master() ? Rule.EVERYTHING : roles.held(user, namespace);
        held.forEach(rule -> (rule.paths().isEmpty() ? resources : paths).add(rule.tree()));
        return status.put("incomplete", false);
    }

    /// Gives a service account the token that a TokenRequest asks for.
    public ObjectNode token(Stored account, ObjectNode request) {
        var seconds = Json.integer(request, USUAL_SECONDS, "spec", "expirationSeconds");
        if (seconds < SHORTEST.toSeconds()) {
            throw Refusal.invalid(
                    new Subject("authentication.k8s.io", "TokenRequest", ""),
                    List.of(
                            Cause.invalid(
                                    "spec.expirationSeconds",
                                    Integer.toString(seconds),
                                    "may not specify a duration less than 10 minutes")));
        }
        var expires = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(seconds);
        var answer = Json.object().put("kind", "TokenRequest").put("apiVersion", AUTHENTICATION);
        answer.putObject("metadata")
                .put("name", account.key().name())
                .put("namespace", account.key().namespace())
                .put("uid", account.uid())
                .put("creationTimestamp", now());
        answer.putObject("spec").put("expirationSeconds", seconds).putNull("boundObjectRef");
        var audiences = request.path("spec").path("audiences");
        var forUs = audiences.isEmpty() || Json.texts(audiences).contains(AUDIENCE);
        if (audiences.isEmpty()) {
            Json.list(Json.child(answer, "spec"), "audiences").add(AUDIENCE);
        } else {
            Json.child(answer, "spec").set("audiences", audiences);
        }
        answer.putObject("status")
                .put("token", tokens.issue(account, expires, forUs))
                .put("expirationTimestamp", expires.toString());
        return answer;
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
