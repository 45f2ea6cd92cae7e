package io.tiphys.dev.sandbox.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Who asks, as a token or an impersonation says.
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {

    public static final String MASTERS = "system:masters";
    static final String AUTHENTICATED = "system:authenticated";
    static final String UNAUTHENTICATED = "system:unauthenticated";
    static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    public static final User ANONYMOUS = of("system:anonymous", UNAUTHENTICATED);
    public static final User ADMIN = of("sandbox-admin", MASTERS, AUTHENTICATED);

    public static User of(String name, String... groups) {
        return new User(name, "", List.of(groups), Map.of());
    }

    static List<String> serviceAccountGroups(String namespace) {
        return List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace);
    }

    User with(String group) {
        if (groups.contains(group)) {
            return this;
        }
        var more = new ArrayList<>(groups);
        more.add(group);
        return new User(name, uid, List.copyOf(more), extra);
    }

    public boolean master() {
        return groups.contains(MASTERS);
    }

    ObjectNode tree() {
        var user = Json.object().put("username", name);
        if (!uid.isEmpty()) {
            user.put("uid", uid);
        }
        groups.forEach(Json.list(user, "groups")::add);
        extra.forEach(
                (key, values) -> values.forEach(Json.list(Json.child(user, "extra"), key)::add));
        return user;
    }
}
