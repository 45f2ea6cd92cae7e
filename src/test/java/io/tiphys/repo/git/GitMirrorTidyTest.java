package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.CountingGitHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What nobody uses any more does not stay on the disk for ever, and what somebody uses does.
class GitMirrorTidyTest extends AgainstGitHost {

    private static final Duration LONG = Duration.ofDays(8);

    private Instant now = Instant.now();

    @BeforeEach
    void setTheClock() {
        restart();
    }

    @Test
    void a_branch_that_nobody_asks_for_goes_with_what_only_it_leads_to() throws Exception {
        // Given
        var base = tipOf(MAIN);
        var side = commit("side.yaml", "side: 1\n");
        point("refs/heads/side", side);
        point(MAIN, base);
        var main = commit("a.yaml", "a: 1\n");
        mirror.resolve("main", FetchDemand.ANY);
        mirror.resolve("side", FetchDemand.ANY);

        // When
        pass(LONG);
        mirror.resolve("main", FetchDemand.ANY);
        mirrors.tidy();

        // Then
        assertThat(isKnown(side)).isFalse();
        assertThat(localRefs()).containsExactly("main");
        assertThat(read(main.name(), "")).isEqualTo(files(main));
        restart();
        assertThat(read(main.name(), "")).isEqualTo(files(main));
        assertThat(mirror.resolve("side", FetchDemand.ANY)).isEqualTo(side.name());
        assertThat(read(side.name(), "")).isEqualTo(files(side));
    }

    @Test
    void when_a_branch_was_asked_for_outlives_a_restart() throws Exception {
        point("refs/heads/side", tipOf(MAIN));
        mirror.resolve("main", FetchDemand.ANY);
        mirror.resolve("side", FetchDemand.ANY);
        pass(Duration.ofDays(6));
        mirror.resolve("main", FetchDemand.ANY);
        mirrors.tidy();
        assertThat(localRefs()).containsExactlyInAnyOrder("main", "side");

        restart();
        pass(Duration.ofDays(2));
        mirror.resolve("HEAD", FetchDemand.ANY);
        mirrors.tidy();

        assertThat(localRefs()).containsExactlyInAnyOrder("main", "HEAD");
    }

    @Test
    void what_a_rewritten_branch_left_behind_goes_but_not_while_it_may_be_in_use()
            throws Exception {
        // Given
        var base = tipOf(MAIN);
        mirror.resolve("main", FetchDemand.ANY);
        var abandoned = commit("a.yaml", "a: 1\n");
        mirror.resolve("main", FetchDemand.NEWEST);
        pass(LONG);
        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(abandoned.name());
        point(MAIN, base);
        var rewritten = commit("a.yaml", "a: 2\n");
        mirror.resolve("main", FetchDemand.NEWEST);

        // When
        pass(Duration.ofMinutes(59));
        mirrors.tidy();

        // Then
        assertThat(isKnown(abandoned)).isTrue();
        assertThat(read(abandoned.name(), "")).isEqualTo(files(abandoned));

        // When
        pass(Duration.ofHours(2));
        mirror.resolve("main", FetchDemand.ANY);
        mirrors.tidy();

        // Then
        assertThat(isKnown(abandoned)).isFalse();
        assertThat(read(rewritten.name(), "")).isEqualTo(files(rewritten));
        assertThat(read(base.name(), "")).isEqualTo(files(base));
        // Who comes back for it has it brought again.
        assertThat(read(abandoned.name(), "")).isEqualTo(files(abandoned));
    }

