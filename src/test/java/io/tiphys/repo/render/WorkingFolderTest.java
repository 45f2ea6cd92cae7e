package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.repo.ManifestFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What may be put into a folder that tools run in, and that nothing else ever changes.
class WorkingFolderTest {

    private static final byte[] CONTENT = "kind: Pod".getBytes(UTF_8);

    /// What hostile paths are made of.
    private static final List<String> PARTS =
            List.of(
                    "..",
                    "..",
                    "..",
                    ".",
                    "",
                    "a",
                    "b",
                    "c",
                    "a",
                    "b",
                    "link",
                    "files",
                    "home",
                    "outside",
                    "canary",
                    ".git",
                    "...",
                    "\0",
                    "..\\..",
                    "C:",
                    "\u2024\u2024",
                    "\uff0e\uff0e",
                    "\u2215..\u2215",
                    "file:");

    @TempDir Path directory;

    private WorkingFolders folders;

    @BeforeEach
    void findFolders() {
        folders = folders();
    }

    @Test
    void a_file_is_where_its_path_says() throws IOException {
        try (var folder = folders.open()) {
            folder.write("charts/app/values.yaml", CONTENT);

            assertThat(folder.file("charts/app/values.yaml"))
                    .isEqualTo(folder.files().resolve("charts/app/values.yaml"))
                    .hasBinaryContent(CONTENT);
            assertThat(folder.directory("charts")).isEqualTo(folder.files().resolve("charts"));
        }
    }

    @Test
    void nothing_is_left_of_a_closed_folder() throws IOException {
        try (var folder = folders.open()) {
            folder.write("a/b", CONTENT);
            folder.link("a/link", "b");
            var sealed = Files.createDirectory(folder.files().resolve("sealed"));
            Files.write(sealed.resolve("file"), CONTENT);
            Files.setPosixFilePermissions(sealed, PosixFilePermissions.fromString("---------"));
        }

        assertThat(directory.resolve("work")).isEmptyDirectory();
    }

    @Test
    void deleting_a_folder_follows_no_link() throws IOException {
        var outside = Files.createDirectory(directory.resolve("outside"));
        Files.write(outside.resolve("canary"), CONTENT);
        try (var folder = folders.open()) {
            // As only a tool could make it.
            Files.createSymbolicLink(folder.files().resolve("link"), outside);
        }

        assertThat(outside.resolve("canary")).hasBinaryContent(CONTENT);
    }

    @Test
    void what_a_killed_process_has_left_is_removed_by_the_next() {
        var left = folders.open();
        left.write("a", CONTENT);

        folders();

        assertThat(left.files()).doesNotExist();
    }

