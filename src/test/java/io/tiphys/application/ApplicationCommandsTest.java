package io.tiphys.application;

import static io.tiphys.support.TraceCollector.SOMEBODY_ELSE;
import static io.tiphys.support.TraceCollector.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.tiphys.channel.Tracing;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Refresh;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.support.TraceCollector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Long because everything here is about one thing: who runs when, held by one kind of stand-in.
class ApplicationCommandsTest {

    private static final ApplicationId SHOP = new ApplicationId("argocd", "shop");
    private static final ApplicationId OTHER = new ApplicationId("argocd", "other");

    /// A run that has begun and ends when the test says so.
    private record Run(Refresh refresh, CompletableFuture<Refresher.Next> end) {}

    private final LinkedBlockingQueue<Run> begun = new LinkedBlockingQueue<>();
    private final ApplicationCommands commands = commands(32);

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void who_asks_is_answered_when_the_run_is_done() throws Exception {
        var asked = commands.submit(refresh(SHOP, "1"));
        var run = next();
        assertThat(asked).isNotDone();

        run.end.complete(new Refresher.Next.Sweep());

        asked.get(10, TimeUnit.SECONDS);
        assertThat(run.refresh.cause()).isEqualTo("1");
    }

    @Test
    void what_comes_during_a_run_is_folded_into_one_more() throws Exception {
        // Given
        var first = commands.submit(refresh(SHOP, "1"));
        var run = next();

        // When
        var second = commands.submit(refresh(SHOP, "2"));
        var third = commands.submit(new Refresh(SHOP, true, FetchDemand.NEWEST, "3"));
        assertThat(begun).isEmpty();
        run.end.complete(new Refresher.Next.Sweep());
        first.get(10, TimeUnit.SECONDS);

        // Then
        var folded = next();
        assertThat(folded.refresh).isEqualTo(new Refresh(SHOP, true, FetchDemand.NEWEST, "3"));
        assertThat(second).isNotDone();
        assertThat(third).isNotDone();
        folded.end.complete(new Refresher.Next.Sweep());
        second.get(10, TimeUnit.SECONDS);
        third.get(10, TimeUnit.SECONDS);
        assertThat(begun).isEmpty();
    }

    @Test
    void a_run_that_is_still_to_begin_is_known_until_it_begins() throws Exception {
        commands.submit(refresh(SHOP, "1"));
        var run = next();
        assertThat(commands.awaitsRun(SHOP)).isFalse();

        commands.submit(refresh(SHOP, "2"));

        assertThat(commands.awaitsRun(SHOP)).isTrue();
        assertThat(commands.awaitsRun(OTHER)).isFalse();
        run.end.complete(new Refresher.Next.Sweep());
        var second = next();
        assertThat(commands.awaitsRun(SHOP)).isFalse();
        second.end.complete(new Refresher.Next.Sweep());
    }

    @Test
    void a_run_continues_the_newest_that_asked_and_links_to_the_others() throws Exception {
        try (var collector = new TraceCollector()) {
            var tracing = new Tracing(collector.settings());
            var traced = commands(new Config(32, Duration.ofHours(1)), Duration.ZERO, tracing);
            traced.submit(refresh(SHOP, "untraced"));
            var run = next();

            for (int number = 1; number <= 3; number++) {
                try (var _ = Context.root().with(Span.wrap(span(number))).makeCurrent()) {
                    traced.submit(refresh(SHOP, "" + number));
                }
            }
            run.end.complete(new Refresher.Next.Sweep());
            next().end.complete(new Refresher.Next.Sweep());

            var refresh = collector.await("refresh", SOMEBODY_ELSE);
            assertThat(hex(refresh.getParentSpanId())).isEqualTo(span(3).getSpanId());
            assertThat(refresh.getLinksList())
                    .extracting(it -> hex(it.getSpanId()))
                    .containsExactly(span(1).getSpanId(), span(2).getSpanId());
            assertThat(attribute(refresh, "tiphys.application")).isEqualTo("argocd/shop");
            traced.close();
            tracing.close();
        }
    }

