package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.dev.SampleRepository;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RepoConfig;
import io.tiphys.repo.Repository;
import io.tiphys.repo.Repository.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitMirrorTest {

    private static final String MAIN = "refs/heads/main";

    @TempDir Path directory;

    private SampleRepository host;
    private org.eclipse.jgit.lib.Repository bare;
    private GitMirrors mirrors;
    private Repository mirror;

    @BeforeEach
    void serve() throws Exception {
        host = SampleRepository.start(directory.resolve("host.git"), 0, (_, _, _) -> {});
        bare =
                new RepositoryBuilder()
                        .setGitDir(directory.resolve("host.git").toFile())
                        .setBare()
                        .build();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")));
        mirror = mirrors.of(host.cloneUrl().toString());
    }

    @AfterEach
    void stop() {
        mirrors.close();
        bare.close();
        host.close();
    }

    @Test
    void every_kind_of_name_leads_to_its_commit() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/tags/v1.0.0", tip);
        point("refs/heads/team/next", tip);
        point("refs/pull/7/head", tip);

        for (var name :
                List.of(
                        "main",
                        "HEAD",
                        "v1.0.0",
                        "team/next",
                        MAIN,
                        "refs/tags/v1.0.0",
                        "refs/pull/7/head",
                        tip.name())) {
            assertThat(mirror.resolve(name, FetchDemand.ANY)).as(name).isEqualTo(tip.name());
        }
    }

    @Test
    void a_commit_that_no_ref_names_any_more_is_found_by_its_id() throws Exception {
        var first = tipOf(MAIN);
        commit("a.yaml", "a: 1\n");

        assertThat(mirror.resolve(first.name(), FetchDemand.ANY)).isEqualTo(first.name());
        assertThat(read(first.name(), "guestbook")).containsKey("deployment.yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobody",
                "refs/heads/nobody",
                "1.*",
                "*",
                "^1.2",
                "a:b",
                "a b",
                "main~1",
                "main..main",
                "@{u}",
                "",
                "/",
                "-",
            })
    void a_revision_that_is_not_there_is_named(String revision) {
        assertThatThrownBy(() -> mirror.resolve(revision, FetchDemand.ANY))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, failure -> assertThat(failure.passing()).isFalse())
                .hasMessageContaining("no branch, tag or commit '" + revision + "'")
                .hasMessageContaining(host.cloneUrl().toString());
    }

    @Test
    void an_object_that_is_no_commit_is_no_revision() throws Exception {
        String tree;
        try (var walk = new RevWalk(bare)) {
            tree = walk.parseCommit(tipOf(MAIN)).getTree().name();
        }
        mirror.resolve("main", FetchDemand.ANY);

        assertThatThrownBy(() -> mirror.resolve(tree, FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(tree);
    }

    @Test
    void an_address_without_a_repository_says_so() {
        var url = host.cloneUrl().resolve("/nobody.git").toString();

        assertThatThrownBy(() -> mirrors.of(url).resolve("main", FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage("There is no Git repository at " + url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/repository",
                "/etc/repository",
                "../repository",
                "repository",
                "git@host:org/repo",
                "ssh://git@host/org/repo",
                "git://host/org/repo",
                "ext::sh -c evil",
                "",
                "https://",
                "http:///path",
            })
    void an_address_that_is_not_on_the_web_is_refused(String url) {
        assertThatThrownBy(() -> mirrors.of(url)).isInstanceOf(ManifestFailure.class);
    }

    @Test
    void a_password_in_an_address_is_not_told() {
        host.close();
        var url = host.cloneUrl().toString().replace("http://", "http://ada:secret@");

        assertThatThrownBy(() -> mirrors.of(url).resolve("main", FetchDemand.ANY))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, failure -> assertThat(failure.passing()).isTrue())
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("ada");
        assertThatThrownBy(() -> mirrors.of("ssh://ada:secret@host/org/repo"))
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_view_that_is_new_enough_is_not_fetched_again() throws Exception {
        // Given
        var tip = commit("a.yaml", "a: 1\n").name();
        var push = FetchDemand.including("event", tip);
        mirror.resolve("main", push);

        // When
        host.close();

        // Then
        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(tip);
        assertThat(mirror.resolve("main", push)).isEqualTo(tip);
        assertThat(mirror.resolve(tip, FetchDemand.NEWEST)).isEqualTo(tip);
        assertThat(mirror.resolve("main", new FetchDemand(List.of(), 3600))).isEqualTo(tip);
        assertThatThrownBy(() -> mirror.resolve("main", FetchDemand.NEWEST))
                .isInstanceOf(ManifestFailure.class);
        assertThatThrownBy(
                        () ->
                                mirror.resolve(
                                        "main", FetchDemand.including("later", "f".repeat(40))))
                .isInstanceOf(ManifestFailure.class);
    }

    @Test
    void one_fetch_for_a_push_serves_every_application() throws Exception {
        // Given
        mirror.resolve("main", FetchDemand.ANY);
        var pushed = commit("a.yaml", "a: 1\n");
        var newer = commit("a.yaml", "a: 2\n").name();
        var push = FetchDemand.including("event", pushed.name());

        // When
        assertThat(mirror.resolve("main", push)).isEqualTo(newer);
        host.close();

        // Then
        assertThat(mirror.resolve("main", push)).isEqualTo(newer);
    }

    @Test
    void a_push_that_rewrote_history_is_followed() throws Exception {
        var first = tipOf(MAIN);
        var abandoned = commit("a.yaml", "a: 1\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(abandoned.name());

        point(MAIN, first);
        var rewritten = commit("a.yaml", "a: 2\n");

        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(rewritten.name());
        assertThat(read(rewritten.name(), "")).containsEntry("a.yaml", "a: 2\n");
    }

    @Test
    void a_branch_that_became_a_tag_is_found_as_one() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/heads/release", tip);
        mirror.resolve("release", FetchDemand.NEWEST);
        delete("refs/heads/release");
        assertThatThrownBy(() -> mirror.resolve("release", FetchDemand.NEWEST))
                .isInstanceOf(ManifestFailure.class);

        point("refs/heads/release", tip);
        mirror.resolve("release", FetchDemand.NEWEST);
        delete("refs/heads/release");
        point("refs/tags/release", tip);

        assertThat(mirror.resolve("release", FetchDemand.NEWEST)).isEqualTo(tip.name());
    }

    @Test
    void a_mirror_outlives_a_restart() throws Exception {
        var tip = mirror.resolve("main", FetchDemand.ANY);
        mirrors.close();
        host.close();

        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")));

        assertThat(mirrors.of(host.cloneUrl().toString()).resolve(tip, FetchDemand.ANY))
                .isEqualTo(tip);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "/", "./", "//."})
    void the_root_has_many_names(String path) throws Exception {
        assertThat(read(mirror.resolve("main", FetchDemand.ANY), path)).containsKey("README.md");
    }

    @ParameterizedTest
    @ValueSource(strings = {"guestbook", "/guestbook/", "./guestbook/.", "guestbook//"})
    void a_folder_has_many_spellings(String path) throws Exception {
        assertThat(read(mirror.resolve("main", FetchDemand.ANY), path))
                .containsOnlyKeys("configmap.yaml", "deployment.yaml", "service.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "guestbook/../..", "../host.git", "guestbook/.."})
    void a_path_that_leads_out_is_refused(String path) {
        var tip = mirror.resolve("main", FetchDemand.ANY);

        assertThatThrownBy(() -> mirror.folder(tip, path))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("leads out of the repository");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "README.md", "guestbook/nobody"})
    void a_path_that_is_no_folder_is_named(String path) {
        var tip = mirror.resolve("main", FetchDemand.ANY);

        assertThatThrownBy(() -> mirror.folder(tip, path))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("'" + path + "' is no folder");
    }

    @Test
    void a_change_is_one_commit_with_nothing_else_in_it() throws Exception {
        var before = tipOf(MAIN);
        var files = files(before);

        var written = mirror.write("main", "guestbook", edit("service.yaml", it -> it + "#\n"));

        assertThat(written.changed()).isTrue();
        assertThat(tipOf(MAIN).name()).isEqualTo(written.commit());
        files.compute("guestbook/service.yaml", (_, content) -> content + "#\n");
        assertThat(files(tipOf(MAIN))).isEqualTo(files);
        try (var walk = new RevWalk(bare)) {
            var commit = walk.parseCommit(tipOf(MAIN));
            assertThat(commit.getParentCount()).isEqualTo(1);
            assertThat(commit.getParent(0).getId()).isEqualTo(before);
            assertThat(commit.getFullMessage()).isEqualTo("Change service.yaml");
        }
        host.close();
        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(written.commit());
    }

    @Test
    void no_change_is_no_commit() throws Exception {
        var before = tipOf(MAIN);

        var written = mirror.write("main", "guestbook", _ -> new Change(Map.of(), "nothing"));

        assertThat(written).isEqualTo(new Repository.Written(before.name(), false));
        assertThat(tipOf(MAIN)).isEqualTo(before);
    }

    @Test
    void a_writer_that_was_slower_starts_again_from_the_others_commit() throws Exception {
        var attempts = new int[1];

        var written =
                mirror.write(
                        "main",
                        "",
                        folder -> {
                            if (attempts[0]++ == 0) {
                                commit("theirs.yaml", "theirs: 1\n");
                            }
                            return edit("README.md", it -> it + "ours\n").apply(folder);
                        });

        assertThat(attempts[0]).isEqualTo(2);
        assertThat(files(tipOf(MAIN)))
                .containsEntry("theirs.yaml", "theirs: 1\n")
                .hasEntrySatisfying("README.md", it -> assertThat(it).endsWith("ours\n"));
        assertThat(written.commit()).isEqualTo(tipOf(MAIN).name());
    }

    @Test
    void head_is_written_to_the_branch_that_it_stands_for() throws Exception {
        var written = mirror.write("HEAD", "", edit("README.md", it -> it + "#\n"));

        assertThat(tipOf(MAIN).name()).isEqualTo(written.commit());
        assertThat(bare.exactRef(Constants.HEAD).isSymbolic()).isTrue();
    }

    @Test
    void only_branches_are_written_to() throws Exception {
        var tip = tipOf(MAIN);
        point("refs/tags/v1", tip);

        for (var revision : List.of("v1", "refs/tags/v1", tip.name())) {
            assertThatThrownBy(
                            () -> mirror.write(revision, "", edit("README.md", it -> it + "#\n")))
                    .as(revision)
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("it is no branch");
        }
        assertThat(tipOf("refs/tags/v1")).isEqualTo(tip);
    }

    private static java.util.function.Function<io.tiphys.repo.Folder, Change> edit(
            String file, UnaryOperator<String> edit) {
        return folder ->
                folder.entries(true).stream()
                        .filter(entry -> entry.path().equals(file))
                        .findFirst()
                        .map(
                                entry ->
                                        new Change(
                                                Map.of(
                                                        file,
                                                        edit.apply(
                                                                        new String(
                                                                                folder.read(entry),
                                                                                UTF_8))
                                                                .getBytes(UTF_8)),
                                                "Change " + file))
                        .orElseThrow();
    }

    private Map<String, String> read(String commit, String path) {
        var folder = mirror.folder(commit, path);
        var contents = new TreeMap<String, String>();
        for (var entry : folder.entries(true)) {
            contents.put(entry.path(), new String(folder.read(entry), UTF_8));
        }
        return contents;
    }

    private Map<String, String> files(ObjectId commit) throws Exception {
        var contents = new TreeMap<String, String>();
        try (var walk = new TreeWalk(bare);
                var commits = new RevWalk(bare)) {
            walk.addTree(commits.parseCommit(commit).getTree());
            walk.setRecursive(true);
            while (walk.next()) {
                contents.put(
                        walk.getPathString(),
                        new String(bare.open(walk.getObjectId(0)).getBytes(), UTF_8));
            }
        }
        return contents;
    }

    private ObjectId tipOf(String ref) throws Exception {
        return bare.exactRef(ref).getObjectId();
    }

    private void point(String ref, ObjectId commit) throws Exception {
        var update = bare.updateRef(ref);
        update.setNewObjectId(commit);
        update.forceUpdate();
    }

    private void delete(String ref) throws Exception {
        var update = bare.updateRef(ref);
        update.setForceUpdate(true);
        update.delete();
    }

    /// Somebody else's commit on the main branch, straight at the host.
    private ObjectId commit(String file, String content) {
        try {
            var commit =
                    new TreeEdit(bare)
                            .commit(
                                    tipOf(MAIN),
                                    "",
                                    new Change(Map.of(file, content.getBytes(UTF_8)), "Theirs"));
            point(MAIN, commit);
            return commit;
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    private record Config(Path directory) implements RepoConfig {

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(20);
        }

        @Override
        public long cacheBytes() {
            return 1024;
        }
    }
}
