package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.repo.Folder;
import io.tiphys.repo.Repository.Author;
import io.tiphys.repo.Repository.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.Test;

class FileHistoryTest extends AgainstGitHost {

    @Test
    void each_commit_that_changed_the_file_is_a_version_of_it() throws Exception {
        // Given
        commit("other.yaml", "1");
        var first = commit("app/values.yaml", "tag: 1\n");
        commit("app/other.yaml", "1");
        var second = commit("app/values.yaml", "tag: 2\n");
        commit("other.yaml", "2");

        // When
        var folder = tip("app");
        var versions = folder.versions("values.yaml");

        // Then
        assertThat(versions)
                .extracting(it -> text(folder, it))
                .containsExactly("tag: 2\n", "tag: 1\n", "");
        assertThat(versions)
                .extracting(Folder.Version::commit)
                .startsWith(second.name(), first.name());
        assertThat(versions.getFirst().author()).isEqualTo("tiphys <noreply@tiphys.invalid>");
    }

    @Test
    void of_a_merged_branch_the_merge_counts() throws Exception {
        // Given
        commit("values.yaml", "tag: 1\n");
        var begin = tipOf(MAIN);
        commit("values.yaml", "tag: 2\n");
        var theirs = commit("values.yaml", "tag: 3\n");
        point(MAIN, begin);
        var ours = commit("other.yaml", "1");
        var merge = merge(ours, theirs);
        point(MAIN, merge);

        // When
        var folder = tip("");
        var versions = folder.versions("values.yaml");

        // Then
        assertThat(versions)
                .extracting(it -> text(folder, it))
                .containsExactly("tag: 3\n", "tag: 1\n", "");
        assertThat(versions.getFirst().commit()).isEqualTo(merge.name());
        assertThat(versions.getFirst().author()).isEqualTo("Ada <ada@example.org>");
    }

    @Test
    void a_commit_that_changed_a_thousand_files_changed_this_one_or_did_not() throws Exception {
        // Given
        commit("values.yaml", "tag: 1\n");
        var many = new HashMap<String, byte[]>();
        for (int i = 0; i < 1_100; i++) {
            many.put("many/%d.yaml".formatted(i), new byte[0]);
        }
        commit(many);
        many.replaceAll((_, _) -> new byte[] {'1'});
        many.put("values.yaml", "tag: 2\n".getBytes(UTF_8));
        commit(many);

        // When
        var folder = tip("");
        var versions = folder.versions("values.yaml");

        // Then
        assertThat(versions)
                .extracting(it -> text(folder, it))
                .containsExactly("tag: 2\n", "tag: 1\n", "");
    }

    @Test
    void the_newest_thirty_are_told() throws Exception {
        for (int i = 1; i <= 60; i++) {
            commit("values.yaml", "tag: %d\n".formatted(i));
        }

        var folder = tip("");
        var versions = folder.versions("values.yaml");

        assertThat(versions).hasSize(30);
        assertThat(text(folder, versions.getFirst())).isEqualTo("tag: 60\n");
        assertThat(text(folder, versions.getLast())).isEqualTo("tag: 31\n");
    }

    @Test
    void what_comes_later_is_told_with_what_was_known_before() throws Exception {
        commit("values.yaml", "tag: 1\n");
        var before = tip("").versions("values.yaml");
        var newest = commit("values.yaml", "tag: 2\n");

        var after = tip("").versions("values.yaml");

        assertThat(after.getFirst().commit()).isEqualTo(newest.name());
        assertThat(after.subList(1, after.size())).isEqualTo(before);
    }

    @Test
    void each_file_has_its_own_history_whichever_was_asked_for_before() throws Exception {
        var random = new Random(7);
        var histories = new HashMap<String, List<String>>();
        for (int i = 0; i < 120; i++) {
            var changed = new HashMap<String, byte[]>();
            for (int file = 0; file < 6; file++) {
                // The first changes with every second commit, the last with hardly any.
                if (random.nextInt(2 + 8 * file) == 0) {
                    var text = file + " at " + i;
                    changed.put("app%d/values.yaml".formatted(file), text.getBytes(UTF_8));
                    histories
                            .computeIfAbsent("app%d".formatted(file), _ -> new ArrayList<>())
                            .addFirst(text);
                }
            }
            changed.put("other.yaml", String.valueOf(i).getBytes(UTF_8));
            commit(changed);
            if (i % 17 != 0) {
                continue;
            }

            var asked = new ArrayList<>(histories.keySet());
            Collections.shuffle(asked, random);
            for (var app : asked) {
                var history = histories.get(app);
                var folder = tip(app);

                var versions = folder.versions("values.yaml");

                // Once, there was none of them.
                history.add("");
                assertThat(versions)
                        .extracting(it -> text(folder, it))
                        .containsExactlyElementsOf(history.stream().limit(30).toList());
                for (var it : versions) {
                    assertThat(text(it.commit(), app)).isEqualTo(text(folder, it));
                }
                history.removeLast();
            }
        }
    }

