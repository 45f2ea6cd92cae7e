package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.HostileText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Manifests nobody would write, from seeds: the edit must be the expected one to the byte, and
/// damaged files must be refused and nothing else.
class ManifestEditPropertyTest {

    private static final String REPOSITORY = "registry.example.com/team/app";
    private static final Retag RETAG = new Retag("2.0.0", Optional.empty());

    @Test
    void every_byte_outside_the_tags_is_kept() {
        for (var seed = 0; seed < 2_000; seed++) {
            // Given
            var manifest = new RandomManifest(seed);
            var before = manifest.text("1.0.0");

            // When
            var edit = ManifestEdit.of(new FileText(before), REPOSITORY, _ -> Optional.of(RETAG));

            // Then
            assertThat(edit.text()).as("seed %d", seed).isEqualTo(manifest.text("2.0.0"));
            assertThat(edit.changes()).as("seed %d", seed).hasSize(manifest.images);
            edit.check();
        }
    }

    @Test
    void damaged_files_are_edited_or_unreadable_and_nothing_else() throws IOException {
        var random = new Random(42);
        var readable = 0;
        for (var directory : ManifestEditTest.cases().toList()) {
            var original = Files.readString(directory.resolve("before.yaml"));
            for (var i = 0; i < 150; i++) {
                var damaged = damage(original, random);
                try {
                    ManifestEdit.of(new FileText(damaged), REPOSITORY, _ -> Optional.of(RETAG))
                            .check();
                    readable++;
                } catch (UnreadableManifestException refused) {
                    assertThat(refused).hasMessageContaining("not readable as YAML");
                }
            }
        }
        assertThat(readable).isPositive();
    }

    private static String damage(String text, Random random) {
        var damaged = new StringBuilder(text);
        for (var i = 0; i <= random.nextInt(3); i++) {
            var start = random.nextInt(damaged.length());
            var end = Math.min(damaged.length(), start + random.nextInt(4));
            damaged.replace(start, end, HostileText.from(" \n\t:-&*!|>'\"{}[],#%@?<a", 4, random));
        }
        return damaged.toString();
    }

    /// A tag goes where the text has a `%`; all else comes from the seed.
    private static final class RandomManifest {

        private static final List<String> COMMENTS =
                List.of("", "", "  # why", "\t# tab", " # 🚀 é", " # image: " + REPOSITORY + ":0");
        private static final List<String> OTHERS =
                List.of(
                        "name: a",
                        "name: '🚀 it''s'",
                        "env: [{name: IMAGE, value: " + REPOSITORY + ":1.0.0}]",
                        "args: [\"\\u0041\", '" + REPOSITORY + "', &x y, *x]",
                        "note: \"" + REPOSITORY + ":1.0.0\"");
        private static final List<String> IMAGES =
                List.of(
                        "image: %s",
                        "image:   \"%s\"",
                        "'image': '%s'",
                        "image: !!str %s",
                        "image: &anchor %s",
                        "\"image\" : !!str &quoted \"%s\"");

        private final Random random;
        private final String lineEnd;
        private final StringBuilder text = new StringBuilder();
        private int images;

        RandomManifest(int seed) {
            random = new Random(seed);
            lineEnd = random.nextBoolean() ? "\n" : "\r\n";
            if (random.nextInt(4) == 0) {
                text.append('\uFEFF');
            }
            var documents = 1 + random.nextInt(3);
            for (var i = 0; i < documents; i++) {
                line(0, "---");
                document();
            }
            if (random.nextBoolean()) {
                text.setLength(text.length() - lineEnd.length());
            }
        }

        String text(String tag) {
            return text.toString().replace("%", tag);
        }

        private void document() {
            var indent = 0;
            line(indent, "kind: Any");
            for (var depth = random.nextInt(4); depth > 0; depth--) {
                line(indent, "level%d:".formatted(depth));
                indent += 1 + random.nextInt(4);
            }
            line(indent, oneOf(List.of("containers:", "initContainers:", "'containers' :")));
            indent += random.nextInt(4);
            var containers = 1 + random.nextInt(4);
            for (var i = 0; i < containers; i++) {
                container(indent);
            }
        }

        private void container(int indent) {
            if (random.nextInt(4) == 0) {
                images++;
                line(indent, "- {a: [1], image: '%s', \"b\": c}".formatted(image()));
                return;
            }
            line(indent, "- first: 1");
            for (var i = random.nextInt(3); i > 0; i--) {
                line(indent + 2, "k%d: {%s}".formatted(i, oneOf(OTHERS)));
            }
            images++;
            line(indent + 2, oneOf(IMAGES).formatted(image()));
            if (random.nextInt(3) == 0) {
                text.append(" ".repeat(indent + 2)).append("block: |").append(lineEnd);
                text.append(" ".repeat(indent + 5)).append("image: ").append(REPOSITORY);
                text.append(":1.0.0").append(lineEnd);
            }
        }

        private String image() {
            return REPOSITORY + ":%";
        }

        private void line(int indent, String content) {
            if (random.nextInt(4) == 0) {
                text.append(oneOf(List.of("", "   ", " # 🚀 between"))).append(lineEnd);
            }
            text.append(" ".repeat(indent)).append(content).append(oneOf(COMMENTS)).append(lineEnd);
        }

        private String oneOf(List<String> choices) {
            return choices.get(random.nextInt(choices.size()));
        }
    }
}
