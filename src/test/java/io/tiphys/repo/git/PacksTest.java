package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;

class PacksTest extends AgainstGitHost {

    private static final int FETCHES = 110;

    @Test
    void many_fetches_leave_few_packs_and_all_that_they_brought() throws Exception {
        // Given
        var commits = new ArrayList<ObjectId>();
        mirror.resolve("main", FetchDemand.NEWEST);

        // When
        for (int i = 0; i < FETCHES; i++) {
            commits.add(commit("folder-" + i % 7 + "/a.yaml", "a: " + i + "\n"));
            mirror.resolve("main", FetchDemand.NEWEST);
            assertThat(read(commits.get(i / 2).name(), "")).isNotEmpty();
        }

        // Then
        await().untilAsserted(() -> assertThat(packs()).isLessThan(FETCHES / 2));
        assertThat(packs()).isPositive();
        for (var commit : commits) {
            assertThat(read(commit.name(), "")).isEqualTo(files(commit));
        }

        // Also for who finds it on the disk
        mirrors.close();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);
        mirror = mirrors.of(host.cloneUrl().toString(), GitCredential.NONE);
        for (var commit : commits) {
            assertThat(read(commit.name(), "")).isEqualTo(files(commit));
        }
    }

    private long packs() throws IOException {
        try (var files = Files.walk(directory.resolve("mirrors"))) {
            return files.filter(it -> it.toString().endsWith(".pack")).count();
        }
    }
}
