package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.HostileText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Files nobody would write, from seeds: a value somewhere in them is set, or added, and every byte
/// elsewhere must stay; damaged files must be edited as meant or refused, and nothing else.
class WriteBackPropertyTest {

    @Test
    void every_byte_outside_the_value_is_kept() {
        for (int seed = 0; seed < 5_000; seed++) {
            // Given
            var values = new RandomValues(seed);
            var settings = new Properties();
            settings.setProperty("helm.image-tag", values.path);

            // When
            var edit = WriteBackFilesTest.edit("helmvalues", values.text("1.0.0"), settings);

            // Then
            assertThat(edit.text()).as("seed %d", seed).isEqualTo(values.text("2.0.0"));
        }
    }

    @Test
    void what_is_added_takes_no_byte_away() {
        int added = 0;
        for (int seed = 0; seed < 5_000; seed++) {
            // Given
            var values = new RandomValues(seed);
            var before = values.text("1.0.0");
            var settings = new Properties();
            settings.setProperty("helm.image-tag", values.parent + "added.tag");

            // When
            String after;
            try {
                after = WriteBackFilesTest.edit("helmvalues", before, settings).text();
            } catch (RefusedEditException refused) {
                continue;
            }

            // Then
            added++;
            int start = 0;
            while (start < before.length() && before.charAt(start) == after.charAt(start)) {
                start++;
            }
            var rest = before.substring(start);
            assertThat(after).as("seed %d", seed).endsWith(rest).contains("2.0.0");
            assertThat(ValuePath.parse(values.path).read(YamlFile.parse(after))).isPresent();
        }
        assertThat(added).isGreaterThan(4_500);
    }

    @Test
    void damaged_files_are_edited_or_refused_and_nothing_else() throws IOException {
        var random = new Random(42);
        int edited = 0;
        for (var directory : WriteBackFilesTest.cases().toList()) {
            var kind = directory.getParent().getFileName().toString();
            var original = Files.readString(directory.resolve("before.yaml"));
            for (int i = 0; i < 40 && !original.isEmpty(); i++) {
                var damaged = new StringBuilder(original);
                int start = random.nextInt(damaged.length());
                damaged.replace(
                        start,
                        Math.min(damaged.length(), start + random.nextInt(4)),
                        HostileText.from(" \n\t:-&*!|>'\"{}[],#%@?<a", 4, random));
                try {
                    WriteBackFilesTest.edit(kind, damaged.toString(), new Properties());
                    edited++;
                } catch (UnreadableManifestException | RefusedEditException refused) {
                    assertThat(refused.getMessage()).isNotBlank();
                }
            }
        }
        assertThat(edited).isPositive();
    }

    /// A tag goes where the text has a `%`; all else comes from the seed.
    private static final class RandomValues {

        private static final List<String> COMMENTS =
                List.of("", "", "  # why", " # 🚀 é", " # tag: 1.0.0", "   ");
        private static final List<String> OTHERS =
                List.of(
                        "1",
                        "'🚀 it''s'",
                        "{tag: 1.0.0, x: [1, {y: z}]}",
                        "[\"\\u0041\", 'tag: 1.0.0']",
                        "&a%d x",
                        "\"tag: 1.0.0\"",
                        "!!str 1",
                        "");
        private static final List<String> TAGS =
                List.of("%s", "  %s", "\"%s\"", "'%s'", "!!str %s", "&tag %s", "&t !!str \"%s\"");

        private final Random random;
        private final String lineEnd;
        private final StringBuilder text = new StringBuilder();
        private final String path;
        private final String parent;
        private int anchors;

        RandomValues(int seed) {
            random = new Random(seed);
            lineEnd = random.nextBoolean() ? "\n" : "\r\n";
            if (random.nextInt(4) == 0) {
                text.append('\uFEFF');
            }
            if (random.nextInt(4) == 0) {
                line(0, "---");
            }
            var keys = new ArrayList<String>();
            int indent = 0;
            others(indent);
            for (int depth = random.nextInt(4); depth > 0; depth--) {
                var key = oneOf(List.of("app", "web.example.com", "a-b", "image"));
                keys.add(key.replace(".", "\\."));
                line(indent, key + ":" + oneOf(COMMENTS));
                indent += 1 + random.nextInt(4);
                others(indent);
            }
            parent = keys.isEmpty() ? "" : String.join(".", keys) + ".";
            keys.add("tag");
            path = String.join(".", keys);
            line(
                    indent,
                    oneOf(List.of("tag: ", "'tag': ", "\"tag\" : "))
                            + oneOf(TAGS).formatted("%")
                            + oneOf(COMMENTS));
            others(indent);
            if (random.nextInt(3) == 0 && indent > 0) {
                others(0);
            }
            if (random.nextInt(3) == 0) {
                text.setLength(text.length() - lineEnd.length());
            }
        }

        String text(String tag) {
            return text.toString().replace("%", tag);
        }

        private void others(int indent) {
            for (int i = random.nextInt(3); i > 0; i--) {
                var key = "k" + anchors++;
                switch (random.nextInt(5)) {
                    case 0 -> {
                        line(indent, key + ": |");
                        line(indent + 3, "tag: 1.0.0");
                        if (random.nextBoolean()) {
                            line(0, "");
                        }
                    }
                    case 1 -> {
                        line(indent, key + ":");
                        line(indent + random.nextInt(3), "- tag: 1.0.0");
                    }
                    case 2 -> line(0, "# a comment with tag: 1.0.0");
                    default ->
                            line(
                                    indent,
                                    key
                                            + ": "
                                            + oneOf(OTHERS).replace("%d", "" + anchors)
                                            + oneOf(COMMENTS));
                }
            }
        }

        private void line(int indent, String line) {
            text.append(" ".repeat(indent)).append(line).append(lineEnd);
        }

        private <T> T oneOf(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }
    }
}
