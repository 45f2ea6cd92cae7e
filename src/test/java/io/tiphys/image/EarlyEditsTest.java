package io.tiphys.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.WriteBackPlan.Target;
import io.tiphys.image.BranchCommits.Request;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EarlyEditsTest extends AgainstMemoryBranch {

    @Test
    void who_waits_for_others_edits_meanwhile_and_once() throws Exception {
        // Given
        IntStream.range(0, 20)
                .forEach(
                        i -> files.with("app%d/values.yaml".formatted(i), "image: {tag: 1.0.0}\n"));
        write(MAIN, request("app0"));
        var asked = new ConcurrentLinkedQueue<String>();

        // When
        var failures =
                together(
                        IntStream.range(1, 20).mapToObj(i -> request("app" + i, asked)).toList(),
                        () -> await().untilAsserted(() -> assertThat(asked).hasSize(18)));

        // Then
        assertThat(failures).isEmpty();
        assertThat(asked).hasSize(19).doesNotHaveDuplicates();
        assertThat(repository.changes).hasSize(2);
        assertThat(files.files().values())
                .allSatisfy(it -> assertThat(it).asString(UTF_8).contains("2.0.0"));
    }

    @Test
    void who_edited_meanwhile_does_so_again_on_what_somebody_else_pushed() throws Exception {
        // Given
        files.with("first/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("a/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("b/values.yaml", "image: {tag: 1.0.0}\n");
        write(MAIN, request("first"));
        var asked = new ConcurrentLinkedQueue<String>();

        // When
        var failures =
                together(
                        List.of(request("a", asked), request("b", asked)),
                        () -> {
                            await().until(() -> asked.size() == 1);
                            files.with("a/values.yaml", "image: {tag: 1.0.0} # mine\n");
                            files.with("b/values.yaml", "image: {tag: 1.0.0} # mine\n");
                        });

        // Then
        assertThat(failures).isEmpty();
        assertThat(asked).hasSize(3);
        assertThat(repository.changes.getLast().files())
                .hasSize(2)
                .allSatisfy(
                        (_, content) ->
                                assertThat(content)
                                        .asString(UTF_8)
                                        .isEqualTo("image: {tag: 2.0.0} # mine\n"));
    }

    @Test
    void one_whose_edit_fails_meanwhile_keeps_none_of_the_others() throws Exception {
        files.with("first/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("a/values.yaml", "image: {tag: 1.0.0}\n");
        write(MAIN, request("first"));

        var failures = together(List.of(request("none"), request("none"), request("a")));

        assertThat(failures)
                .hasSize(2)
                .allSatisfy(it -> assertThat(it).hasMessageContaining("there is no file"));
        assertThat(repository.asked).isEqualTo(2);
        assertThat(repository.changes.getLast().files()).containsOnlyKeys("a/values.yaml");
    }

    @Test
    void two_who_edit_one_file_meanwhile_are_both_in_one_commit() throws Exception {
        files.with("first/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("both/values.yaml", "a: {tag: 1.0.0}\nb: {tag: 1.0.0} # b\nc: {tag: 1.0.0}\n");
        write(MAIN, request("first"));

        var failures =
                together(
                        List.of(
                                request("both", "a.tag"),
                                request("both", "b.tag"),
                                request("both", "c.tag")));

        assertThat(failures).isEmpty();
        assertThat(repository.changes).hasSize(2);
        assertThat(new String(files.files().get("both/values.yaml"), UTF_8))
                .isEqualTo("a: {tag: 2.0.0}\nb: {tag: 2.0.0} # b\nc: {tag: 2.0.0}\n");
    }

    @Test
    void one_that_fails_at_its_second_file_leaves_nothing_in_the_commit_of_others()
            throws Exception {
        // Given
        files.with("good/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("bad/a.yaml", pod("1.0.0")).with("bad/b.yaml", pod("0.9.0"));
        FileEdit.Choice breaksLater =
                named -> {
                    if (named.tag().equals(Optional.of("0.9.0"))) {
                        throw new IllegalStateException("broken on purpose");
                    }
                    return Optional.of(new Retag("2.0.0", Optional.empty()));
                };
        var bad =
                new Request(
                        application("bad"),
                        image("image.tag"),
                        new Target.Manifests("bad", false),
                        breaksLater);

        // When
        var failures = together(List.of(bad, request("good")));

        // Then
        assertThat(failures)
                .singleElement()
                .satisfies(it -> assertThat(it).hasMessage("broken on purpose"));
        assertThat(repository.changes)
                .singleElement()
                .satisfies(it -> assertThat(it.files()).containsOnlyKeys("good/values.yaml"));
    }
}
