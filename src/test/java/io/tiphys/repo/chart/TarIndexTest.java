package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.Digest;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.TarGz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarIndexTest {

    private static final byte[] NONE = new byte[0];

    @TempDir private Path directory;

    @Test
    void files_are_read_by_their_paths() {
        var folder =
                open(
                        new TarGz()
                                .entry("./", '5', "", NONE)
                                .with("./a/b.yaml", "one")
                                .with("a-b", "two")
                                .entry("a/link", '2', "b.yaml", NONE));

        assertThat(folder.entries(true))
                .extracting("path")
                .containsExactly("a-b", "a/b.yaml", "a/link");
        assertThat(folder.entries(false)).extracting("path").containsExactly("a-b");
        var below = folder.folder("a").orElseThrow();
        assertThat(read(below, "b.yaml")).isEqualTo("one");
        assertThat(below.file("link").orElseThrow().link()).isTrue();
        assertThat(read(below, "link")).isEqualTo("b.yaml");
        assertThat(below.treeId()).isNotEqualTo(folder.treeId());
        assertThat(folder.folder("a-")).isEmpty();
    }

    @Test
    void long_names_are_read_in_the_ways_of_posix_and_gnu() {
        var name = "ä/" + "x".repeat(200);
        var folder =
                open(
                        new TarGz()
                                .extended("path", name)
                                .with("short", "posix")
                                .entry(
                                        "././@LongLink",
                                        'L',
                                        "",
                                        ("gnu/" + name + "\0").getBytes(UTF_8))
                                .with("short", "gnu")
                                .with("after", "own name"));

        assertThat(read(folder, name)).isEqualTo("posix");
        assertThat(read(folder, "gnu/" + name)).isEqualTo("gnu");
        assertThat(read(folder, "after")).isEqualTo("own name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../up", "a/../../up", "a/..", ".."})
    void no_name_leads_out_of_an_archive(String name) {
        refused(new TarGz().with(name, "x"), "impossible name");
        refused(new TarGz().extended("path", name).with("harmless", "x"), "impossible name");
        refused(
                new TarGz()
                        .entry("long", 'L', "", (name + "\0").getBytes(UTF_8))
                        .with("harmless", "x"),
                "impossible name");
    }

    /// Whatever a name is made of, what comes of it stays inside.
    @Test
    void every_name_that_is_taken_is_plain() {
        var parts = List.of("..", ".", "", "a", "b", "...", "\\", "a b", "ä", "..a", "~");
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            var name =
                    String.join(
                            "/",
                            random.ints(1 + random.nextInt(5), 0, parts.size())
                                    .mapToObj(parts::get)
                                    .toList());
            try {
                for (var entry : open(new TarGz().with(name, "x")).entries(true)) {
                    var path = Path.of("/root").resolve(entry.path());
                    assertThat(path).isEqualTo(path.normalize()).startsWithRaw(Path.of("/root"));
                    assertThat(entry.path()).doesNotStartWith("/").doesNotEndWith("/");
                }
            } catch (ManifestFailure refused) {
                assertThat(refused).hasMessageMatching("(?s).*(impossible name|without a name).*");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,hard link", "3,device", "4,device", "6,device", "S,no plain file"})
    void what_is_no_file_is_refused(char type, String words) {
        refused(new TarGz().entry("a", type, "target", NONE), words);
    }

    @Test
    void a_file_holds_no_others() {
        refused(new TarGz().with("a", "x").with("a-b", "x").with("a/b", "x"), "no folder: a/b");
        refused(
                new TarGz().entry("a", '2', "/etc", NONE).with("a/passwd", "x"),
                "no folder: a/passwd");
    }

    @Test
    void what_never_ends_is_refused() {
        refused(new TarGz().with("zeros", new byte[100_000]), "larger than 50000 bytes");
        var many = new TarGz();
        for (int i = 0; i <= 20; i++) {
            many.with("file" + i, "");
        }
        refused(many, "more than 20 files");
        refused(new TarGz().entry("x", 'x', "", new byte[40_000]), "damaged");
        refused(new TarGz().entry("x", 'L', "", bytes(70_000)), "too long", "200000");
        refused(new TarGz().extended("size", "1").with("a", "x"), "with holes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"path=a", "9 path", "99 path=a\n", "-5 path=a\n", "x path=a\n", "="})
    void a_malformed_extension_is_refused(String records) {
        refused(new TarGz().entry("x", 'x', "", records.getBytes(UTF_8)).with("a", ""), "damaged");
    }

    @Test
    void damage_is_told() {
        var whole = new TarGz().with("a", "x".repeat(5_000));
        var bytes = whole.bytes();
        failure(Arrays.copyOf(bytes, bytes.length / 2), "cannot be unpacked", "50000");
        failure(Arrays.copyOf(whole.tar(), 2_000), "ends too early", "50000");
        failure("<html>".repeat(200).getBytes(UTF_8), "no tar archive", "50000");
        var other = whole.tar();
        other[0] = 'b';
        failure(TarGz.packed(other), "no tar archive, or damaged", "50000");
    }

    private void refused(TarGz archive, String words) {
        refused(archive, words, "50000");
    }

    private void refused(TarGz archive, String words, String most) {
        failure(archive.bytes(), words, most);
    }

    private void failure(byte[] archive, String words, String most) {
        assertThatThrownBy(() -> open(archive, most))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining(words);
        try (var files = Files.list(directory.resolve("archives"))) {
            assertThat(files.filter(it -> it.toString().endsWith(".unfinished"))).isEmpty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private ArchiveFolder open(TarGz archive) {
        return open(archive.bytes(), "50000");
    }

    private ArchiveFolder open(byte[] archive, String most) {
        var config = Given.config(directory, "archives.unpacked", most, "archives.files", "20");
        return new Archives(config)
                .open(
                        new Archives.Wanted(
                                Digest.of(archive),
                                "The archive",
                                "",
                                out -> {
                                    try {
                                        out.write(archive);
                                    } catch (IOException failure) {
                                        throw new UncheckedIOException(failure);
                                    }
                                }));
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        Arrays.fill(bytes, (byte) 'a');
        return bytes;
    }

    private static String read(Folder folder, String path) {
        return new String(folder.read(folder.file(path).orElseThrow()), UTF_8);
    }
}
