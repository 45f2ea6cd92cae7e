package io.tiphys.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.tiphys.channel.Origin;
import io.tiphys.channel.Trace;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A delivery whose proof waits for somebody else is taken on a thread of its own.
class SlowProofTest {

    private static final SpanContext REQUEST =
            SpanContext.create(
                    "1".repeat(32),
                    "2".repeat(16),
                    TraceFlags.getSampled(),
                    TraceState.getDefault());

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Trace> published = new CompletableFuture<>();

    @Test
    void it_stays_a_part_of_its_trace() {
        var delivery = new Delivery("192.0.2.1", _ -> "", _ -> "", new byte[0]);
        CompletionStage<Answer> answer;
        try (var _ = Context.root().with(Span.wrap(REQUEST)).makeCurrent()) {
            answer = reception().fromAnybody(delivery);
        }

        asked.countDown();

        assertThat(answer.toCompletableFuture().join().outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(published.join().spans()).containsExactly(REQUEST);
    }

    private record Slow(CountDownLatch asked) implements Proof {

        @Override
        public String key() {
            return "webhook.slow";
        }

        @Override
        public String inWords() {
            return "It";
        }

        @Override
        public boolean mayBlock() {
            return true;
        }

        @Override
        public boolean holds(Delivery delivery, Settings settings) {
            try {
                asked.await();
                return true;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private record Host(Proof proof) implements GitDialect {

        @Override
        public String provider() {
            return "slow";
        }

        @Override
        public String mark() {
            return "";
        }

        @Override
        public boolean recognises(Delivery delivery) {
            return true;
        }

        @Override
        public List<Proof> proofs() {
            return List.of(proof);
        }

        @Override
        public Contents read(Delivery delivery) {
            return Contents.of(
                    "d",
                    new GitEvent.Pushed(
                            "id", "h/r", "refs/heads/main", "a", "b", List.of(), true, "", "slow"));
        }
    }

    private Reception reception() {
        return new Reception(
                new TestConfig(false, 0),
                List.of(new Host(new Slow(asked))),
                List.of(),
                _ -> List.of("set up"),
                new Reception.Publisher() {
                    @Override
                    public CompletionStage<Void> publish(GitEvent event, Origin origin) {
                        published.complete(Trace.current());
                        return CompletableFuture.completedFuture(null);
                    }

                    @Override
                    public CompletionStage<Void> publish(ImageEvent event, Origin origin) {
                        throw new IllegalStateException("No image was pushed");
                    }
                },
                new DeliveryLog(
                        new SimpleMeterRegistry(), _ -> CompletableFuture.completedFuture(null)),
                InstantSource.system());
    }
}
