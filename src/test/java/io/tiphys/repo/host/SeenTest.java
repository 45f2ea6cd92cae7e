package io.tiphys.repo.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SeenTest {

    private final Seen<Integer> seen = new Seen<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final CountDownLatch answered = new CountDownLatch(1);

    @Test
    void who_waits_for_an_answer_shares_the_next_one() throws Exception {
        askAtOnce(false);

        // The first answer may be older than the questions that came while it was on its way.
        assertThat(asked).hasValue(2);
    }

    @Test
    void who_waits_for_an_answer_shares_the_next_failure() throws Exception {
        askAtOnce(true);

        assertThat(asked).hasValue(2);
        assertThat(failed).hasValue(21);
        assertThat(seen.get(FetchDemand.ANY, _ -> 7)).isEqualTo(7);
    }

    @Test
    void a_push_that_the_answer_came_before_is_asked_for_once() {
        var first = FetchDemand.including("registry/web", "e1", "1.0.0");
        var second = FetchDemand.including("registry/web", "e2", "1.1.0");
        seen.get(FetchDemand.ANY, _ -> asked.incrementAndGet());

        assertThat(seen.get(first, _ -> asked.incrementAndGet())).isEqualTo(2);
        assertThat(seen.get(first, _ -> asked.incrementAndGet())).isEqualTo(2);
        assertThat(seen.get(second, _ -> asked.incrementAndGet())).isEqualTo(3);
        assertThat(seen.get(first.and(second), _ -> asked.incrementAndGet())).isEqualTo(3);
        assertThat(seen.get(FetchDemand.ANY, _ -> asked.incrementAndGet())).isEqualTo(3);
    }

    private void askAtOnce(boolean fails) throws InterruptedException {
        var threads = new ArrayList<>(List.of(ask(fails)));
        await().until(() -> asked.get() == 1);
        for (int i = 0; i < 20; i++) {
            threads.add(ask(fails));
        }
        await().until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
        answered.countDown();
        for (var thread : threads) {
            thread.join();
        }
    }

    private Thread ask(boolean fails) {
        return Thread.startVirtualThread(
                () -> {
                    try {
                        seen.get(FetchDemand.NEWEST, _ -> answer(fails));
                    } catch (ManifestFailure failure) {
                        failed.incrementAndGet();
                    }
                });
    }

    private int answer(boolean fails) {
        int number = asked.incrementAndGet();
        try {
            answered.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        if (fails) {
            throw new ManifestFailure("away", true);
        }
        return number;
    }
}
