package io.tiphys.dev.sandbox.access;

import io.tiphys.dev.sandbox.wire.Refusal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/// Lets one who may act as somebody else, as the `Impersonate-` headers ask.
final class Impersonation {

    private static final String EXTRA = "impersonate-extra-";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    private String name = "";
    private String uid = "";
    private final List<String> groups = new ArrayList<>();
    private final Map<String, List<String>> extra = new LinkedHashMap<>();

    private Impersonation(Iterable<Map.Entry<String, String>> headers) {
        for (var header : headers) {
            var key = header.getKey().toLowerCase(Locale.ROOT);
            var value = header.getValue();
            switch (key) {
                case "impersonate-user" -> name = value;
                case "impersonate-uid" -> uid = value;
                case "impersonate-group" -> groups.add(value);
                default -> {
                    if (key.startsWith(EXTRA)) {
                        var what = key.substring(EXTRA.length()).replace("+", "%2B");
                        extra.computeIfAbsent(
                                        URLDecoder.decode(what, StandardCharsets.UTF_8),
                                        _ -> new ArrayList<>())
                                .add(value);
                    }
                }
            }
        }
    }

    /// @param check asked for everything that is impersonated; throws where it may not be
    static User of(
            User user,
            Iterable<Map.Entry<String, String>> headers,
            BiConsumer<User, Question> check) {
        var wanted = new Impersonation(headers);
        if (wanted.name.isEmpty()) {
            if (wanted.uid.isEmpty() && wanted.groups.isEmpty() && wanted.extra.isEmpty()) {
                return user;
            }
            throw Refusal.internal("requested impersonation without impersonating a user");
        }
        wanted.questions().forEach(question -> check.accept(user, question));
        return wanted.user();
    }

    private List<Question> questions() {
        var questions = new ArrayList<Question>();
        var account = account();
        questions.add(
                account.isEmpty()
                        ? question("", "users", "", "", name)
                        : question("", "serviceaccounts", "", account.get(0), account.get(1)));
        groups.forEach(group -> questions.add(question("", "groups", "", "", group)));
        extra.forEach(
                (key, values) ->
                        values.forEach(
                                value ->
                                        questions.add(
                                                question(
                                                        AUTHENTICATION,
                                                        "userextras",
                                                        key,
                                                        "",
                                                        value))));
        if (!uid.isEmpty()) {
            questions.add(question(AUTHENTICATION, "uids", "", "", uid));
        }
        return questions;
    }

    private static Question question(
            String group, String resource, String subresource, String namespace, String name) {
        return new Question("impersonate", group, resource, subresource, namespace, name, "");
    }

    /// The namespace and name of the account that the user's name is of, if it is of one.
    private List<String> account() {
        var parts = name.split(":", -1);
        return name.startsWith(User.SERVICE_ACCOUNT) && parts.length == 4
                ? List.of(parts[2], parts[3])
                : List.of();
    }

    private User user() {
        var account = account();
        var all =
                groups.isEmpty() && !account.isEmpty()
                        ? User.serviceAccountGroups(account.getFirst())
                        : List.copyOf(groups);
        var user = new User(name, uid, all, extra);
        if (name.equals(User.ANONYMOUS.name())) {
            return user.with(User.UNAUTHENTICATED);
        }
        return all.contains(User.UNAUTHENTICATED) ? user : user.with(User.AUTHENTICATED);
    }
}