    @Test
    void a_record_is_done_with_once_a_later_one_waits_for_the_same_run() throws Exception {
        // Given
        var first = commands.submitFromLog(refresh(SHOP, "1"));
        var run = next();

        // When
        var second = commands.submitFromLog(refresh(SHOP, "2"));
        var asked = commands.submit(refresh(SHOP, "by hand"));
        var third = commands.submitFromLog(refresh(SHOP, "3"));

        // Then
        assertThat(second).isCompleted();
        assertThat(List.of(first, asked, third)).noneMatch(CompletableFuture::isDone);
        run.end.complete(new Refresher.Next.Sweep());
        first.get(10, TimeUnit.SECONDS);
        assertThat(third).isNotDone();
        next().end.complete(new Refresher.Next.Sweep());
        third.get(10, TimeUnit.SECONDS);
        asked.get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_record_that_asks_for_more_than_those_after_it_is_kept() throws Exception {
        // Given
        commands.submitFromLog(refresh(SHOP, "1"));
        var run = next();

        // When
        var hard = commands.submitFromLog(new Refresh(SHOP, true, FetchDemand.ANY, "2"));
        var later = commands.submitFromLog(refresh(SHOP, "3"));

        // Then
        assertThat(hard).isNotDone();
        assertThat(later).isCompleted();
        run.end.complete(new Refresher.Next.Sweep());
        var folded = next();
        assertThat(folded.refresh.hard()).isTrue();
        assertThat(folded.refresh.cause()).isEqualTo("3");
        var next = commands.submitFromLog(refresh(SHOP, "4"));
        folded.end.complete(new Refresher.Next.Sweep());
        hard.get(10, TimeUnit.SECONDS);
        assertThat(next).isNotDone();
        next().end.complete(new Refresher.Next.Sweep());
        next.get(10, TimeUnit.SECONDS);
    }

    @Test
    void what_was_asked_for_by_hand_stands_for_no_record() throws Exception {
        // Given
        commands.submitFromLog(refresh(SHOP, "1"));
        var run = next();

        // When
        commands.submit(new Refresh(SHOP, true, FetchDemand.ANY, "by hand"));
        var first = commands.submitFromLog(refresh(SHOP, "2"));
        var record = commands.submitFromLog(refresh(SHOP, "3"));

        // Then
        assertThat(first).isCompleted();
        assertThat(record).isNotDone();
        run.end.complete(new Refresher.Next.Sweep());
        var hard = next();
        assertThat(hard.refresh.hard()).isTrue();

        // When
        var after = commands.submitFromLog(refresh(SHOP, "4"));

        // Then
        assertThat(after).isNotDone();
        hard.end.complete(new Refresher.Next.Sweep());
        record.get(10, TimeUnit.SECONDS);
        assertThat(after).isNotDone();
        next().end.complete(new Refresher.Next.Sweep());
        after.get(10, TimeUnit.SECONDS);
    }

    @Test
    void different_applications_run_side_by_side() throws Exception {
        commands.submit(refresh(SHOP, "1"));
        var one = next();
        commands.submit(refresh(OTHER, "2"));

        assertThat(next().refresh.application()).isEqualTo(OTHER);
        assertThat(one.end).isNotDone();
    }

    @Test
    void no_more_applications_run_at_once_than_allowed() throws Exception {
        var narrow = commands(1);
        narrow.submit(refresh(SHOP, "1"));
        var one = next();
        var waiting = narrow.submit(refresh(OTHER, "2"));
        assertThat(begun).isEmpty();

        one.end.complete(new Refresher.Next.Sweep());

        next().end.complete(new Refresher.Next.Sweep());
        waiting.get(10, TimeUnit.SECONDS);
        narrow.close();
    }

    @Test
    void what_comes_while_an_application_waits_for_its_turn_belongs_to_the_same_run()
            throws Exception {
        // Given
        var narrow = commands(1);
        narrow.submit(refresh(SHOP, "1"));
        var one = next();
        var waiting =
                IntStream.range(0, 50)
                        .mapToObj(it -> new ApplicationId("argocd", "waiting-" + it))
                        .toList();
        waiting.forEach(it -> narrow.submit(refresh(it, "2")));

        // When
        waiting.forEach(it -> narrow.submit(refresh(it, "3")));
        one.end.complete(new Refresher.Next.Sweep());

        // Then
        for (int i = 0; i < waiting.size(); i++) {
            var run = next();
            assertThat(run.refresh.cause()).isEqualTo("3");
            run.end.complete(new Refresher.Next.Sweep());
        }
        narrow.close();
    }

    @Test
    void a_run_that_breaks_is_told_and_tried_again() throws Exception {
        for (var breakage : List.of(new IllegalStateException("x"), new StackOverflowError())) {
            var asked = commands.submit(refresh(SHOP, "1"));
            next().end.completeExceptionally(breakage);

            await().until(asked::isCompletedExceptionally);
            var again = next();
            assertThat(again.refresh.fetch()).isEqualTo(FetchDemand.NEWEST);
            again.end.complete(new Refresher.Next.Sweep());
        }
    }

    @Test
    void a_run_that_wants_to_look_again_is_run_again() throws Exception {
        commands.submit(refresh(SHOP, "1"));
        next().end.complete(new Refresher.Next.After(Duration.ofMillis(1)));

        assertThat(next().refresh).isEqualTo(new Refresh(SHOP, false, FetchDemand.ANY, ""));
    }

    @Test
    void however_long_something_is_waited_for_the_sweep_looks() throws Exception {
        var sweeping = commands(new Config(32, Duration.ofMillis(1)), Duration.ofSeconds(180));
        sweeping.submit(refresh(SHOP, "1"));
        next().end.complete(new Refresher.Next.After(Duration.ofDays(100_000)));

        assertThat(next().refresh)
                .isEqualTo(new Refresh(SHOP, false, new FetchDemand(List.of(), 270), ""));
        sweeping.close();
    }

    @Test
    void the_sweep_asks_git_only_for_what_the_poll_should_have_seen_since() throws Exception {
        for (var view : Map.of(Duration.ofSeconds(180), 270L, Duration.ZERO, 60L).entrySet()) {
            var sweeping = commands(new Config(32, Duration.ofMillis(1)), view.getKey());
            sweeping.submit(refresh(SHOP, "1"));
            next().end.complete(new Refresher.Next.Sweep());

            assertThat(next().refresh)
                    .isEqualTo(
                            new Refresh(
                                    SHOP, false, new FetchDemand(List.of(), view.getValue()), ""));
            sweeping.close();
        }
    }

    @Test
    void the_sweep_comes_before_a_time_that_is_later() throws Exception {
        var sweeping = commands(new Config(32, Duration.ofMillis(1)), Duration.ZERO);
        sweeping.submit(refresh(SHOP, "1"));
        next().end.complete(new Refresher.Next.After(Duration.ofDays(1)));

        assertThat(next().refresh)
                .isEqualTo(new Refresh(SHOP, false, new FetchDemand(List.of(), 60), ""));
        sweeping.close();
    }

    @Test
    void an_application_that_is_gone_is_left_alone_and_may_come_back() throws Exception {
        var gone = commands.submit(refresh(SHOP, "1"));
        next().end.complete(new Refresher.Next.Never());
        gone.get(10, TimeUnit.SECONDS);

        commands.submit(refresh(SHOP, "2"));

        assertThat(next().refresh.cause()).isEqualTo("2");
    }

    @Test
    void what_another_replica_looks_after_is_forgotten() throws Exception {
        // Given
        var ours = ConcurrentHashMap.<ApplicationId>newKeySet();
        ours.addAll(List.of(SHOP, OTHER));
        var shared =
                commands(
                        new Config(32, Duration.ofHours(1)),
                        Duration.ZERO,
                        new Tracing(Map.of()),
                        ours::contains);
        var idle = shared.submit(refresh(SHOP, "1"));
        next().end.complete(new Refresher.Next.Sweep());
        idle.get(10, TimeUnit.SECONDS);
        shared.submit(refresh(OTHER, "1"));
        var busy = next();

        // When
        ours.clear();
        var handedOver = CompletableFuture.runAsync(shared::handOver);
        await().until(() -> shared.known() == 1);

        // Then
        assertThat(handedOver).isNotDone();
        busy.end.complete(new Refresher.Next.Sweep());
        handedOver.get(10, TimeUnit.SECONDS);
        await().until(() -> shared.known() == 0);

        ours.add(SHOP);
        shared.submit(refresh(SHOP, "2"));
        assertThat(next().refresh.cause()).isEqualTo("2");
        shared.close();
    }

    @Test
    void an_application_never_runs_twice_at_once_even_when_it_comes_and_goes() throws Exception {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var runs = new AtomicInteger();
        var busy =
                new ApplicationCommands(
                        _ -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            Thread.yield();
                            runs.incrementAndGet();
                            running.decrementAndGet();
                            return new Refresher.Next.Never();
                        },
                        _ -> true,
                        new Config(32, Duration.ofHours(1)),
                        Duration.ZERO,
                        new Tracing(Map.of()));
        var asked = new CopyOnWriteArrayList<CompletableFuture<Void>>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int n = 0; n < 2_000; n++) {
                                            asked.add(busy.submit(refresh(SHOP, "x")));
                                        }
                                    }));
        }
        for (var thread : threads) {
            thread.join();
        }

        for (var answer : asked) {
            answer.get(10, TimeUnit.SECONDS);
        }
        assertThat(most).hasValue(1);
        assertThat(runs.get()).isPositive();
        busy.close();
    }

    private ApplicationCommands commands(int concurrency) {
        return commands(new Config(concurrency, Duration.ofHours(1)), Duration.ZERO);
    }

    private ApplicationCommands commands(Config config, Duration poll) {
        return commands(config, poll, new Tracing(Map.of()));
    }

    private ApplicationCommands commands(Config config, Duration poll, Tracing tracing) {
        return commands(config, poll, tracing, _ -> true);
    }

    private ApplicationCommands commands(
            Config config, Duration poll, Tracing tracing, Predicate<ApplicationId> ours) {
        return new ApplicationCommands(
                refresh -> {
                    var run = new Run(refresh, new CompletableFuture<>());
                    begun.add(run);
                    try {
                        return run.end.join();
                    } catch (java.util.concurrent.CompletionException broken) {
                        if (broken.getCause() instanceof Error error) {
                            throw error;
                        }
                        throw broken;
                    }
                },
                ours,
                config,
                poll,
                tracing);
    }

    private static SpanContext span(int number) {
        return SpanContext.create(
                "1".repeat(32),
                "%016x".formatted(number),
                TraceFlags.getSampled(),
                TraceState.getDefault());
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private Run next() throws InterruptedException {
        var run = begun.poll(10, TimeUnit.SECONDS);
        assertThat(run).as("a run begins").isNotNull();
        return run;
    }

    private static Refresh refresh(ApplicationId application, String cause) {
        return new Refresh(application, false, FetchDemand.ANY, cause);
    }

    private record Config(int concurrency, Duration sweep) implements ApplicationConfig {

        @Override
        public int parallelWrites() {
            return 1;
        }

        @Override
        public Duration syncTimeout() {
            return Duration.ZERO;
        }
    }
}
