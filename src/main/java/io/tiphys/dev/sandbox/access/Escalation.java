package io.tiphys.dev.sandbox.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.registry.Gate;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Keeps users from granting, by a role or a binding, what they may not do themselves.
final class Escalation implements Gate {

    private final Roles roles;
    private final User user;

    Escalation(Roles roles, User user) {
        this.roles = roles;
        this.user = user;
    }

    @Override
    public void check(ResourceType type, @Nullable ObjectNode live, ObjectNode next) {
        if (!type.group().equals(Roles.GROUP)) {
            return;
        }
        var subject = type.subject(Json.text(next, "metadata", "name"));
        var namespace = Json.text(next, "metadata", "namespace");
        if (type.kind().endsWith("Binding")) {
            if (!same(live, next, "roleRef") || !same(live, next, "subjects")) {
                binding(subject, namespace, next.path("roleRef"));
            }
        } else if (!same(live, next, "rules") || !same(live, next, "aggregationRule")) {
            role(subject, namespace, next);
        }
    }

    private static boolean same(@Nullable ObjectNode live, ObjectNode next, String field) {
        return live != null && live.path(field).equals(next.path(field));
    }

    private void role(Subject subject, String namespace, ObjectNode role) {
        if (may("escalate", subject, namespace)) {
            return;
        }
        if (role.hasNonNull("aggregationRule") && !missing(Rule.EVERYTHING, "").isEmpty()) {
            throw Refusal.forbidden(
                    subject, "must have cluster-admin privileges to use the aggregationRule");
        }
        refuseMissing(subject, missing(Rule.of(role), namespace));
    }

    private void binding(Subject subject, String namespace, JsonNode roleRef) {
        var kind = Json.text(roleRef, "kind").equals("ClusterRole") ? "clusterroles" : "roles";
        var bound = new Subject(Roles.GROUP, kind, Json.text(roleRef, "name"));
        if (may("bind", bound, namespace)) {
            return;
        }
        List<Rule> granted;
        try {
            granted = roles.rules(roleRef, namespace);
        } catch (Refusal _) {
            // As a real server says it: the kind of the binding, the name of the role.
            throw Refusal.notFound(new Subject(Roles.GROUP, subject.kind(), bound.name()));
        }
        refuseMissing(subject, missing(granted, namespace));
    }

    private boolean may(String verb, Subject what, String namespace) {
        return roles.decide(user, Question.on(verb, what, namespace)).allowed();
    }

    private List<Rule> missing(List<Rule> granted, String namespace) {
        var held = roles.held(user, namespace);
        return granted.stream()
                .flatMap(rule -> rule.pieces().stream())
                .filter(piece -> held.stream().noneMatch(rule -> rule.covers(piece)))
                .toList();
    }

    private void refuseMissing(Subject subject, List<Rule> missing) {
        if (missing.isEmpty()) {
            return;
        }
        var verbs = new TreeMap<String, List<String>>();
        for (var piece : missing) {
            var known = verbs.computeIfAbsent(piece.matter(), _ -> new ArrayList<>());
            if (!known.contains(piece.verbs().getFirst())) {
                known.addAll(piece.verbs());
            }
        }
        var message =
                new StringBuilder(
                        "user \"%s\" (groups=%s) is attempting to grant RBAC permissions not currently held:"
                                .formatted(user.name(), Rule.quoted(user.groups())));
        verbs.entrySet().stream()
                .map(it -> "\n{" + it.getKey() + ", Verbs:" + Rule.quoted(it.getValue()) + "}")
                .sorted()
                .forEach(message::append);
        throw Refusal.forbidden(subject, message.toString());
    }
}
