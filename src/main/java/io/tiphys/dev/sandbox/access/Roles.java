package io.tiphys.dev.sandbox.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides by the roles and bindings that stand in the store.
final class Roles {

    /// @param reason what allowed it, or what went wrong on the way to a no; often nothing
    record Verdict(boolean allowed, String reason) {}

    /// What one binding gives, and by which of its subjects.
    private record Grant(List<Rule> rules, String reason) {}

    static final String GROUP = "rbac.authorization.k8s.io";

    private final Store store;

    Roles(Store store) {
        this.store = store;
    }

    Verdict decide(User user, Question asked) {
        if (user.master()) {
            return new Verdict(true, "");
        }
        var lost = new ArrayList<String>();
        for (var grant : grants(user, asked.namespace(), lost)) {
            if (grant.rules().stream().anyMatch(rule -> rule.allows(asked))) {
                return new Verdict(true, grant.reason());
            }
        }
        return new Verdict(
                false,
                lost.isEmpty()
                        ? ""
                        : "RBAC: " + (lost.size() == 1 ? lost.getFirst() : lost.toString()));
    }

    /// All that a user may do in a namespace.
    List<Rule> held(User user, String namespace) {
        return grants(user, namespace, new ArrayList<>()).stream()
                .flatMap(grant -> grant.rules().stream())
                .toList();
    }

    private List<Grant> grants(User user, String namespace, List<String> lost) {
        var grants = new ArrayList<Grant>();
        for (var binding : store.list("clusterrolebindings." + GROUP, "").objects()) {
            addGrant(user, binding, "ClusterRoleBinding", lost, grants);
        }
        if (!namespace.isEmpty()) {
            for (var binding : store.list("rolebindings." + GROUP, namespace).objects()) {
                addGrant(user, binding, "RoleBinding", lost, grants);
            }
        }
        return grants;
    }

    private void addGrant(
            User user, Stored stored, String kind, List<String> lost, List<Grant> grants) {
        var binding = stored.tree();
        var namespace = stored.key().namespace();
        var subject = subject(user, binding.path("subjects"), namespace);
        if (subject == null) {
            return;
        }
        var role = binding.path("roleRef");
        try {
            var reason =
                    "RBAC: allowed by %s \"%s\" of %s \"%s\" to %s"
                            .formatted(
                                    kind,
                                    stored.key().name()
                                            + (namespace.isEmpty() ? "" : "/" + namespace),
                                    Json.text(role, "kind"),
                                    Json.text(role, "name"),
                                    subject);
            grants.add(new Grant(rules(role, namespace), reason));
        } catch (Refusal missing) {
            lost.add(missing.getMessage());
        }
    }

    /// The rules of the role that a binding names.
    List<Rule> rules(JsonNode roleRef, String namespace) {
        var cluster = Json.text(roleRef, "kind").equals("ClusterRole");
        var name = Json.text(roleRef, "name");
        var shelf = (cluster ? "clusterroles." : "roles.") + GROUP;
        var role = store.get(new Key(shelf, cluster ? "" : namespace, name));
        if (role == null) {
            throw Refusal.notFound(new Subject(GROUP, cluster ? "clusterrole" : "role", name));
        }
        return Rule.of(role.tree());
    }

    private static @Nullable String subject(User user, JsonNode subjects, String namespace) {
        for (var subject : subjects) {
            var name = Json.text(subject, "name");
            var home = subject.path("namespace").asText(namespace);
            switch (Json.text(subject, "kind")) {
                case "User" -> {
                    if (user.name().equals(name)) {
                        return "User \"" + name + "\"";
                    }
                }
                case "Group" -> {
                    if (user.groups().contains(name)) {
                        return "Group \"" + name + "\"";
                    }
                }
                case "ServiceAccount" -> {
                    if (user.name().equals(User.SERVICE_ACCOUNT + home + ":" + name)) {
                        return "ServiceAccount \"" + name + "/" + home + "\"";
                    }
                }
                default -> {}
            }
        }
        return null;
    }
}
