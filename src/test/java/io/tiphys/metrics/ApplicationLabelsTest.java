package io.tiphys.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ApplicationLabelsTest {

    @Test
    void an_application_is_labelled_as_argo_cd_labels_it() {
        var labels =
                ApplicationLabels.of(
                        Map.of(
                                "metadata", Map.of("namespace", "argocd", "name", "guestbook"),
                                "spec",
                                        Map.of(
                                                "project", "team-a",
                                                "source",
                                                        Map.of(
                                                                "repoURL",
                                                                "https://GitHub.com/Org/Repo.git/"),
                                                "destination",
                                                        Map.of(
                                                                "server", "https://cluster:6443",
                                                                "namespace", "web"),
                                                "syncPolicy", Map.of("automated", Map.of())),
                                "operation", Map.of("sync", Map.of()),
                                "status",
                                        Map.of(
                                                "sync", Map.of("status", "Synced"),
                                                "health", Map.of("status", "Healthy"))));

        assertThat(labels.values())
                .containsExactly(
                        "argocd",
                        "guestbook",
                        "team-a",
                        "true",
                        "https://github.com/org/repo",
                        "https://cluster:6443",
                        "web",
                        "Synced",
                        "Healthy",
                        "sync");
        assertThat(ApplicationLabels.NAMES).hasSameSizeAs(labels.values());
    }

    @Test
    void what_is_not_known_yet_says_so() {
        var labels = ApplicationLabels.of(Map.of("metadata", Map.of("name", "new")));

        assertThat(labels.project()).isEqualTo("default");
        assertThat(labels.autosyncEnabled()).isEqualTo("false");
        assertThat(labels.syncStatus()).isEqualTo("Unknown");
        assertThat(labels.healthStatus()).isEqualTo("Unknown");
        assertThat(labels.operation()).isEmpty();
    }

    @Test
    void automation_that_is_switched_off_is_off() {
        assertThat(
                        ApplicationLabels.of(
                                        Map.of(
                                                "spec",
                                                Map.of(
                                                        "syncPolicy",
                                                        Map.of(
                                                                "automated",
                                                                Map.of("enabled", false)))))
                                .autosyncEnabled())
                .isEqualTo("false");
    }

    @Test
    void a_password_in_the_url_is_not_shown() {
        assertThat(repositoryLabel("https://me:secr@t@git.example.com/a@b/c"))
                .isEqualTo("https://git.example.com/a@b/c");
        assertThat(repositoryLabel("git@git.example.com:a/b.git"))
                .isEqualTo("git@git.example.com:a/b");
        assertThat(repositoryLabel("https://me:secret@git.example.com"))
                .isEqualTo("https://git.example.com");
    }

    private static String repositoryLabel(String url) {
        return ApplicationLabels.of(Map.of("spec", Map.of("source", Map.of("repoURL", url))))
                .repository();
    }
}
