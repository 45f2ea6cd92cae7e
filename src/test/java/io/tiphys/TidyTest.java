package io.tiphys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Keeps the house tidy: no leftovers, every package with its door plate, nothing unused among the
/// fixtures, no file that grew without anybody saying why.
class TidyTest {

    private static final Path SOURCES = Path.of("src");
    private static final Path MAIN = SOURCES.resolve("main/java");
    private static final Path BENCH = SOURCES.resolve("bench");
    private static final Path TESTS = SOURCES.resolve("test");
    private static final Path GOLDEN = TESTS.resolve("resources/golden");
    private static final Path THIS = TESTS.resolve("java/io/tiphys/TidyTest.java");

    private static final int LONG_FILE_LINES = 400;

    private static final Set<String> WRITTEN_BY_US =
            Set.of("java", "js", "ts", "css", "html", "properties", "yaml", "yml", "sh");

    private static final Pattern LEFTOVER =
            Pattern.compile(
                    "\\b(FIXME|TODO|XXX|printStackTrace|Thread\\.sleep|System\\.(out|err))\\b"
                            + "|@Disabled\\b|console\\.log\\(");

    /// A benchmark prints a table: that is what it is for.
    private static final Pattern PRINTING = Pattern.compile("System\\.(out|err)");

    private static final Pattern EMPTY_NAME =
            Pattern.compile(".*(Util|Utils|Helper|Manager|Impl|Dto|DTO)\\.java");

    @Test
    void nothing_is_left_over() throws IOException {
        var leftovers = new ArrayList<String>();
        for (var file : ours()) {
            var lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                var line =
                        file.startsWith(BENCH)
                                ? PRINTING.matcher(lines.get(i)).replaceAll("")
                                : lines.get(i);
                if (LEFTOVER.matcher(line).find()) {
                    leftovers.add(file + ":" + (i + 1) + ": " + line.strip());
                }
            }
        }

        assertThat(leftovers).isEmpty();
    }

    @Test
    void every_package_says_what_it_is_for() throws IOException {
        var bare = new TreeSet<Path>();
        for (var file : files(MAIN)) {
            if (file.toString().endsWith(".java")) {
                var plate = file.resolveSibling("package-info.java");
                var text = Files.exists(plate) ? Files.readString(plate) : "";
                if (!text.startsWith("///") || !text.contains("@NullMarked")) {
                    bare.add(file.resolveSibling(""));
                }
            }
        }

        assertThat(bare).isEmpty();
    }

    @Test
    void a_long_file_gives_its_reason() throws IOException {
        var unexplained = new ArrayList<String>();
        for (var file : ours()) {
            var text = Files.readString(file);
            long lines = text.lines().count();
            if (file.toString().endsWith(".java")
                    && lines > LONG_FILE_LINES
                    && !text.contains("/// Long because")) {
                unexplained.add(file + " has " + lines + " lines");
            }
        }

        assertThat(unexplained)
                .as("cut it, or say why in its class comment: 'Long because …'")
                .isEmpty();
    }

    @Test
    void names_say_something() throws IOException {
        assertThat(files(SOURCES)).noneMatch(it -> EMPTY_NAME.matcher(it.toString()).matches());
    }

    @Test
    void every_folder_of_fixtures_is_used_by_a_test() throws IOException {
        if (!Files.exists(GOLDEN)) {
            return;
        }
        var tests = new StringBuilder();
        for (var file : files(TESTS.resolve("java"))) {
            tests.append(Files.readString(file));
        }

        try (var folders = Files.list(GOLDEN)) {
            assertThat(folders.map(it -> "golden/" + it.getFileName()))
                    .allSatisfy(it -> assertThat(tests.toString()).contains(it));
        }
    }

    /// What we wrote, fixtures excepted: these may hold anything.
    private static List<Path> ours() throws IOException {
        return files(SOURCES).stream()
                .filter(it -> !it.startsWith(GOLDEN) && !it.equals(THIS))
                .filter(it -> WRITTEN_BY_US.contains(ending(it)))
                .toList();
    }

    private static String ending(Path file) {
        var name = file.toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
