package io.tiphys.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.model.GitCredential;
import io.tiphys.image.BranchCommits.Branch;
import io.tiphys.image.BranchCommits.Outcome;
import io.tiphys.repo.ManifestFailure;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BranchCommitsTest extends AgainstMemoryBranch {

    private static final CommitStyle.Change CHANGE =
            new CommitStyle.Change("argocd", "app", "registry.local/app", "app", "1.0.0", "2.0.0");

    @Test
    void what_comes_while_the_branch_is_fetched_is_in_the_same_commit() throws Exception {
        // Given
        for (int i = 0; i < 50; i++) {
            files.with("app%d/values.yaml".formatted(i), "image: {tag: 1.0.0}\n");
        }

        // When
        var failures = together(IntStream.range(0, 50).mapToObj(i -> request("app" + i)).toList());

        // Then
        assertThat(failures).isEmpty();
        assertThat(repository.changes).hasSize(1);
        var change = repository.changes.getFirst();
        assertThat(change.files()).hasSize(50);
        assertThat(change.files().get("app7/values.yaml"))
                .asString(UTF_8)
                .isEqualTo("image: {tag: 2.0.0}\n");
        assertThat(change.message())
                .startsWith("build: automatic update of app")
                .contains("and 40 more");
        assertThat(change.author().name()).isEqualTo("Ada");
    }

    @Test
    void one_that_cannot_be_edited_fails_alone() throws Exception {
        files.with("good/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("bad/values.yaml", "image: {tag: [1]}\n");

        var failures = together(List.of(request("bad"), request("good"), request("none")));

        assertThat(failures)
                .hasSize(2)
                .allMatch(RefusedEditException.class::isInstance)
                .extracting(Throwable::getMessage)
                .containsExactlyInAnyOrder(
                        "bad/values.yaml: 'image.tag' is not a single value",
                        "there is no file none/values.yaml");
        assertThat(repository.changes)
                .singleElement()
                .satisfies(it -> assertThat(it.files()).containsOnlyKeys("good/values.yaml"));
    }

    @Test
    void one_whose_edit_breaks_fails_alone() throws Exception {
        files.with("good/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("bad/values.yaml", "image: {tag: 1.0.0}\n");
        FileEdit.Choice broken =
                _ -> {
                    throw new IllegalStateException("broken on purpose");
                };

        var failures =
                together(
                        List.of(request("bad", "image.tag", broken), request("good", "image.tag")));

        assertThat(failures)
                .singleElement()
                .satisfies(it -> assertThat(it).hasMessage("broken on purpose"));
        assertThat(repository.changes)
                .singleElement()
                .satisfies(it -> assertThat(it.files()).containsOnlyKeys("good/values.yaml"));
    }

    @Test
    void what_is_there_already_is_no_commit() {
        files.with("app/values.yaml", "image: {tag: 1.0.0}\n");

        assertThat(write(MAIN, request("app"))).isEqualTo(new Outcome("c1", List.of(CHANGE), ""));
        assertThat(write(MAIN, request("app"))).isEqualTo(new Outcome("c1", List.of(), ""));
        assertThat(repository.changes).hasSize(1);
    }

    @Test
    void a_commit_is_told_of_once_for_all_who_are_in_it() throws Exception {
        files.with("a/values.yaml", "image: {tag: 1.0.0}\n");
        files.with("b/values.yaml", "image: {tag: 1.0.0}\n");

        together(List.of(request("a"), request("b")));
        write(MAIN, request("a"));

        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        ChangeEvent.Merged.class,
                        it -> {
                            assertThat(it.repository()).isEqualTo("h/r");
                            assertThat(it.subject().id()).isEqualTo("c1");
                        });
    }

    @Test
    void a_commit_on_another_branch_is_told_of_as_one_to_be_merged() {
        files.with("app/values.yaml", "image: {tag: 1.0.0}\n");
        var elsewhere =
                new Branch(
                        "https://h/r",
                        GitCredential.NONE,
                        GitCredential.NONE,
                        "main",
                        Optional.of("updates"),
                        Optional.empty(),
                        Optional.empty());

        write(elsewhere, request("app"));

        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        ChangeEvent.Created.class,
                        it -> assertThat(it.subject().id()).isEqualTo("c1"));
    }

    @Test
    void two_edits_of_one_file_are_both_in_one_commit() throws Exception {
        files.with("both/values.yaml", "a: {tag: 1.0.0}\nb: {tag: 1.0.0} # b\n");

        var failures = together(List.of(request("both", "a.tag"), request("both", "b.tag")));

        assertThat(failures).isEmpty();
        assertThat(repository.changes).hasSize(1);
        assertThat(new String(files.files().get("both/values.yaml"), UTF_8))
                .isEqualTo("a: {tag: 2.0.0}\nb: {tag: 2.0.0} # b\n");
    }

    @Test
    void who_waited_for_a_repository_that_cannot_be_reached_is_told_so() {
        repository.trouble = Optional.of(new ManifestFailure("It is gone"));
        assertThatThrownBy(() -> write(MAIN, request("app"))).hasMessage("It is gone");

        repository.trouble = Optional.empty();
        files.with("app/values.yaml", "image: {tag: 1.0.0}\n");
        assertThat(write(MAIN, request("app")).changes()).isNotEmpty();
    }

    @Test
    void a_link_is_not_written_through() {
        files.withLink("app/values.yaml", "../../secret.yaml");

        assertThatThrownBy(() -> write(MAIN, request("app")))
                .hasMessage("it is a link to another file");
    }
}
