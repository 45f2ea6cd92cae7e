package io.tiphys.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ApplicationId;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteBackTest {

    @Test
    void each_knows_of_how_many_for_its_branch_it_is() {
        var all =
                WriteBack.together(
                        List.of(
                                asking("a", "https://h/r", "main"),
                                asking("b", "https://h/r.git", "main"),
                                asking("c", "https://h/r", "next"),
                                asking("d", "https://h/other", "main")));

        assertThat(all).extracting(WriteBack::together).containsExactly(2, 2, 1, 1);
        assertThat(all)
                .extracting(it -> it.application().name())
                .containsExactly("a", "b", "c", "d");
    }

    private static WriteBack asking(String application, String repository, String branch) {
        return new WriteBack(
                new ApplicationId("argocd", application),
                repository,
                branch,
                application,
                "",
                "registry.local/app",
                "1.0.0",
                "",
                "push",
                0);
    }
}
