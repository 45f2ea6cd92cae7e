package io.tiphys.repo.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.Source;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Rendering;
import io.tiphys.support.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a rendering depends on, with a program in the tool's place that only knows its version.
class KustomizeRendererTest {

    private static final String APP = "overlays/app";
    private static final String SHOP = "overlays/shop";

    @TempDir Path directory;

    private final MemoryFolder files =
            new MemoryFolder()
                    .with("overlays/app/kustomization.yaml", "resources: [../../base, own.yaml]")
                    .with("overlays/app/own.yaml", "kind: A")
                    .with("overlays/shop/kustomization.yaml", "resources: [../../base]")
                    .with("base/kustomization.yaml", "resources: [a.yaml]")
                    .with("base/a.yaml", "kind: A")
                    .with("README.md", "Nobody builds this");

    private KustomizeOnPath kustomize;

    @BeforeEach
    void installTool() throws IOException {
        var tool = Files.writeString(directory.resolve("kustomize"), "#!/bin/sh\necho v5.7.1\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        var jail = new Jail(Settings.of().jail(), List.of());
        var folders = new WorkingFolders(Settings.of("directory", directory.toString()));
        var tools = new Tools(Map.of("kustomize", tool), "", jail, folders);
        kustomize = KustomizeOnPath.with(tools, jail, folders);
    }

    @Test
    void a_kustomization_is_of_its_own_type() {
        assertThat(plan(APP).type()).isEqualTo(Source.Type.KUSTOMIZE);
    }

    @Test
    void files_that_are_not_named_change_nothing() {
        var before = inputs(APP);

        files.with("overlays/app/NOTES.md", "more").with("base/unused.yaml", "kind: B");
        files.with("README.md", "changed");

        assertThat(inputs(APP)).isEqualTo(before);
    }

    @Test
    void a_base_changes_all_that_use_it() {
        var app = inputs(APP);
        var shop = inputs(SHOP);

        files.with("base/a.yaml", "kind: B");

        assertThat(inputs(APP)).isNotEqualTo(app);
        assertThat(inputs(SHOP)).isNotEqualTo(shop);
    }

    @Test
    void a_file_of_one_overlay_changes_that_one() {
        var app = inputs(APP);
        var shop = inputs(SHOP);

        files.with("overlays/app/own.yaml", "kind: B");

        assertThat(inputs(APP)).isNotEqualTo(app);
        assertThat(inputs(SHOP)).isEqualTo(shop);
    }

    @Test
    void options_count_and_the_revision_only_where_it_is_used() {
        var used = Map.<String, Object>of("commonLabels", Map.of("at", "$ARGOCD_APP_REVISION"));

        assertThat(inputs(APP, Map.of("namePrefix", "a-"))).isNotEqualTo(inputs(APP));
        assertThat(inputs(APP, Map.of("kubeVersion", "1.30.0"))).isEqualTo(inputs(APP));
        assertThat(inputs(APP, used, "b".repeat(40)))
                .isNotEqualTo(inputs(APP, used, "a".repeat(40)));
        assertThat(inputs(APP, Map.of(), "b".repeat(40)))
                .isEqualTo(inputs(APP, Map.of(), "a".repeat(40)));
    }

    @Test
    void an_unchanged_overlay_is_known_without_reading_a_file() {
        var first = new Counting(files, new AtomicInteger());
        var inputs = plan(first).inputs();
        files.with("README.md", "another commit");
        var second = new Counting(files, new AtomicInteger());

        assertThat(plan(second).inputs()).isEqualTo(inputs);
        assertThat(first.reads()).hasPositiveValue();
        assertThat(second.reads()).hasValue(0);
    }

    @Test
    void a_component_changes_those_who_use_it() {
        files.with("overlays/app/kustomization.yaml", "components: [../../part]");
        files.with("part/kustomization.yaml", "kind: Component");
        var before = inputs(APP);

        files.with("part/kustomization.yaml", "kind: Component\nnamePrefix: loud-");

        assertThat(inputs(APP)).isNotEqualTo(before);
    }

    @Test
    void a_component_that_was_missing_counts_when_it_comes() {
        var options =
                Map.<String, Object>of(
                        "components", List.of("../../part"), "ignoreMissingComponents", true);
        var before = inputs(APP, options);

        files.with("part/kustomization.yaml", "kind: Component");

        assertThat(inputs(APP, options)).isNotEqualTo(before);
    }

    @Test
    void what_lies_beside_its_folders_counts_too() {
        files.with("overlays/app/kustomization.yaml", "patches: [{path: ../patch.yaml}]");
        files.with("overlays/patch.yaml", "kind: A");
        var before = inputs(APP);

        files.with("overlays/patch.yaml", "kind: B");

        assertThat(inputs(APP)).isNotEqualTo(before);
    }

    @Test
    void what_a_link_leads_to_counts() {
        files.with("overlays/app/kustomization.yaml", "resources: [link.yaml]");
        files.withLink("overlays/app/link.yaml", "../../README.md");
        var before = inputs(APP);

        files.with("README.md", "kind: B");

        assertThat(inputs(APP)).isNotEqualTo(before);
    }

    @Test
    void only_a_version_that_is_here_can_be_asked_for() {
        assertThat(inputs(APP, Map.of("version", "v5.7.1"))).isEqualTo(inputs(APP));
        assertThatThrownBy(() -> inputs(APP, Map.of("version", "v4.4.0")))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("v4.4.0");
    }

    private String inputs(String path) {
        return plan(path).inputs();
    }

    private String inputs(String path, Map<String, Object> options) {
        return inputs(path, options, "a".repeat(40));
    }

    private String inputs(String path, Map<String, Object> options, String revision) {
        return kustomize.plan(files, Map.of("path", path, "kustomize", options), revision).inputs();
    }

    private Rendering plan(String path) {
        return kustomize.plan(files, Map.of("path", path), "a".repeat(40));
    }

    private Rendering plan(Folder root) {
        return kustomize.plan(root, Map.of("path", APP), "a".repeat(40));
    }

    /// Knows how many files were read.
    private record Counting(Folder folder, AtomicInteger reads) implements Folder {

        @Override
        public String treeId() {
            return folder.treeId();
        }

        @Override
        public List<Entry> entries(boolean recurse) {
            return folder.entries(recurse);
        }

        @Override
        public byte[] read(Entry entry) {
            reads.incrementAndGet();
            return folder.read(entry);
        }

        @Override
        public Optional<Folder> folder(String path) {
            return folder.folder(path).map(it -> new Counting(it, reads));
        }

        @Override
        public Optional<Entry> file(String path) {
            return folder.file(path);
        }
    }
}
