package io.tiphys.repo.render;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.event.ApplicationCommand.Push;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Source;
import io.tiphys.core.policy.SourceIntegrity.Demand;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Rendering;
import io.tiphys.support.Accesses;
import io.tiphys.support.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private final MemoryRemotes remotes = new MemoryRemotes();

    private KustomizeOnPath kustomize;

    @BeforeEach
    void installTool() throws IOException {
        var tool = Files.writeString(directory.resolve("kustomize"), "#!/bin/sh\necho v5.7.1\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        var jail = new Jail(Settings.of().jail(), List.of());
        var folders = new WorkingFolders(Settings.of("directory", directory.toString()));
        var helm = Files.copy(tool, directory.resolve("helm"), COPY_ATTRIBUTES);
        var tools = new Tools(Map.of("kustomize", tool, "helm", helm), "", jail, folders);
        kustomize = KustomizeOnPath.with(tools, jail, folders, remotes);
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

    @Test
    void what_lies_elsewhere_is_read_as_the_applications_own_repository_is() {
        files.with(
                "overlays/app/kustomization.yaml",
                "resources: ['https://h/o/r?ref=v1', 'https://h/a.yaml']");
        remotes.repository("https://h/o/r", "v1").with("kustomization.yaml", "namePrefix: a");
        remotes.file("https://h/a.yaml", "kind: A");
        var push = new Push("h/o/r", "event", "c1");
        kustomize.reading(
                Accesses.ofProject("", KustomizeRendererTest::credential),
                new FetchDemand(List.of(push, new Push("h/own", "event", "c2")), 180));

        plan(APP);

        assertThat(remotes.asked())
                .containsExactly(
                        "https://h/o/r v1 with Secret of https://h/o/r after [c1] within 180 s",
                        "https://h/a.yaml with Nobody[] within 180 s");
    }

    private static GitCredential credential(String url) {
        return new GitCredential(
                "Secret of " + url,
                new Login.Bearer(new Hidden("canary")),
                Hidden.EMPTY,
                Hidden.EMPTY,
                false,
                Hidden.EMPTY,
                "",
                "",
                "",
                false,
                false,
                false,
                "");
    }

    @Test
    void a_remote_base_must_be_signed_as_its_repository_demands() {
        files.with("overlays/app/kustomization.yaml", "resources: ['https://h/o/r?ref=v1']");
        remotes.repository("https://h/o/r", "v1").with("kustomization.yaml", "namePrefix: a");
        kustomize.reading(
                Accesses.demanding(url -> new Demand.Unmeetable("Nothing may come from " + url)),
                FetchDemand.ANY);

        assertThatThrownBy(() -> plan(APP))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("Nothing may come from https://h/o/r");
    }

    @Test
    void which_repositories_are_named_is_known_also_while_one_cannot_be_read() {
        files.with("overlays/app/kustomization.yaml", "resources: ['https://H/o/r.git?ref=v1']");

        assertThatThrownBy(() -> plan(APP)).isInstanceOf(ManifestFailure.class);
        assertThat(remotes.named().naming("h/o/r")).isEqualTo(Map.of("shop", Set.of("v1")));

        remotes.repository("https://H/o/r.git", "v1").with("kustomization.yaml", "namePrefix: a");
        plan(APP);
        plan(APP);
        assertThat(remotes.named().naming("h/o/r")).isEqualTo(Map.of("shop", Set.of("v1")));

        files.with("overlays/app/kustomization.yaml", "namePrefix: a");
        plan(APP);
        assertThat(remotes.named().naming("h/o/r")).isEmpty();
    }

    @Test
    void another_commit_of_a_remote_base_counts_if_files_that_are_read_have_changed() {
        files.with("overlays/app/kustomization.yaml", "resources: ['https://h/o/r//web']");
        var remote =
                remotes.repository("https://h/o/r", "HEAD")
                        .with("web/kustomization.yaml", "resources: [a.yaml]")
                        .with("web/a.yaml", "kind: A");
        var before = inputs(APP);

        remote.with("README.md", "changed");
        assertThat(inputs(APP)).isEqualTo(before);

        remote.with("web/a.yaml", "kind: B");
        assertThat(inputs(APP)).isNotEqualTo(before);
    }

    @Test
    void a_file_of_the_web_counts_when_it_changes() {
        files.with("overlays/app/kustomization.yaml", "resources: ['https://h/a.yaml']");
        remotes.file("https://h/a.yaml", "kind: A");
        var before = inputs(APP);
        assertThat(inputs(APP)).isEqualTo(before);

        remotes.file("https://h/a.yaml", "kind: B");

        assertThat(inputs(APP)).isNotEqualTo(before);
    }

    @Test
    void while_nothing_moves_elsewhere_it_is_asked_once_and_no_file_is_read() {
        files.with("overlays/app/kustomization.yaml", "resources: ['https://h/o/r']");
        remotes.repository("https://h/o/r", "HEAD").with("kustomization.yaml", "namePrefix: a");
        var inputs = inputs(APP);
        remotes.asked();
        var reads = new AtomicInteger();

        assertThat(plan(new Counting(files, reads)).inputs()).isEqualTo(inputs);
        assertThat(remotes.asked()).hasSize(1);
        assertThat(reads).hasValue(0);
    }

    @Test
    void what_all_are_told_counts_for_whom_it_concerns() {
        var before = inputs(APP);

        kustomize.told(Map.of("kustomize.buildOptions", "--enable-helm"));
        assertThat(inputs(APP)).isEqualTo(before);

        kustomize.told(Map.of("kustomize.buildOptions", "--reorder none"));
        assertThat(inputs(APP)).isNotEqualTo(before);

        kustomize.told(Map.of("kustomize.buildOptions", "--enable-exec"));
        assertThatThrownBy(() -> inputs(APP)).isInstanceOf(ManifestFailure.class);
    }

    @Test
    void with_a_chart_the_cluster_counts_and_the_charts_files() {
        files.with(
                "overlays/app/kustomization.yaml",
                "helmCharts: [{name: web, repo: 'https://charts'}]");
        var chart = remotes.chart("https://charts", "web", "*").with("Chart.yaml", "name: web");
        kustomize.told(Map.of("kustomize.buildOptions", "--enable-helm"));
        var before = inputs(APP);
        assertThat(inputs(APP)).isEqualTo(before);

        assertThat(inputs(APP, Map.of("kubeVersion", "1.30.0"))).isNotEqualTo(before);

        var first = inputs(APP, Map.of("kubeVersion", "1.31.0"));
        chart.with("values.yaml", "a: 1");
        assertThat(inputs(APP, Map.of("kubeVersion", "v1.31.0"))).isNotEqualTo(first);
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
