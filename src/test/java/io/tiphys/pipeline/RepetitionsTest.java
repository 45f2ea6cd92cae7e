package io.tiphys.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.channel.Incoming;
import io.tiphys.channel.Trace;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RepetitionsTest {

    private final Repetitions<GitEvent> repetitions = Repetitions.ofGit();
    private Instant now = Instant.EPOCH;

    @Test
    void the_same_event_is_new_once() {
        assertThat(handled(push("1", "main", "a", "b"))).containsExactly("1");
        assertThat(handled(push("2", "main", "b", "c"))).containsExactly("2");
        assertThat(handled(push("1", "main", "a", "b"))).isEmpty();
    }

    @Test
    void the_same_move_told_by_two_is_done_once() {
        assertThat(handled(push("1", "main", "a", "b"), push("2", "main", "a", "b")))
                .containsExactly("1");
        assertThat(handled(push("3", "main", "a", "b"))).isEmpty();
    }

    @Test
    void the_same_move_after_another_one_is_a_new_move() {
        assertThat(
                        handled(
                                push("1", "main", "a", "b"),
                                push("2", "main", "b", "a"),
                                push("3", "main", "a", "b")))
                .containsExactly("1", "2", "3");
    }

    @Test
    void the_same_move_after_another_one_that_was_handled_elsewhere_is_a_new_move() {
        assertThat(handled(push("1", "main", "a", "b"))).containsExactly("1");

        // Another replica has the partition meanwhile, and handles the way back.
        repetitions.forget();

        assertThat(handled(push("3", "main", "a", "b"))).containsExactly("3");
    }

    @Test
    void another_ref_is_another_matter() {
        assertThat(handled(push("1", "main", "a", "b"), push("2", "next", "a", "b")))
                .containsExactly("1", "2");
    }

    @Test
    void what_failed_is_not_remembered() {
        var batch = List.of(incoming(push("1", "main", "a", "b")));

        assertThat(repetitions.without(batch)).hasSize(1);
        assertThat(repetitions.without(batch)).hasSize(1);
        repetitions.remember(batch);
        assertThat(repetitions.without(batch)).isEmpty();
    }

    @Test
    void what_is_replayed_is_done_again() {
        handled(push("1", "main", "a", "b"));

        assertThat(
                        repetitions.without(
                                List.of(
                                        new Incoming<>(
                                                push("1", "main", "a", "b"), true, Trace.NONE))))
                .hasSize(1);
    }

    @Test
    void a_tag_pushed_again_with_another_or_an_unknown_digest_is_new() {
        var images = Repetitions.ofImages(() -> now);
        var batch =
                Stream.of(image("1", "sha256:a"), image("2", "sha256:a"), image("3", "sha256:b"))
                        .map(it -> new Incoming<ImageEvent>(it, false, Trace.NONE))
                        .toList();
        var unknown =
                Stream.of(image("4", ""), image("4", ""))
                        .map(it -> new Incoming<ImageEvent>(it, false, Trace.NONE))
                        .toList();

        assertThat(images.without(batch)).extracting(ImageEvent::id).containsExactly("1", "3");
        assertThat(images.without(unknown)).extracting(ImageEvent::id).containsExactly("4", "4");
    }

    @Test
    void the_same_push_of_an_image_is_new_a_minute_later_however_often_it_was_told_meanwhile() {
        var images = Repetitions.ofImages(() -> now);
        var fresh = new ArrayList<String>();

        for (var second : List.of(0, 20, 40, 59, 60, 80, 119, 120)) {
            now = Instant.EPOCH.plusSeconds(second);
            var batch =
                    List.of(
                            new Incoming<ImageEvent>(
                                    image("at " + second, "sha256:a"), false, Trace.NONE));
            images.without(batch).forEach(it -> fresh.add(it.id()));
            images.remember(batch);
        }

        assertThat(fresh).containsExactly("at 0", "at 60", "at 120");
    }

    @Test
    void the_memory_is_bounded_and_the_oldest_goes_first() {
        handled(push("first", "main", "a", "b"));
        IntStream.range(0, 10_000)
                .forEach(it -> handled(push("later-" + it, "branch-" + it, "a", "b")));

        assertThat(handled(push("first", "main", "a", "b"))).containsExactly("first");
        assertThat(handled(push("later-9999", "branch-9999", "a", "b"))).isEmpty();
    }

    private List<String> handled(GitEvent... events) {
        var batch = Stream.of(events).map(RepetitionsTest::incoming).toList();
        var fresh = repetitions.without(batch).stream().map(GitEvent::id).toList();
        repetitions.remember(batch);
        return fresh;
    }

    private static Incoming<GitEvent> incoming(GitEvent event) {
        return new Incoming<>(event, false, Trace.NONE);
    }

    private static GitEvent push(String id, String branch, String before, String after) {
        return new GitEvent.Pushed(
                id,
                "h/r",
                "refs/heads/" + branch,
                before,
                after,
                List.of(),
                true,
                "main",
                "github");
    }

    private static ImageEvent image(String id, String digest) {
        return new ImageEvent.Pushed(id, "h/r", "1.0", digest, "", "", "distribution");
    }
}
