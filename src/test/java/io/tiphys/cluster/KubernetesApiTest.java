package io.tiphys.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.tiphys.support.ScriptedApi;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class KubernetesApiTest {

    private static final int MOST_AT_ONCE = 256;

    /// The server would close some of so many connections behind the client's back.
    private static final ScriptedApi.Answer ONCE =
            new ScriptedApi.Answer(
                    200, Map.of("Connection", "close"), "{\"kind\": \"Some\"}".getBytes(UTF_8));

    @Test
    void of_many_requests_so_many_are_under_way_at_once_whoever_they_are_for() throws Exception {
        // Given
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        var answering = new CountDownLatch(1);
        try (var server =
                        ScriptedApi.start(
                                _ -> {
                                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                                    await(answering);
                                    underWay.decrementAndGet();
                                    return ONCE;
                                });
                var api =
                        new KubernetesApi(
                                ApiClients.of(
                                        new ConfigBuilder()
                                                .withAutoConfigure(false)
                                                .withMasterUrl(server.url().toString())
                                                .build()));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var somebody = api.as("somebody");

            // When
            var answers = new ArrayList<Future<Map<String, Object>>>();
            for (int i = 0; i < MOST_AT_ONCE; i++) {
                answers.add(threads.submit(() -> api.get("/some")));
                answers.add(threads.submit(() -> somebody.get("/some")));
            }
            Awaitility.await().until(() -> underWay.get() == MOST_AT_ONCE);
            answering.countDown();

            // Then
            for (var answer : answers) {
                assertThat(answer.get()).containsEntry("kind", "Some");
            }
            assertThat(server.asked()).hasSize(2 * MOST_AT_ONCE);
            assertThat(most).hasValue(MOST_AT_ONCE);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
