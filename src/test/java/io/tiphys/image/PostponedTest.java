package io.tiphys.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.WriteBack;
import io.tiphys.core.model.ApplicationId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PostponedTest {

    private final List<WriteBack> asked = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final Postponed postponed =
            new Postponed(
                    request -> {
                        asked.add(request);
                        return CompletableFuture.completedFuture(null);
                    },
                    pause -> {
                        pauses.add(pause);
                        return waiting::add;
                    });

    @Test
    void it_is_asked_for_again_after_longer_and_longer_pauses_and_then_given_up() {
        var request = request("1.0");
        for (int i = 0; i < 6; i++) {
            assertThat(postponed.again(request)).isTrue();
        }

        assertThat(postponed.again(request)).isFalse();
        assertThat(pauses)
                .extracting(Duration::toSeconds)
                .containsExactly(5L, 10L, 20L, 40L, 80L, 160L);
        assertThat(asked).isEmpty();
        waiting.forEach(Runnable::run);
        assertThat(asked).hasSize(6).containsOnly(request);
    }

    @Test
    void what_was_given_up_and_is_asked_for_anew_is_postponed_again() {
        for (int i = 0; i < 7; i++) {
            var _ = postponed.again(request("1.0"));
        }

        assertThat(postponed.again(request("1.0"))).isTrue();
        assertThat(pauses.getLast()).hasSeconds(5);
    }

    @Test
    void no_more_than_some_thousands_wait() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(postponed.again(request("1." + i))).isTrue();
        }

        assertThat(postponed.again(request("2.0"))).isFalse();
        waiting.getFirst().run();
        assertThat(postponed.again(request("2.0"))).isTrue();
    }

    private static WriteBack request(String tag) {
        return new WriteBack(
                new ApplicationId("argocd", "web"),
                "https://h/r",
                "main",
                "web",
                "web",
                "registry.local/web",
                tag,
                "",
                "",
                0);
    }
}
