package io.tiphys.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManifestCacheTest {

    private static final List<Manifest> MANIFESTS =
            List.of(new Manifest(Map.of("kind", "A"), "a.yaml"));

    private Instant now = Instant.EPOCH;
    private int rendered;

    private final Map<String, Rendered> kept = new HashMap<>();
    private final ManifestCache cache = started();

    @Test
    void equal_inputs_are_rendered_once() {
        assertManifests(cache.get(of("a", this::succeed)));
        assertManifests(cache.get(of("a", this::succeed)));
        assertThat(rendered).isEqualTo(1);

        cache.get(of("b", this::succeed));
        assertThat(rendered).isEqualTo(2);
    }

    @Test
    void a_hard_refresh_renders_anew() {
        cache.get(of("a", this::succeed));
        cache.renew(of("a", this::succeed));
        cache.get(of("a", this::succeed));

        assertThat(rendered).isEqualTo(2);
    }

    @Test
    void what_was_rendered_before_a_restart_is_not_rendered_again() {
        cache.get(of("a", this::succeed));

        assertManifests(started().get(of("a", this::succeed)));
        assertThat(rendered).isEqualTo(1);
    }

    @Test
    void a_hard_refresh_takes_the_place_of_what_was_kept() {
        cache.get(of("a", () -> Rendered.of(List.of())));
        started().renew(of("a", this::succeed));

        assertManifests(started().get(of("a", this::succeed)));
        assertThat(rendered).isEqualTo(1);
    }

    @Test
    void what_equal_inputs_rendered_to_twice_does_not_vary() {
        cache.get(of("a", this::succeed));

        assertThat(cache.renew(of("a", this::succeed)).varies()).isFalse();
        assertThat(cache.get(of("a", this::succeed)).varies()).isFalse();
    }

    @Test
    void what_equal_inputs_rendered_to_differently_varies_from_then_on() {
        cache.get(of("a", () -> Rendered.of(List.of())));

        assertThat(cache.renew(of("a", this::succeed)).varies()).isTrue();
        assertThat(cache.get(of("a", this::succeed)).varies()).isTrue();
        assertThat(started().get(of("a", this::succeed)).varies()).isTrue();
        assertThat(started().renew(of("a", this::succeed)).varies()).isTrue();
        assertThat(cache.renew(of("b", this::succeed)).varies()).isFalse();
    }

    @Test
    void what_was_rendered_before_a_restart_may_be_what_it_differs_from() {
        cache.get(of("a", () -> Rendered.of(List.of())));

        assertThat(started().renew(of("a", this::succeed)).varies()).isTrue();
    }

    @Test
    void a_failure_is_tried_again_after_a_restart() {
        assertFails("a", () -> fail(false));

        assertManifests(started().get(of("a", this::succeed)));
    }

    @Test
    void a_failed_hard_refresh_that_may_pass_leaves_what_was_known() {
        cache.get(of("a", this::succeed));
        assertThatThrownBy(() -> cache.renew(of("a", () -> fail(true))))
                .isInstanceOf(ManifestFailure.class);

        assertManifests(cache.get(of("a", () -> fail(true))));
    }

    @Test
    void what_a_person_must_mend_is_not_tried_again_for_a_while_that_grows() {
        var tries =
                IntStream.range(0, 600)
                        .map(
                                _ -> {
                                    now = now.plusSeconds(1);
                                    assertFails("a", () -> fail(false));
                                    return rendered;
                                })
                        .toArray();

        assertThat(tries[0]).isEqualTo(1);
        assertThat(tries[9]).isEqualTo(1);
        assertThat(tries[10]).isEqualTo(2);
        assertThat(tries[29]).isEqualTo(2);
        assertThat(tries[30]).isEqualTo(3);
        // 10, 20, 40, 80, 160 seconds, and 5 minutes from then on.
        assertThat(tries[599]).isEqualTo(6);
        now = now.plus(Duration.ofMinutes(5));
        assertManifests(cache.get(of("a", this::succeed)));
    }

    @Test
    void a_failure_keeps_neither_other_inputs_nor_a_hard_refresh_from_being_rendered() {
        assertFails("a", () -> fail(false));

        assertManifests(cache.get(of("b", this::succeed)));
        assertManifests(cache.renew(of("a", this::succeed)));
        assertManifests(cache.get(of("a", this::succeed)));
    }

    @Test
    void what_may_pass_is_tried_again_at_once() {
        assertThat(assertFails("a", () -> fail(true)).passing()).isTrue();

        assertManifests(cache.get(of("a", this::succeed)));
    }

    @Test
    void a_defect_is_not_remembered() {
        assertThatThrownBy(
                        () -> cache.get(of("a", () -> fail(new IllegalStateException("broken")))))
                .hasMessage("broken");

        assertManifests(cache.get(of("a", this::succeed)));
    }

    @Test
    void who_asks_for_what_is_being_rendered_waits_for_it()
            throws ExecutionException, InterruptedException {
        var started = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        var first =
                CompletableFuture.supplyAsync(
                        () ->
                                cache.get(
                                        of(
                                                "a",
                                                () -> {
                                                    started.countDown();
                                                    await(asked);
                                                    return succeed();
                                                })));
        started.await();
        var got = new CompletableFuture<Rendered>();
        var second = new Thread(() -> got.complete(cache.get(of("a", this::succeed))));
        second.start();
        var waiting = Set.of(Thread.State.WAITING, Thread.State.TERMINATED);
        while (!waiting.contains(second.getState())) {
            Thread.onSpinWait();
        }
        cache.get(of("b", this::succeed));
        asked.countDown();

        assertManifests(first.get());
        assertManifests(got.get());
        assertThat(rendered).isEqualTo(2);
    }

    @Test
    void what_needs_more_memory_than_there_is_is_forgotten() {
        var large = Rendered.of(List.of(new Manifest(Map.of("a", "x".repeat(4_000_000)), "")));
        assertThat(large.bytes()).isBetween(4_000_000L, 4_001_000L);
        for (var name : List.of("a", "b", "c", "d")) {
            cache.get(of(name, () -> large));
        }

        kept.clear();
        for (var name : List.of("a", "b", "c", "d")) {
            cache.get(of(name, this::succeed));
        }
        assertThat(rendered).isEqualTo(2);
    }

    /// A process that finds what earlier ones kept.
    private ManifestCache started() {
        var store = new MemoryStore(kept);
        return new ManifestCache(10_000_000, store, new NothingShared(), () -> now);
    }

    private static Rendering of(String inputs, Supplier<Rendered> render) {
        return new Rendering(Source.Type.HELM, inputs, render);
    }

    private static void assertManifests(Rendered rendered) {
        assertThat(rendered.manifests()).isEqualTo(MANIFESTS);
    }

    private ManifestFailure assertFails(String inputs, Supplier<Rendered> render) {
        var failure =
                catchThrowableOfType(ManifestFailure.class, () -> cache.get(of(inputs, render)));
        assertThat(failure).hasMessage("a.yaml: bad");
        return failure;
    }

    private Rendered succeed() {
        rendered++;
        return Rendered.of(MANIFESTS);
    }

    private Rendered fail(boolean passing) {
        return fail(new ManifestFailure("a.yaml: bad", passing));
    }

    private Rendered fail(RuntimeException failure) {
        rendered++;
        throw failure;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
