package io.tiphys.dev.sandbox.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Store store = new Store(10, null);
    private final Tokens tokens =
            new Tokens(Map.of("fixed", User.of("jane", "dev")), store, () -> now);

    @Test
    void a_given_token_is_its_users_who_is_authenticated() {
        assertThat(tokens.user("fixed")).isEqualTo(User.of("jane", "dev", User.AUTHENTICATED));
        assertThat(tokens.user("other")).isNull();
    }

    @Test
    void an_accounts_token_ends_when_it_expires() {
        var token = tokens.issue(account("1"), now.plusSeconds(600), true);
        assertThat(tokens.user(token))
                .extracting(User::name)
                .isEqualTo("system:serviceaccount:default:robot");

        now = now.plusSeconds(600);

        assertThat(tokens.user(token)).isNull();
    }

    @Test
    void an_accounts_token_ends_with_the_account_even_if_another_takes_its_name() {
        var token = tokens.issue(account("1"), now.plusSeconds(600), true);

        account("2");

        assertThat(tokens.user(token)).isNull();
    }

    @Test
    void a_token_for_somebody_else_is_none_here() {
        assertThat(tokens.user(tokens.issue(account("1"), now.plusSeconds(600), false))).isNull();
    }

    private Stored account(String uid) {
        var account = Json.object();
        Json.child(account, "metadata").put("uid", uid);
        return store.put(new Key("serviceaccounts", "default", "robot"), account);
    }
}
