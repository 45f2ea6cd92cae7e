package io.tiphys.repo.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.identity.Tokens.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokensTest {

    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private boolean refusing;
    private final AtomicInteger asked = new AtomicInteger();
    private final Tokens tokens = new Tokens(() -> now);

    @Test
    void a_token_is_kept_until_shortly_before_it_expires() {
        get("ada");
        now = now.plus(Duration.ofMinutes(54));
        assertThat(get("ada")).isEqualTo("token-1");

        now = now.plus(Duration.ofMinutes(2));
        assertThat(get("ada")).isEqualTo("token-2");
    }

    @Test
    void another_owner_has_another_token() {
        get("ada");

        assertThat(get("eve")).isEqualTo("token-2");
        assertThat(get("ada")).isEqualTo("token-1");
    }

    @Test
    void many_who_want_one_ask_once() throws Exception {
        var calls = new ArrayList<Callable<String>>();
        for (int i = 0; i < 20; i++) {
            calls.add(() -> get("ada"));
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var got : threads.invokeAll(calls)) {
                assertThat(got.get()).isEqualTo("token-1");
            }
        }

        assertThat(asked).hasValue(1);
    }

    @Test
    void who_gave_none_is_asked_again_after_a_while() {
        refusing = true;
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> get("ada"))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                    .hasMessage("none today");
        }
        assertThat(asked).hasValue(1);

        refusing = false;
        now = now.plus(Duration.ofSeconds(31));
        assertThat(get("ada")).isEqualTo("token-2");
        assertThat(get("ada")).isEqualTo("token-2");
    }

    @Test
    void a_token_that_was_refused_is_asked_for_anew() {
        tokens.forget("ada", get("ada"));

        assertThat(get("ada")).isEqualTo("token-2");
    }

    @Test
    void who_was_refused_an_old_token_does_not_take_the_new_one_from_others() {
        var old = get("ada");
        tokens.forget("ada", old);
        get("ada");

        tokens.forget("ada", old);

        assertThat(get("ada")).isEqualTo("token-2");
    }

    private String get(String owner) {
        return tokens.get(
                owner,
                time -> {
                    int number = asked.incrementAndGet();
                    if (refusing) {
                        throw new ManifestFailure("none today", true);
                    }
                    return new Token("token-" + number, time.plus(Duration.ofHours(1)));
                });
    }
}
