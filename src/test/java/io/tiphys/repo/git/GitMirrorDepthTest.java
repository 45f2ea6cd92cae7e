package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Mirrors of which the Secret says how much history is fetched.
class GitMirrorDepthTest extends AgainstGitHost {

    private final List<ObjectId> commits = new ArrayList<>();
    private Instant now = Instant.now();
    private int restarts;
    private Path folder;

    @BeforeEach
    void haveHistory() throws Exception {
        commits.add(tipOf(MAIN));
        for (int i = 1; i < 5; i++) {
            commits.add(commit("a.yaml", "a: " + i + "\n"));
        }
        restart("1");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 4", "100, 5", "0, 5", "'', 5", "' 2 ', 2"})
    void as_many_commits_are_fetched_as_the_secret_says(String depth, int fetched)
            throws Exception {
        restart(depth);

        mirror.resolve("main", FetchDemand.ANY);

        assertThat(commits.reversed().stream().filter(this::isHere))
                .containsExactlyElementsOf(commits.reversed().subList(0, fetched));
        assertThat(read(commits.getLast().name(), "")).isEqualTo(files(commits.getLast()));
    }

    @Test
    void a_file_has_as_many_versions_as_there_is_history_of() {
        restart("2");

        var folder = mirror.folder(mirror.resolve("main", FetchDemand.ANY), "");

        assertThat(folder.versions("a.yaml"))
                .extracting(Folder.Version::commit)
                .containsExactly(commits.get(4).name(), commits.get(3).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "-1", "1.5", "99999999999"})
    void a_depth_that_is_no_number_is_named(String depth) {
        restart(depth);

        assertThatThrownBy(() -> mirror.resolve("main", FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("The Secret creds cannot be used: its depth is no number");
    }

    @Test
    void pushes_are_followed_and_what_they_changed_is_known() throws Exception {
        var before = mirror.resolve("main", FetchDemand.ANY);
        commit("b.yaml", "b: 1\n");
        var after = commit("c.yaml", "c: 1\n");

        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(after.name());

        assertThat(mirror.changedPaths(before, after.name())).hasValue(List.of("b.yaml", "c.yaml"));
        assertThat(read(after.name(), "")).isEqualTo(files(after));
        commit("d.yaml", "d: 1\n");
        assertThat(mirror.look(List.of(Revision.named("main"))))
                .extracting(it -> it.before())
                .containsExactly(after.name());
    }

    @Test
    void tags_are_chosen_and_commits_found_by_their_ids() throws Exception {
        point("refs/tags/1.0.0", commits.get(1));
        point("refs/tags/1.2.0", commits.get(2));

        assertThat(mirror.resolve(Revision.of("1.x", ""), FetchDemand.ANY))
                .isEqualTo(commits.get(2).name());
        assertThat(mirror.resolve(commits.get(3).name(), FetchDemand.ANY))
                .isEqualTo(commits.get(3).name());
        assertThat(read(commits.get(3).name(), "")).isEqualTo(files(commits.get(3)));
        assertThat(isHere(commits.get(1))).isFalse();
    }

    @Test
    void what_is_written_back_is_pushed_also_if_somebody_else_was_quicker() throws Exception {
        var quicker = new AtomicBoolean();

        var written =
                mirror.write(
                        "main",
                        "",
                        GitCredential.NONE,
                        _ -> {
                            if (quicker.compareAndSet(false, true)) {
                                commit("theirs.yaml", "x: 1\n");
                            }
                            return new Change(
                                    Map.of("ours.yaml", "y: 1\n".getBytes(UTF_8)), "Ours");
                        });

        assertThat(tipOf(MAIN).name()).isEqualTo(written.commit());
        assertThat(files(tipOf(MAIN))).containsKeys("ours.yaml", "theirs.yaml", "a.yaml");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(written.commit());
    }

    @Test
    void what_is_not_used_goes_and_so_does_the_memory_of_where_history_was_cut_off()
            throws Exception {
        for (int i = 0; i < 20; i++) {
            mirror.resolve("main", FetchDemand.NEWEST);
            commit("b.yaml", "b: " + i + "\n");
        }
        var tip = mirror.resolve("main", FetchDemand.NEWEST);
        assertThat(cuts()).hasSizeGreaterThan(15);

        now = now.plus(Duration.ofDays(2));
        mirror.resolve("main", FetchDemand.ANY);
        mirrors.tidy();

        assertThat(cuts()).containsExactly(tip);
        assertThat(isHere(commits.getLast())).isFalse();
        assertThat(read(tip, "")).isEqualTo(files(tipOf(MAIN)));
        var next = commit("b.yaml", "b: next\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(next.name());
        assertThat(read(next.name(), "")).isEqualTo(files(next));
    }

    @Test
    void the_past_of_a_file_ends_where_history_is_cut_off_now() throws Exception {
        restart("2");
        var before = commit("b.yaml", "b: first\n");
        for (int i = 0; i < 3; i++) {
            var tip = commit("b.yaml", "b: " + i + "\n");
            mirror.resolve("main", FetchDemand.NEWEST);

            assertThat(mirror.folder(tip.name(), "").versions("b.yaml"))
                    .extracting(Folder.Version::commit)
                    .containsExactly(tip.name(), before.name());
            before = tip;
        }
    }

    @Test
    void a_changed_secret_cuts_history_off_and_brings_it_back() throws Exception {
        restart("");
        mirror.resolve("main", FetchDemand.ANY);
        assertThat(cuts()).isEmpty();

        use("1");
        var cut = commit("b.yaml", "b: 1\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(cut.name());
        assertThat(cuts()).contains(cut.name());
        assertThat(read(cut.name(), "")).isEqualTo(files(cut));
        now = now.plus(Duration.ofDays(2));
        mirror.resolve("main", FetchDemand.ANY);
        mirrors.tidy();
        assertThat(isHere(commits.getFirst())).isFalse();

        use("");
        var whole = commit("b.yaml", "b: 2\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(whole.name());
        assertThat(cuts()).isEmpty();
        assertThat(commits).allMatch(this::isHere);
    }

    private static Stream<Arguments> losses() {
        var both = List.of(true, false);
        return Stream.of("", "nonsense\n", "\0\0\0", "f".repeat(40) + "\n")
                .flatMap(
                        found ->
                                both.stream()
                                        .flatMap(
                                                down ->
                                                        both.stream()
                                                                .map(
                                                                        it ->
                                                                                Arguments.of(
                                                                                        found, down,
                                                                                        it))));
    }

    /// @param down whether the service was
    /// @param write whether something is written back first
    @ParameterizedTest
    @MethodSource("losses")
    void a_mirror_that_lost_where_history_was_cut_off_is_built_anew(
            String found, boolean down, boolean write) throws Exception {
        // Given
        mirror.resolve("main", FetchDemand.NEWEST);
        var before = commit("b.yaml", "b: 1\n");
        mirror.resolve("main", FetchDemand.NEWEST);

        // When
        if (down) {
            mirrors.close();
        }
        Files.writeString(shallow(), found);
        if (down) {
            open("1");
        }

        // Then
        if (write) {
            assertThat(write("ours")).isEqualTo(tipOf(MAIN).name());
        }
        var next = commit("c.yaml", "c: 1\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(next.name());
        assertThat(read(before.name(), "")).isEqualTo(files(before));
        assertThat(read(next.name(), "")).isEqualTo(files(next));
        now = now.plus(Duration.ofDays(2));
        mirror.resolve("main", FetchDemand.ANY);
        mirrors.tidy();
        assertThat(cuts()).contains(next.name());
        assertThat(read(next.name(), "")).isEqualTo(files(next));
    }

    private boolean isHere(ObjectId commit) {
        return mirror.changedPaths(commit.name(), commit.name()).isPresent();
    }

    /// Writes a file back.
    private String write(String file) {
        var change = new Change(Map.of(file, new byte[] {'x'}), "Ours");
        return mirror.write("main", "", GitCredential.NONE, _ -> change).commit();
    }

    private List<String> cuts() throws IOException {
        return Files.exists(shallow()) ? Files.readAllLines(shallow()) : List.of();
    }

    private Path shallow() throws IOException {
        try (var folders = Files.list(folder)) {
            return folders.filter(it -> it.toString().endsWith(".git"))
                    .findFirst()
                    .orElseThrow()
                    .resolve("shallow");
        }
    }

    /// Another service, without any mirror.
    private void restart(String depth) {
        mirrors.close();
        folder = directory.resolve("mirrors-" + ++restarts);
        open(depth);
    }

    private void open(String depth) {
        mirrors = new GitMirrors(new Config(folder), meters, IDENTITIES, () -> now);
        use(depth);
    }

    private void use(String depth) {
        var url = host.cloneUrl().toString();
        mirror = mirrors.of(url, Credential.of(url, Map.of("depth", depth)));
    }
}
