package io.tiphys.repo.git;

import static io.tiphys.repo.git.SignedCommits.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.repo.Repository.CommitMetadata;
import org.junit.jupiter.api.Test;

class CommitMetadataTest extends AgainstGitHost {

    @Test
    void a_commit_that_is_held_says_who_made_it_when_and_why() throws Exception {
        var commit = new SignedCommits(bare).commit(NOBODY, "Größer\n\nFor all.\n", tipOf(MAIN));
        point(MAIN, commit);
        point("refs/tags/light", commit);
        point("refs/tags/1.0.0", new SignedCommits(bare).tag(NOBODY, "1.0.0", commit));
        mirror.resolve("main", FetchDemand.NEWEST);

        var metadata = mirror.metadata(commit.name()).orElseThrow();

        assertThat(metadata.author()).isEqualTo("Ada <ada@example.org>");
        assertThat(metadata.message()).isEqualTo("Größer\n\nFor all.");
        assertThat(metadata.tags()).containsExactly("1.0.0", "light");
        assertThat(metadata.date().getEpochSecond())
                .isEqualTo(bare.parseCommit(commit).getCommitTime());
        assertThat(mirror.metadata(commit.name().substring(0, 8)))
                .map(CommitMetadata::commit)
                .hasValue(commit.name());
    }

    @Test
    void nothing_is_fetched_for_it_and_tags_are_asked_for_once() throws Exception {
        var first = mirror.resolve("main", FetchDemand.NEWEST);
        var second = commit("a.yaml", "a: 1\n").name();
        double fetches = asked("fetch");
        double lists = asked("ls-remote");

        assertThat(mirror.metadata(second)).isEmpty();
        assertThat(mirror.metadata("0".repeat(40))).isEmpty();
        assertThat(mirror.metadata("abcdef0")).isEmpty();
        for (int i = 0; i < 10; i++) {
            assertThat(mirror.metadata(first)).isPresent();
        }

        assertThat(asked("fetch")).isEqualTo(fetches);
        assertThat(asked("ls-remote")).isEqualTo(lists + 1);
    }

    @Test
    void a_host_that_is_gone_takes_no_commit_with_it() {
        var commit = mirror.resolve("main", FetchDemand.NEWEST);
        host.close();

        assertThat(mirror.metadata(commit))
                .hasValueSatisfying(it -> assertThat(it.tags()).isEmpty());
    }

    @Test
    void a_message_of_any_length_is_cut() throws Exception {
        var commit = new SignedCommits(bare).commit(NOBODY, "x".repeat(100_000), tipOf(MAIN));
        point(MAIN, commit);
        mirror.resolve("main", FetchDemand.NEWEST);

        assertThat(mirror.metadata(commit.name()).orElseThrow().message()).hasSize(10_000);
    }

    private double asked(String type) {
        var counter = meters.find("argocd_git_request").tag("request_type", type).counter();
        return counter == null ? 0 : counter.count();
    }
}
