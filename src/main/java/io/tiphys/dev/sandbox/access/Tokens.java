package io.tiphys.dev.sandbox.access;

import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Whose token it is: those given at the start, and those that service accounts were given since.
/// An account's token dies with the account, and none survives a restart.
final class Tokens {

    private record Issued(Key account, String uid, Instant expires, String id) {}

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, User> fixed;
    private final Store store;
    private final InstantSource clock;
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();

    Tokens(Map<String, User> fixed, Store store, InstantSource clock) {
        this.fixed = fixed;
        this.store = store;
        this.clock = clock;
    }

    static String random() {
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// @param forUs whether it is meant for this API server, and not only for somebody else
    String issue(Stored account, Instant expires, boolean forUs) {
        var now = clock.instant();
        issued.values().removeIf(token -> !token.expires().isAfter(now));
        var token = random();
        if (forUs) {
            issued.put(token, new Issued(account.key(), account.uid(), expires, random()));
        }
        return token;
    }

    @Nullable User user(String token) {
        var given = fixed.get(token);
        if (given != null) {
            return given.with(User.AUTHENTICATED);
        }
        var found = issued.get(token);
        if (found == null || !found.expires().isAfter(clock.instant())) {
            return null;
        }
        var key = found.account();
        var account = store.get(key);
        if (account == null || !account.uid().equals(found.uid())) {
            return null;
        }
        return new User(
                        User.SERVICE_ACCOUNT + key.namespace() + ":" + key.name(),
                        found.uid(),
                        User.serviceAccountGroups(key.namespace()),
                        Map.of(
                                "authentication.kubernetes.io/credential-id",
                                List.of("JTI=" + found.id())))
                .with(User.AUTHENTICATED);
    }
}
