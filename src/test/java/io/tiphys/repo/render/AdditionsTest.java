package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.KustomizeOptions;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.MemoryFolder;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is laid beside a repository's files because its kustomizations name it.
class AdditionsTest {

    private final MemoryFolder root = new MemoryFolder();
    private final MemoryRemotes remotes = new MemoryRemotes();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/o/r//p?ref=v1",
                "HTTPS://host.local/o/r",
                "github.com/o/r",
                "GitHub.com:o/r.git",
                "git@host.local:o/r.git",
                "git::https://host.local/o/r",
                "ssh://git@host.local/o/r",
                "file:///srv/r",
                "https://host.local/a.yaml"
            })
    void what_cannot_be_had_from_elsewhere_is_named(String remote) {
        root.with("app/kustomization.yaml", "resources: ['" + remote + "']");

        assertThatThrownBy(() -> taken("app"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("app/kustomization.yaml: resources: ")
                .hasMessageContaining("has no such");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://me:word@h/o/r?token=word",
                "git::https://me:word@h/o/r?token=word",
                "https://me:word@h/o/a.yaml?token=word"
            })
    void a_credential_in_an_address_is_not_told(String address) {
        root.with("app/kustomization.yaml", "resources: ['%s']".formatted(address));

        assertThatThrownBy(() -> taken("app"))
                .hasMessageContaining("https://h/o/")
                .hasMessageNotContaining("word");
    }

    @Test
    void a_link_out_of_another_repository_is_refused() {
        root.with("app/kustomization.yaml", "resources: ['https://h/o/r//web']").with("a.yaml", "");
        remotes.repository("https://h/o/r", "HEAD")
                .with("web/kustomization.yaml", "resources: [a.yaml]")
                .withLink("web/a.yaml", "../../a.yaml");

        assertThatThrownBy(() -> taken("app"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("out of the repository");
    }

    @Test
    void of_another_repository_only_what_is_named_is_taken() {
        root.with("app/kustomization.yaml", "resources: ['https://h/o/r//web']");
        remotes.repository("https://h/o/r", "HEAD")
                .with("web/kustomization.yaml", "resources: [../a.yaml]")
                .with("a.yaml", "")
                .with("b.yaml", "");

        assertThat(taken("app").paths())
                .containsExactly(
                        "$h-o-r-head/a.yaml",
                        "$h-o-r-head/web/kustomization.yaml",
                        "app/kustomization.yaml");
    }

    @Test
    void a_repository_is_laid_beside_what_has_its_name_already() {
        root.with("app/kustomization.yaml", "resources: ['https://h/o/r']");
        root.with("$h-o-r-head/kustomization.yaml", "");
        remotes.repository("https://h/o/r", "HEAD").with("kustomization.yaml", "namePrefix: a");

        assertThat(taken("app").paths())
                .containsExactly("$h-o-r-head-2/kustomization.yaml", "app/kustomization.yaml");
    }

    @Test
    void what_lies_elsewhere_is_asked_for_once_and_within_bounds() {
        var bases = new ArrayList<String>();
        for (int i = 0; i < 51; i++) {
            remotes.repository("https://h/o/r" + i, "HEAD")
                    .with("a/kustomization.yaml", "namePrefix: a")
                    .with("b/kustomization.yaml", "namePrefix: b");
            bases.add("https://h/o/r" + i + "//a");
            bases.add("https://h/o/r" + i + "//b");
        }
        root.with("app/kustomization.yaml", "resources: " + bases.subList(0, 100));
        root.with("more/kustomization.yaml", "resources: " + bases);

        taken("app");

        assertThat(remotes.asked()).hasSize(50).doesNotHaveDuplicates();
        assertThatThrownBy(() -> taken("more"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("https://h/o/r50//a: more than 50 repositories");
    }

    private FileSet taken(String folder) {
        var files = remotes.namedBy(root, KustomizeOptions.NONE);
        var start = files.start(folder);
        files.addAll(folder, start, start);
        return files.named().files();
    }
}
