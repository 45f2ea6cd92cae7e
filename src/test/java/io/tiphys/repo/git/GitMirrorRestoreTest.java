package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Written;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.GitHost;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor.DeletePath;
import org.eclipse.jgit.dircache.DirCacheEditor.PathEdit;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.Test;

class GitMirrorRestoreTest extends AgainstGitHost {

    @Test
    void a_folder_is_what_it_was_and_all_else_stays_as_it_is() throws Exception {
        // Given
        var then = tipOf(MAIN);
        commit("guestbook/service.yaml", "changed: 1\n");
        commit("guestbook/more/new.yaml", "new: 1\n");
        commit("guestbook-beside/a.yaml", "beside: 1\n");
        var before = commit("README.md", "Another text\n");
        var expected = files(before);
        expected.keySet().removeIf(it -> it.startsWith("guestbook/"));
        files(then).entrySet().stream()
                .filter(it -> it.getKey().startsWith("guestbook/"))
                .forEach(it -> expected.put(it.getKey(), it.getValue()));

        // When
        var written = restore("main", Map.of("guestbook/", then.name()));

        // Then
        assertThat(written).isEqualTo(new Written(tipOf(MAIN).name(), true));
        assertThat(files(tipOf(MAIN))).isEqualTo(expected);
        try (var walk = new RevWalk(bare)) {
            var commit = walk.parseCommit(tipOf(MAIN));
            assertThat(commit.getParentCount()).isEqualTo(1);
            assertThat(commit.getParent(0).getId()).isEqualTo(before);
            assertThat(commit.getFullMessage()).isEqualTo("As it was");
        }
    }

    @Test
    void programs_and_links_are_so_again() throws Exception {
        var then = special(tipOf(MAIN));
        point(MAIN, then);
        commit("guestbook/run", "now a text\n");
        restore("main", Map.of("guestbook", then.name()));

        assertThat(mode("guestbook/run")).isEqualTo(FileMode.EXECUTABLE_FILE);
        assertThat(mode("guestbook/link")).isEqualTo(FileMode.SYMLINK);

        // One that came back after it was gone.
        point(MAIN, without(tipOf(MAIN), "guestbook/run"));
        restore("main", Map.of("guestbook", then.name()));
        assertThat(mode("guestbook/run")).isEqualTo(FileMode.EXECUTABLE_FILE);
    }

    @Test
    void several_folders_may_be_of_several_commits() throws Exception {
        var first = commit("one/a.yaml", "a: 1\n");
        commit("one/a.yaml", "a: 2\n");
        var second = commit("two/b.yaml", "b: 1\n");
        commit("two/b.yaml", "b: 2\n");

        restore("main", Map.of("one", first.name(), "two", second.name()));

        assertThat(files(tipOf(MAIN)))
                .containsEntry("one/a.yaml", "a: 1\n")
                .containsEntry("two/b.yaml", "b: 1\n");
    }

    @Test
    void the_root_is_the_whole_repository() throws Exception {
        var then = tipOf(MAIN);
        commit("anywhere/else.yaml", "a: 1\n");

        restore("main", Map.of("", then.name()));

        assertThat(files(tipOf(MAIN))).isEqualTo(files(then));
    }

    @Test
    void what_is_so_already_is_no_commit() throws Exception {
        var then = tipOf(MAIN);
        var tip = commit("README.md", "Another text\n");

        assertThat(restore("main", Map.of("guestbook", then.name())))
                .isEqualTo(new Written(tip.name(), false));
        assertThat(tipOf(MAIN)).isEqualTo(tip);
    }

    @Test
    void a_push_that_comes_too_late_is_made_again_on_the_others_commit() throws Exception {
        var then = tipOf(MAIN);
        commit("guestbook/service.yaml", "changed: 1\n");
        try (var between = CountingGitHost.of(host.cloneUrl())) {
            var theirs = new AtomicReference<ObjectId>();
            between.beforePush(
                    () -> {
                        if (theirs.get() == null) {
                            theirs.set(commit("guestbook/theirs.yaml", "theirs: 1\n"));
                        }
                    });

            var written = restore(between, Map.of("guestbook", then.name()));

            assertThat(written).isEqualTo(new Written(tipOf(MAIN).name(), true));
            assertThat(files(tipOf(MAIN))).isEqualTo(files(then));
            try (var walk = new RevWalk(bare)) {
                assertThat(walk.parseCommit(tipOf(MAIN)).getParent(0).getId())
                        .isEqualTo(theirs.get());
            }
        }
    }

    @Test
    void a_branch_that_moves_each_time_is_left_to_those_who_move_it() throws Exception {
        var then = tipOf(MAIN);
        commit("guestbook/service.yaml", "changed: 1\n");
        try (var between = CountingGitHost.of(host.cloneUrl())) {
            var pushes = new AtomicInteger();
            between.beforePush(() -> commit("n", "n: %d\n".formatted(pushes.incrementAndGet())));

            assertThatThrownBy(() -> restore(between, Map.of("guestbook", then.name())))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessage(
                            "The branch main of %s moves faster than a commit can be pushed"
                                    .formatted(between.url()));

            assertThat(pushes).hasValue(BranchWriter.MAX_ATTEMPTS);
            assertThat(files(tipOf(MAIN)))
                    .containsEntry("guestbook/service.yaml", "changed: 1\n")
                    .containsEntry("n", "n: %d\n".formatted(BranchWriter.MAX_ATTEMPTS));
        }
    }

