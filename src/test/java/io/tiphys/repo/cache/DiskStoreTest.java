package io.tiphys.repo.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Manifest;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.RenderedStore;
import io.tiphys.support.LogListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest {

    private static final long PLENTY = 1 << 20;
    private static final int BLOCK = 4096;

    @TempDir Path directory;

    private final LogListener log = new LogListener(DiskStore.class);
    private final List<String> said = log.said();

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    @Test
    void what_was_put_is_found_after_a_restart() {
        store(PLENTY).put("a", rendered("a"));
        store(PLENTY).put("b", rendered("b"));

        assertThat(store(PLENTY).find("a")).contains(rendered("a"));
        assertThat(store(PLENTY).find("b")).contains(rendered("b"));
        assertThat(store(PLENTY).find("c")).isEmpty();
        assertThat(said).isEmpty();
    }

    @Test
    void what_is_put_again_takes_the_place_of_what_was_there() {
        store(PLENTY).put("a", rendered("a"));
        store(PLENTY).put("a", rendered("b"));

        assertThat(store(PLENTY).find("a")).contains(rendered("b"));
    }

    @Test
    void what_is_damaged_is_told_of_once_and_gone() throws IOException {
        var store = store(PLENTY);
        store.put("a", rendered("a"));
        Files.writeString(file("a"), "damaged");

        assertThat(store.find("a")).isEmpty();
        assertThat(store.find("a")).isEmpty();
        assertThat(file("a")).doesNotExist();
        assertThat(said).hasSize(1);
        store.put("a", rendered("a"));
        assertThat(store.find("a")).contains(rendered("a"));
    }

    @Test
    void a_file_under_another_name_is_not_taken_for_it() throws IOException {
        var store = store(PLENTY);
        store.put("a", rendered("a"));
        Files.copy(file("a"), file("b"));

        assertThat(store.find("b")).isEmpty();
    }

    @Test
    void without_its_key_nothing_opens() throws IOException {
        store(PLENTY).put("a", rendered("a"));
        Files.delete(directory.resolve("rendered/key"));

        var store = store(PLENTY);
        assertThat(store.find("a")).isEmpty();
        store.put("a", rendered("a"));
        assertThat(store(PLENTY).find("a")).contains(rendered("a"));
    }

    @Test
    void a_key_that_was_cut_short_is_made_anew() throws IOException {
        store(PLENTY).put("a", rendered("a"));
        Files.writeString(directory.resolve("rendered/key"), "");

        store(PLENTY).put("a", rendered("a"));
        assertThat(store(PLENTY).find("a")).contains(rendered("a"));
    }

    @Test
    void nobody_else_may_read_it() throws IOException {
        store(PLENTY).put("a", rendered("a"));

        try (var all = Files.walk(directory.resolve("rendered"))) {
            assertThat(all)
                    .hasSize(4)
                    .allSatisfy(
                            it ->
                                    assertThat(
                                                    PosixFilePermissions.toString(
                                                            Files.getPosixFilePermissions(it)))
                                            .endsWith("------"));
        }
    }

    @Test
    void another_version_finds_nothing_and_leaves_nothing() {
        store(PLENTY).put("a", rendered("a"));

        assertThat(new DiskStore(directory.resolve("rendered"), "2.0.0", PLENTY).find("a"))
                .isEmpty();
        assertThat(file("a").getParent()).doesNotExist();
    }

    @Test
    void the_longest_unused_goes_first_when_there_is_too_much() throws IOException {
        var store = store(8 * BLOCK);
        for (int i = 0; i < 8; i++) {
            store.put("file-" + i, rendered("a"));
            Files.setLastModifiedTime(
                    file("file-" + i), FileTime.from(Instant.EPOCH.plusSeconds(i)));
        }
        store.find("file-0");

        store.put("more", rendered("a"));

        assertThat(kept())
                .containsExactly(
                        "file-0", "file-3", "file-4", "file-5", "file-6", "file-7", "more");
    }

    @Test
    void the_bound_holds_over_restarts_and_when_it_is_lowered() {
        for (int i = 0; i < 40; i++) {
            store(8 * BLOCK).put("file-" + i, rendered("a"));
            assertThat(kept()).hasSizeLessThanOrEqualTo(8);
        }
        store(4 * BLOCK);

        assertThat(kept()).hasSizeLessThanOrEqualTo(4).isNotEmpty();
    }

    @Test
    void writing_the_same_again_drives_nothing_out() {
        var store = store(8 * BLOCK);
        for (int i = 0; i < 4; i++) {
            store.put("file-" + i, rendered("a"));
        }
        for (int i = 0; i < 40; i++) {
            store.put("again", rendered("a"));
        }

        assertThat(kept()).hasSize(5);
    }

    @Test
    void what_a_killed_process_did_not_finish_is_removed() throws IOException {
        store(PLENTY).put("a", rendered("a"));
        Files.createTempFile(file("a").getParent(), "", ".new");

        store(PLENTY);

        assertThat(kept()).containsExactly("a");
    }

    @Test
    void a_folder_that_cannot_be_had_keeps_nothing_and_fails_nothing() throws IOException {
        Files.writeString(directory.resolve("rendered"), "in the way");

        var store = store(PLENTY);
        store.put("a", rendered("a"));
        assertThat(store.find("a")).isEmpty();
        assertThat(said).hasSize(1);
    }

    @Test
    void a_disk_that_takes_nothing_is_told_of_once_until_it_takes_something() throws IOException {
        var store = store(PLENTY);
        // What the file would have to replace.
        Files.createDirectories(file("a").resolve("in the way"));
        store.put("a", rendered("a"));
        store.put("a", rendered("a"));
        assertThat(said).hasSize(1);

        store.put("b", rendered("b"));
        assertThat(store.find("b")).contains(rendered("b"));
        store.put("a", rendered("a"));
        assertThat(said).hasSize(2);
        assertThat(kept()).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void nothing_is_kept_where_nothing_may_be() {
        var store = store(0);
        store.put("a", rendered("a"));

        assertThat(store.find("a")).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void many_write_and_read_at_the_same_time() {
        var store = store(20 * BLOCK);

        IntStream.range(0, 2000)
                .parallel()
                .forEach(
                        i -> {
                            var name = "file-" + i % 50;
                            store.put(name, rendered(name));
                            store.find(name)
                                    .ifPresent(it -> assertThat(it).isEqualTo(rendered(name)));
                        });

        assertThat(said).isEmpty();
        assertThat(kept()).hasSizeLessThanOrEqualTo(20);
    }

    private RenderedStore store(long maxBytes) {
        return new DiskStore(directory.resolve("rendered"), "1.0.0", maxBytes);
    }

    private Path file(String inputs) {
        return directory.resolve("rendered/1.0.0-1").resolve(inputs);
    }

    private List<String> kept() {
        try (Stream<Path> files = Files.list(file(""))) {
            return files.map(it -> it.getFileName().toString()).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Rendered rendered(String name) {
        return Rendered.of(
                List.of(
                        new Manifest(
                                Map.of("kind", "A", "metadata", Map.of("name", name)), "a.yaml")));
    }
}