    @Test
    void a_commit_that_is_asked_for_by_its_id_stays() throws Exception {
        var base = tipOf(MAIN);
        var pinned = commit("a.yaml", "a: 1\n");
        point(MAIN, base);
        mirror.resolve(pinned.name(), FetchDemand.ANY);
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofDays(3));
            mirror.resolve(pinned.name(), FetchDemand.ANY);
            mirrors.tidy();
        }
        host.close();

        assertThat(mirror.resolve(pinned.name(), FetchDemand.ANY)).isEqualTo(pinned.name());
        assertThat(read(pinned.name(), "")).isEqualTo(files(pinned));
    }

    @Test
    void of_a_pack_that_holds_both_what_is_in_use_stays() throws Exception {
        // Given
        var main = tipOf(MAIN);
        var files = new HashMap<String, byte[]>();
        for (int i = 0; i < 50; i++) {
            files.put("file-" + i, ("content " + i).getBytes(UTF_8));
        }
        var side = new TreeEdit(bare).commit(main, "", new Change(files, "Many"));
        point("refs/heads/side", side);
        mirror.resolve("side", FetchDemand.ANY);
        mirror.resolve("main", FetchDemand.ANY);
        var before = bytes();

        // When
        pass(LONG);
        mirror.resolve("main", FetchDemand.ANY);
        mirrors.tidy();

        // Then
        assertThat(isKnown(side)).isFalse();
        assertThat(bytes()).isLessThan(before);
        assertThat(read(main.name(), "")).isEqualTo(files(main));
        restart();
        assertThat(read(main.name(), "")).isEqualTo(files(main));
        var next = commit("a.yaml", "a: 1\n");
        mirror.resolve("main", FetchDemand.NEWEST);
        assertThat(read(next.name(), "")).isEqualTo(files(next));
    }

    @Test
    void a_mirror_that_nobody_uses_goes_whole() throws Exception {
        try (var other = CountingGitHost.of(host.cloneUrl())) {
            var tip = mirror.resolve("main", FetchDemand.ANY);
            mirrors.of(other.url(), GitCredential.NONE).resolve("main", FetchDemand.ANY);
            assertThat(folders()).hasSize(2);

            pass(LONG);
            mirror.resolve("main", FetchDemand.ANY);
            mirrors.tidy();

            assertThat(folders()).hasSize(1);
            assertThat(read(tip, "")).isNotEmpty();
            assertThat(mirrors.of(other.url(), GitCredential.NONE).resolve("main", FetchDemand.ANY))
                    .isEqualTo(tip);
            assertThat(folders()).hasSize(2);
        }
    }

    @Test
    void a_mirror_that_nobody_named_since_the_start_goes_too() throws Exception {
        mirror.resolve("main", FetchDemand.ANY);
        pass(Duration.ofDays(6));
        mirror.resolve("main", FetchDemand.ANY);
        mirrors.tidy();
        mirrors.close();
        mirrors =
                new GitMirrors(
                        new Config(directory.resolve("mirrors")), meters, IDENTITIES, () -> now);

        pass(Duration.ofDays(6));
        mirrors.tidy();
        assertThat(folders()).hasSize(1);

        pass(Duration.ofDays(2));
        mirrors.tidy();
        assertThat(folders()).isEmpty();
    }

    private void pass(Duration duration) {
        now = now.plus(duration);
    }

    private void restart() {
        mirrors.close();
        mirrors =
                new GitMirrors(
                        new Config(directory.resolve("mirrors")), meters, IDENTITIES, () -> now);
        mirror = mirrors.of(host.cloneUrl().toString(), GitCredential.NONE);
    }

    private boolean isKnown(ObjectId commit) {
        return mirror.changedPaths(commit.name(), commit.name()).isPresent();
    }

    private List<String> localRefs() throws IOException {
        try (var files = Files.walk(folders().getFirst().resolve("refs"))) {
            return files.filter(Files::isRegularFile)
                    .map(it -> it.getFileName().toString())
                    .toList();
        }
    }

    private List<Path> folders() throws IOException {
        try (var folders = Files.list(directory.resolve("mirrors"))) {
            return folders.toList();
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        try (var files = Files.walk(directory.resolve("mirrors"))) {
            for (var file : files.filter(it -> it.toString().endsWith(".pack")).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
