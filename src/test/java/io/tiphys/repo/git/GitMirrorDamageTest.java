package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.Repository.Change;
import io.tiphys.support.CountingGitHost;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A mirror holds nothing that cannot be fetched again: whatever happened to its files, it is built
/// anew.
class GitMirrorDamageTest extends AgainstGitHost {

    private final List<String> logged = new ArrayList<>();
    private final Handler logs = new Logged();
    private CountingGitHost counting;

    /// What a crash or a failing disk does to a file.
    private enum Damage {
        PACK_CUT_OFF(".pack") {
            @Override
            void to(Path file) throws IOException {
                cut(file, 20);
            }
        },
        PACK_EMPTY(".pack") {
            @Override
            void to(Path file) throws IOException {
                cut(file, Files.size(file));
            }
        },
        PACK_GONE(".pack"),
        PACK_OVERWRITTEN(".pack") {
            @Override
            void to(Path file) throws IOException {
                var bytes = Files.readAllBytes(file);
                for (int i = 12; i < bytes.length - 20; i++) {
                    bytes[i] ^= 0x55;
                }
                file.toFile().setWritable(true);
                Files.write(file, bytes);
            }
        },
        INDEX_CUT_OFF(".idx") {
            @Override
            void to(Path file) throws IOException {
                cut(file, 40);
            }
        },
        INDEX_EMPTY(".idx") {
            @Override
            void to(Path file) throws IOException {
                cut(file, Files.size(file));
            }
        },
        INDEX_GONE(".idx"),
        HEAD_EMPTY("/HEAD") {
            @Override
            void to(Path file) throws IOException {
                cut(file, Files.size(file));
            }
        },
        HEAD_GONE("/HEAD"),
        CONFIG_EMPTY("/config") {
            @Override
            void to(Path file) throws IOException {
                cut(file, Files.size(file));
            }
        },
        CONFIG_STRANGE("/config") {
            @Override
            void to(Path file) throws IOException {
                Files.writeString(file, "[core\n\0");
            }
        },
        REF_EMPTY("/refs/heads/main") {
            @Override
            void to(Path file) throws IOException {
                cut(file, Files.size(file));
            }
        },
        REF_STRANGE("/refs/heads/main") {
            @Override
            void to(Path file) throws IOException {
                Files.writeString(file, "\0".repeat(41));
            }
        },
        REF_TO_NOTHING("/refs/heads/main") {
            @Override
            void to(Path file) throws IOException {
                Files.writeString(file, "f".repeat(40) + "\n");
            }
        };

        private final String suffix;

        Damage(String suffix) {
            this.suffix = suffix;
        }

        void to(Path file) throws IOException {
            Files.delete(file);
        }

        private static void cut(Path file, long bytes) throws IOException {
            file.toFile().setWritable(true);
            try (var open = FileChannel.open(file, StandardOpenOption.WRITE)) {
                open.truncate(open.size() - bytes);
            }
        }
    }