    @Test
    void they_lie_where_the_configuration_says(@TempDir Path elsewhere) {
        try (var folder = folders("jail.directory", elsewhere.toString()).open()) {
            assertThat(folder.files()).startsWith(elsewhere.resolve("work"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "..",
                "../a",
                "a/../b",
                "a/./b",
                "a//b",
                "a/",
                "a\0b",
                ".git/config",
                "a/.GIT/hooks/post-checkout"
            })
    void a_path_that_no_source_may_have_is_refused(String path) {
        try (var folder = folders.open()) {
            assertThatThrownBy(() -> folder.write(path, CONTENT))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageStartingWith("The path '")
                    .hasMessageEndingWith("' is none that a source may have");
            assertThatThrownBy(() -> folder.link(path, "b")).isInstanceOf(ManifestFailure.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\..\\..\\b", "...", "C:\\b", "file:"})
    void what_separates_elsewhere_is_a_plain_character(String path) {
        try (var folder = folders.open()) {
            folder.write(path, CONTENT);

            assertThat(folder.files().resolve(path))
                    .hasBinaryContent(CONTENT)
                    .hasParent(folder.files());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u2215..\u2215b", "\uff0f", "\u2024\u2024"})
    void what_looks_like_a_separator_is_a_plain_character(String path) {
        try (var folder = folders.open()) {
            if (System.getProperty("sun.jnu.encoding").equals("UTF-8")) {
                folder.write(path, CONTENT);

                assertThat(folder.files().resolve(path)).hasBinaryContent(CONTENT);
            } else {
                assertThatThrownBy(() -> folder.write(path, CONTENT))
                        .isInstanceOf(ManifestFailure.class)
                        .hasMessageContaining("locale");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "link, a",
        "link, a/b",
        "a/link, ../b",
        "a/b/link, ../../c/d",
        "link, .",
        "a/link, ..",
        "link, ./a",
        "link, missing"
    })
    void a_link_may_lead_anywhere_inside(String path, String target) throws IOException {
        try (var folder = folders.open()) {
            folder.link(path, target);

            assertThat(Files.readSymbolicLink(folder.files().resolve(path))).hasToString(target);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "link, /etc/passwd", "link, ..", "link, ../a", "a/link, ../../a", "link, a/../b",
        "link, a/../../b", "link, ./../b", "link, ''", "link, a//b", "a/link, ../b/../../c"
    })
    void a_link_that_may_lead_outside_is_refused(String path, String target) {
        try (var folder = folders.open()) {
            assertThatThrownBy(() -> folder.link(path, target))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessage(
                            "The symbolic link '%s' leads outside of the source, or may: '%s'"
                                    .formatted(path, target));
        }
    }

    @Test
    void links_that_lead_outside_together_are_refused() {
        try (var folder = folders.open()) {
            folder.link("a/b/top", "../..");

            // Inside as text, outside when followed.
            assertThatThrownBy(() -> folder.link("a/b/link", "top/../canary"))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("leads outside of the source, or may");
        }
    }

    @Test
    void nothing_is_written_through_a_link() {
        try (var folder = folders.open()) {
            folder.write("a/b", CONTENT);
            folder.link("link", "a");
            folder.link("dangling", "c");

            assertThatThrownBy(() -> folder.write("link/c", CONTENT))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessage("The path 'link/c' leads through something that is no folder");
            assertThatThrownBy(() -> folder.write("dangling", CONTENT))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessage("The path 'dangling' is there already");
            assertThatThrownBy(() -> folder.link("link/c", "b"))
                    .isInstanceOf(ManifestFailure.class);
            assertThat(folder.files().resolve("a/c")).doesNotExist();
            assertThat(folder.files().resolve("c")).doesNotExist();
        }
    }

    @Test
    void what_a_tool_linked_outside_is_neither_written_nor_found() throws IOException {
        var outside = Files.createDirectory(directory.resolve("outside"));
        Files.write(outside.resolve("canary"), CONTENT);
        try (var folder = folders.open()) {
            Files.createSymbolicLink(folder.files().resolve("link"), outside);

            assertThatThrownBy(() -> folder.write("link/a", CONTENT))
                    .isInstanceOf(ManifestFailure.class);
            assertThatThrownBy(() -> folder.file("link/canary"))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessage("The path 'link/canary' is no file of the source");
            assertThatThrownBy(() -> folder.directory("link")).isInstanceOf(ManifestFailure.class);
        }
    }

    @Test
    void a_source_of_too_many_files_is_refused() {
        try (var folder = folders("jail.input-files", "3").open()) {
            folder.write("a/b", CONTENT);
            folder.link("c", "a");

            assertThatThrownBy(() -> folder.write("d", CONTENT))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessage("The source has more than 3 files (tiphys.repo.jail.input-files)");
        }
    }

    @Test
    void a_source_of_too_many_bytes_is_refused() {
        try (var folder = folders("jail.input", "16").open()) {
            folder.write("a", CONTENT);

            assertThatThrownBy(() -> folder.write("b", CONTENT))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessage(
                            "The files of the source are larger than 16 bytes together"
                                    + " (tiphys.repo.jail.input)");
        }
    }

    @Test
    void a_name_too_long_for_the_file_system_is_told() {
        try (var folder = folders.open()) {
            assertThatThrownBy(() -> folder.write("a".repeat(300), CONTENT))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageEndingWith("cannot be written: File name too long");
        }
    }

    @Test
    void whatever_is_put_in_nothing_outside_changes_and_no_link_leads_there() throws IOException {
        var outside = Files.createDirectories(directory.resolve("outside/a"));
        Files.write(outside.resolve("canary"), CONTENT);
        Files.write(directory.resolve("canary"), CONTENT);
        int put = 0;
        for (int seed = 0; seed < 400; seed++) {
            var random = new Random(seed);
            try (var folder = folders.open()) {
                var before = around(folder);

                for (int i = 0; i < 60; i++) {
                    put += tried(folder, random);
                }

                assertThat(around(folder)).as("seed %d", seed).isEqualTo(before);
                assertNoLinkLeadsOutside(folder, seed);
            }
        }
        assertThat(put)
                .as("of what was tried, enough was let in to say something")
                .isGreaterThan(1000);
    }

    private static int tried(WorkingFolder folder, Random random) {
        try {
            switch (random.nextInt(3)) {
                case 0 -> folder.write(path(random), CONTENT);
                case 1 -> folder.link(path(random), path(random));
                default -> assertThat(folder.file(path(random))).startsWith(folder.files());
            }
            return 1;
        } catch (ManifestFailure refused) {
            return 0;
        }
    }

    /// Half of them harmless, so that there is something that the others can be led through.
    private static String path(Random random) {
        var bound = random.nextBoolean() ? 5 : 0;
        return IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(
                        _ ->
                                bound > 0
                                        ? PARTS.get(5 + random.nextInt(6))
                                        : PARTS.get(random.nextInt(PARTS.size())))
                .collect(Collectors.joining("/"));
    }

    /// All that is not in the folder of the files, with its content.
    private Map<String, String> around(WorkingFolder folder) throws IOException {
        var found = new TreeMap<String, String>();
        try (var all = Files.walk(directory)) {
            for (var path : all.filter(it -> !isBelow(it, folder.files())).toList()) {
                found.put(
                        path.toString(),
                        Files.isRegularFile(path, NOFOLLOW_LINKS) ? Files.readString(path) : "");
            }
        }
        return found;
    }

    private static boolean isBelow(Path path, Path folder) {
        return path.startsWith(folder) && !path.equals(folder);
    }

    private static void assertNoLinkLeadsOutside(WorkingFolder folder, int seed)
            throws IOException {
        try (var all = Files.walk(folder.files())) {
            for (var path : all.filter(Files::exists).toList()) {
                assertThat(path.toRealPath())
                        .as("seed %d: %s", seed, path)
                        .startsWith(folder.files());
            }
        }
    }

    private WorkingFolders folders(String... settings) {
        var all = new ArrayList<>(List.of("directory", directory.toString()));
        all.addAll(List.of(settings));
        return new WorkingFolders(Settings.of(all.toArray(String[]::new)));
    }
}