    @Test
    void what_was_learnt_at_other_tips_changes_no_history() throws Exception {
        var random = new Random(11);
        var tips = new ArrayList<>(List.of(tipOf(MAIN)));
        // So little that what is known of old commits goes all the time.
        var history = new FileHistory(40, 60);
        for (int i = 0; i < 400; i++) {
            // A branch goes on, is reset, or is proposed to another.
            point(MAIN, tips.get(random.nextInt(Math.max(0, tips.size() - 3), tips.size())));
            var changed = new HashMap<String, byte[]>();
            for (int file = 0; file < 8; file++) {
                if (random.nextInt(1 + 4 * file) == 0) {
                    changed.put("f" + file, (file + " at " + i).getBytes(UTF_8));
                }
            }
            commit(changed);
            tips.add(tipOf(MAIN));
            if (random.nextInt(4) == 0) {
                var tip = tips.get(random.nextInt(Math.max(0, tips.size() - 5), tips.size()));
                var file = "f" + random.nextInt(8);

                int most = random.nextInt(2, 12);

                var versions = history.of(bare, 0, tip, file, most);

                assertThat(versions)
                        .isEqualTo(new FileHistory(40, 100_000).of(bare, 0, tip, file, most));
            }
        }
    }

    @Test
    void the_newest_versions_can_be_asked_for_alone() throws Exception {
        commit("values.yaml", "tag: 1\n");
        var before = commit("values.yaml", "tag: 2\n");
        commit("other.yaml", "1");
        var newest = commit("values.yaml", "tag: 3\n");

        var folder = tip("");
        var versions = folder.versions("values.yaml", 3);

        assertThat(versions)
                .extracting(it -> text(folder, it))
                .containsExactly("tag: 3\n", "tag: 2\n", "tag: 1\n");
        assertThat(versions)
                .extracting(Folder.Version::commit)
                .startsWith(newest.name(), before.name());
    }

    @Test
    void of_a_file_that_never_changed_the_oldest_commit_is_told() throws Exception {
        var first = tipOf(MAIN);
        commit("other.yaml", "1");

        var versions = tip("guestbook").versions("service.yaml");

        assertThat(versions)
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.commit()).isEqualTo(first.name());
                            assertThat(it.isFile()).isTrue();
                        });
    }

    private Folder tip(String path) {
        return mirror.folder(mirror.resolve("main", FetchDemand.NEWEST), path);
    }

    private static String text(Folder folder, Folder.Version version) {
        return folder.file("values.yaml", version)
                .map(it -> new String(folder.read(it), UTF_8))
                .orElse("");
    }

    /// What `values.yaml` of a folder is at a commit.
    private String text(String commit, String folder) throws Exception {
        try (var walk = new RevWalk(bare);
                var file =
                        TreeWalk.forPath(
                                bare,
                                folder + "/values.yaml",
                                walk.parseCommit(ObjectId.fromString(commit)).getTree())) {
            return file == null ? "" : new String(bare.open(file.getObjectId(0)).getBytes(), UTF_8);
        }
    }

    private void commit(Map<String, byte[]> files) throws Exception {
        point(
                MAIN,
                new TreeEdit(bare)
                        .commit(
                                tipOf(MAIN),
                                "",
                                new Change(files, "Many", Author.SERVICE, Optional.empty())));
    }

    /// With the files of the second.
    private ObjectId merge(ObjectId first, ObjectId second) throws Exception {
        try (var inserter = bare.newObjectInserter();
                var walk = new RevWalk(bare)) {
            var ada = new PersonIdent("Ada", "ada@example.org");
            var commit = new CommitBuilder();
            commit.setTreeId(walk.parseCommit(second).getTree());
            commit.setParentIds(List.of(first, second));
            commit.setAuthor(ada);
            commit.setCommitter(ada);
            commit.setMessage("Merge");
            var id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }
}