    @BeforeEach
    void listen() {
        Logger.getLogger("io.tiphys.repo.git").addHandler(logs);
        counting = CountingGitHost.of(host.cloneUrl());
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("io.tiphys.repo.git").removeHandler(logs);
        counting.close();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void a_mirror_that_was_damaged_while_the_service_was_down_is_built_anew(Damage damage)
            throws Exception {
        // Given
        mirror.resolve("main", FetchDemand.NEWEST);
        var commit = commit("a.yaml", "a: 1\n");
        mirror.resolve("main", FetchDemand.NEWEST);
        mirrors.close();

        // When
        damage(damage);

        // Then
        restart();
        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(commit.name());
        assertThat(read(commit.name(), "")).isEqualTo(files(commit));
        assertThat(logged).hasSizeLessThanOrEqualTo(1);
        var next = commit("a.yaml", "a: 2\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(next.name());
        assertThat(read(next.name(), "")).isEqualTo(files(next));
        assertThat(logged).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void a_mirror_that_is_damaged_while_it_is_used_is_built_anew(Damage damage) throws Exception {
        // Given
        mirror.resolve("main", FetchDemand.NEWEST);
        var commit = commit("a.yaml", "a: 1\n");
        mirror.resolve("main", FetchDemand.NEWEST);

        // When
        damage(damage);

        // Then
        var next = commit("a.yaml", "a: 2\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(next.name());
        assertThat(read(next.name(), "")).isEqualTo(files(next));
        assertThat(read(commit.name(), "")).isEqualTo(files(commit));
        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(next.name());
        assertThat(logged).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void what_is_followed_comes_back_by_one_fetch_and_nobody_is_told_that_it_moved()
            throws Exception {
        // Given
        mirror = mirrors.of(counting.url(), GitCredential.NONE);
        var old = tipOf(MAIN);
        point("refs/tags/1.0.0", old);
        var tip = commit("a.yaml", "a: 1\n");
        var followed = List.of(Revision.named("main"), Revision.of("1.x", ""));
        mirror.look(followed);
        int packs = counting.packs();

        // When
        damage(Damage.PACK_OVERWRITTEN);
        assertThat(read(tip.name(), "")).isEqualTo(files(tip));

        // Then
        assertThat(counting.packs()).isEqualTo(packs + 1);
        assertThat(read(old.name(), "")).isEqualTo(files(old));
        assertThat(mirror.look(followed)).isEmpty();
        assertThat(counting.packs()).isEqualTo(packs + 1);
        assertThat(logged)
                .singleElement()
                .asString()
                .contains("The mirror of " + counting.url() + " is damaged and is built anew");
    }

    @Test
    void an_object_that_was_written_here_and_got_lost_is_fetched() throws Exception {
        var written =
                mirror.write(
                        "main",
                        "",
                        GitCredential.NONE,
                        _ -> new Change(Map.of("b.yaml", new byte[] {'b'}), "Ours"));
        for (var loose : files(it -> it.toString().matches(".*/objects/[0-9a-f]{2}/.*"))) {
            Files.delete(loose);
        }
        restart();

        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(written.commit());
        assertThat(read(written.commit(), "")).isEqualTo(files(tipOf(MAIN)));
    }

    @Test
    void what_a_killed_process_leaves_behind_is_removed() throws Exception {
        var tip = mirror.resolve("main", FetchDemand.ANY);
        mirrors.close();
        var head = files(it -> it.toString().endsWith("refs/heads/main")).getFirst();
        var root = head.getParent().getParent().getParent();
        var leftovers =
                List.of(
                        root.resolve("refs/heads/main.lock"),
                        root.resolve("FETCH_HEAD.lock"),
                        root.resolve("fold17.tmp"),
                        root.resolve("objects/incoming_1.pack"),
                        root.resolve("objects/insert_1.pack"),
                        root.resolve("objects/noz1.tmp"),
                        root.resolve("objects/pack/pack-%s.pack".formatted("a".repeat(40))),
                        root.resolve("objects/pack/pack-%s.idx".formatted("b".repeat(40))));
        var named = root.resolve("refs/heads/fold");
        for (var leftover : leftovers) {
            Files.writeString(leftover, "half");
            Files.setLastModifiedTime(leftover, FileTime.from(Instant.EPOCH));
        }
        Files.copy(head, named);
        Files.setLastModifiedTime(named, FileTime.from(Instant.EPOCH));

        restart();

        assertThat(mirror.resolve("main", FetchDemand.ANY)).isEqualTo(tip);
        assertThat(leftovers).noneMatch(Files::exists);
        assertThat(named).exists();
        assertThat(logged).isEmpty();
        var next = commit("a.yaml", "a: 1\n");
        assertThat(mirror.resolve("main", FetchDemand.NEWEST)).isEqualTo(next.name());
    }

    @Test
    void a_disk_that_damages_all_that_is_written_is_not_written_to_again_and_again()
            throws Exception {
        mirror = mirrors.of(counting.url(), GitCredential.NONE);
        var tip = mirror.resolve("main", FetchDemand.ANY);
        damage(Damage.PACK_OVERWRITTEN);
        read(tip, "");
        int packs = counting.packs();

        for (int i = 0; i < 3; i++) {
            damage(Damage.PACK_OVERWRITTEN);
            assertThatThrownBy(() -> read(tip, ""))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class,
                            failure -> assertThat(failure.passing()).isTrue())
                    .hasMessageContaining("The mirror of " + counting.url() + " is damaged again");
        }

        assertThat(counting.packs()).isEqualTo(packs);
        assertThat(logged).hasSize(1);
    }

    @Test
    void a_host_that_does_not_answer_is_no_damage() {
        mirror.resolve("main", FetchDemand.ANY);
        host.close();

        assertThatThrownBy(() -> mirror.resolve("main", FetchDemand.NEWEST))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("cannot be read");
        assertThat(logged).isEmpty();
    }

    @Test
    void another_mirror_is_left_alone() throws Exception {
        var tip = mirror.resolve("main", FetchDemand.ANY);
        damage(Damage.PACK_OVERWRITTEN);
        var other = mirrors.of(counting.url(), GitCredential.NONE);
        other.resolve("main", FetchDemand.ANY);
        int exchanges = counting.exchanges();

        read(tip, "");

        assertThat(logged).hasSize(1);
        assertThat(other.resolve("main", FetchDemand.ANY)).isEqualTo(tip);
        assertThat(other.folder(tip, "").entries(true)).isNotEmpty();
        assertThat(counting.exchanges()).isEqualTo(exchanges);
    }

    private void damage(Damage damage) throws IOException {
        for (var file : files(it -> it.toString().endsWith(damage.suffix))) {
            damage.to(file);
        }
        // Of so little, all that was read once is still in memory.
        new WindowCacheConfig().install();
    }

    private List<Path> files(Predicate<Path> which) throws IOException {
        try (var files = Files.walk(directory.resolve("mirrors"))) {
            return files.filter(Files::isRegularFile).filter(which).toList();
        }
    }

    private void restart() {
        mirrors.close();
        mirrors = new GitMirrors(new Config(directory.resolve("mirrors")), meters, IDENTITIES);
        mirror = mirrors.of(host.cloneUrl().toString(), GitCredential.NONE);
    }

    private final class Logged extends Handler {

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                logged.add(
                        entry instanceof ExtLogRecord formatted
                                ? formatted.getFormattedMessage()
                                : entry.getMessage());
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing was opened.
        }
    }
}
