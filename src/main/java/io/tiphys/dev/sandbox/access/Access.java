package io.tiphys.dev.sandbox.access;

import io.tiphys.dev.sandbox.registry.Gate;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.tiphys.dev.sandbox.wire.Refusal.Subject;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Says who asks and lets them do what their roles allow. Without tokens everybody is an
/// administrator.
public final class Access {

    private static final String BEARER = "Bearer ";

    private final @Nullable String adminToken;
    private final Tokens tokens;
    private final Roles roles;
    private final Reviews reviews;

    /// @param users by their tokens; an administrator is added, unless there are none
    public Access(Map<String, User> users, Store store, InstantSource clock) {
        var all = new HashMap<>(users);
        adminToken = users.isEmpty() ? null : Tokens.random();
        if (adminToken != null) {
            all.put(adminToken, User.ADMIN);
        }
        tokens = new Tokens(all, store, clock);
        roles = new Roles(store);
        reviews = new Reviews(roles, tokens, clock);
    }

    /// The token of an administrator; null where none is needed.
    public @Nullable String adminToken() {
        return adminToken;
    }

    public Reviews reviews() {
        return reviews;
    }

    /// The user that a request is to be done as.
    public User user(String authorization, Iterable<Map.Entry<String, String>> headers) {
        if (adminToken == null) {
            return User.ADMIN;
        }
        if (!authorization.startsWith(BEARER)) {
            return Impersonation.of(User.ANONYMOUS, headers, this::check);
        }
        var user = tokens.user(authorization.substring(BEARER.length()).strip());
        if (user == null) {
            throw Refusal.plain(401, "Unauthorized", "Unauthorized");
        }
        return Impersonation.of(user, headers, this::check);
    }

    /// Refuses what the user's roles do not allow.
    public void check(User user, Question asked) {
        var verdict = roles.decide(user, asked);
        if (!verdict.allowed()) {
            throw Refusal.forbidden(
                    new Subject(asked.group(), asked.resource(), asked.name()),
                    asked.refused(user, verdict.reason()));
        }
    }

    /// What is still to be checked when it is known what a user's write makes of an object.
    public Gate gate(User user) {
        if (user.master()) {
            return Gate.OPEN;
        }
        var escalation = new Escalation(roles, user);
        return (type, live, next) -> {
            if (live == null) {
                var namespace = next.path("metadata").path("namespace").asText();
                var name = next.path("metadata").path("name").asText();
                check(user, Question.on("create", type.subject(name), namespace));
            }
            escalation.check(type, live, next);
        };
    }
}