    @Test
    void a_host_that_refuses_the_push_says_why_and_nothing_is_different() throws Exception {
        var then = tipOf(MAIN);
        var tip = commit("guestbook/service.yaml", "changed: 1\n");
        try (var strict = GitHost.start(directory)) {
            strict.refusePush("main is blocked");
            var url = strict.address("host.git");
            var held = mirrors.of(url, GitCredential.NONE);

            assertThatThrownBy(
                            () ->
                                    held.restore(
                                            "main",
                                            Map.of("guestbook", then.name()),
                                            GitCredential.NONE,
                                            Author.SERVICE,
                                            "As it was"))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                    .hasMessage(
                            "%s refused the push to refs/heads/main: main is blocked"
                                    .formatted(url));

            assertThat(tipOf(MAIN)).isEqualTo(tip);
            assertThat(held.resolve("main", FetchDemand.ANY)).isEqualTo(tip.name());
        }
    }

    @Test
    void only_branches_are_written_to() throws Exception {
        var then = tipOf(MAIN);
        var tip = commit("guestbook/new.yaml", "new: 1\n");
        point("refs/tags/v1", tip);

        assertThatThrownBy(() -> restore("v1", Map.of("guestbook", then.name())))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("it is no branch");
        assertThat(tipOf("refs/tags/v1")).isEqualTo(tip);
    }

    @Test
    void what_was_no_folder_then_cannot_be_restored() throws Exception {
        var then = tipOf(MAIN);
        var tip = commit("later/new.yaml", "new: 1\n");

        assertThatThrownBy(() -> restore("main", Map.of("later", then.name())))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("later");
        assertThatThrownBy(() -> restore("main", Map.of("../guestbook", then.name())))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("leads out of the repository");
        assertThat(tipOf(MAIN)).isEqualTo(tip);
    }

    @Test
    void a_file_in_a_folders_place_is_not_overwritten() throws Exception {
        var then = commit("deep/folder/a.yaml", "a: 1\n");
        point(MAIN, without(then, "deep/folder/a.yaml"));
        var tip = commit("deep", "a file\n");

        assertThatThrownBy(() -> restore("main", Map.of("deep/folder", then.name())))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage("deep/folder cannot be restored: deep is a file now");
        assertThat(tipOf(MAIN)).isEqualTo(tip);
    }

    private Written restore(CountingGitHost between, Map<String, String> commits) {
        return mirrors.of(between.url(), GitCredential.NONE)
                .restore("main", commits, GitCredential.NONE, Author.SERVICE, "As it was");
    }

    private Written restore(String branch, Map<String, String> commits) {
        return mirror.restore(branch, commits, GitCredential.NONE, Author.SERVICE, "As it was");
    }

    private FileMode mode(String path) throws Exception {
        try (var walk = new RevWalk(bare);
                var found = TreeWalk.forPath(bare, path, walk.parseCommit(tipOf(MAIN)).getTree())) {
            return found.getFileMode();
        }
    }

    /// With a program and a link in the guestbook.
    private ObjectId special(ObjectId parent) throws Exception {
        var index = index(parent);
        var editor = index.editor();
        editor.add(new Special("guestbook/run", FileMode.EXECUTABLE_FILE, blob("#!/bin/sh\n")));
        editor.add(new Special("guestbook/link", FileMode.SYMLINK, blob("service.yaml")));
        editor.finish();
        return commit(parent, index);
    }

    private ObjectId without(ObjectId parent, String path) throws Exception {
        var index = index(parent);
        var editor = index.editor();
        editor.add(new DeletePath(path));
        editor.finish();
        return commit(parent, index);
    }

    private DirCache index(ObjectId commit) throws Exception {
        try (var reader = bare.newObjectReader();
                var walk = new RevWalk(reader)) {
            return DirCache.read(reader, walk.parseCommit(commit).getTree());
        }
    }

    private ObjectId blob(String content) throws Exception {
        try (var inserter = bare.newObjectInserter()) {
            var blob = inserter.insert(Constants.OBJ_BLOB, content.getBytes(UTF_8));
            inserter.flush();
            return blob;
        }
    }

    private ObjectId commit(ObjectId parent, DirCache index) throws Exception {
        try (var inserter = bare.newObjectInserter()) {
            var commit = new CommitBuilder();
            commit.setTreeId(index.writeTree(inserter));
            commit.setParentId(parent);
            commit.setAuthor(new PersonIdent("Ada", "ada@example.org"));
            commit.setCommitter(new PersonIdent("Ada", "ada@example.org"));
            commit.setMessage("Special");
            var id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    private static final class Special extends PathEdit {

        private final FileMode mode;
        private final ObjectId blob;

        Special(String path, FileMode mode, ObjectId blob) {
            super(path);
            this.mode = mode;
            this.blob = blob;
        }

        @Override
        public void apply(DirCacheEntry entry) {
            entry.setFileMode(mode);
            entry.setObjectId(blob);
        }
    }
}
