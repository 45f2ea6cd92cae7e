package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.support.PluginImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each kind of file that tags are written to, before and after, to the byte. The file
/// `case.properties` has the image's annotations, and the tag where it is not 2.0.0.
class WriteBackFilesTest {

    private static final Path CASES = Path.of("src/test/resources/golden/writeback");
    private static final String IMAGE = "registry.example.com/team/app";

    static Stream<Path> cases() throws IOException {
        try (var files = Files.walk(CASES, 2)) {
            return files
                    .filter(it -> Files.exists(it.resolve("before.yaml")))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nothing_but_the_tag_changes(Path directory) throws IOException {
        // Given
        var settings = settings(directory);
        var before = Files.readString(directory.resolve("before.yaml"));
        var kind = directory.getParent().getFileName().toString();

        // When
        var edit = edit(kind, before, settings);

        // Then
        var after = Files.readString(directory.resolve("after.yaml"));
        assertThat(edit.text()).isEqualTo(after);
        assertThat(edit.changes()).hasSize(before.equals(after) ? 0 : 1);
        var again = edit(kind, after, settings);
        assertThat(again.text()).isEqualTo(after);
        assertThat(again.changes()).isEmpty();
    }

    @Test
    void there_are_cases_enough() throws IOException {
        assertThat(cases()).hasSizeGreaterThan(250);
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "helmvalues § image: {tag: [1]} § 'image.tag' is not a single value",
                "helmvalues § image: x § 'image.tag' leads into something that has no keys",
                "helmvalues § [1] § the file is not a mapping of keys to values",
                "helmvalues § {a: 1}\\n---\\n{b: 2} § the file holds several documents",
                "helmvalues § image:\\n"
                        + "  tag: |\\n"
                        + "    1.0.0 § line 2: the value is written as a block of text",
                "helmvalues § image: {tag: \"1\\x2e0\"} § line 1: the value is written with escapes"
                        + " or line breaks",
                "helmvalues § image: ~ § line 1: the value is written out as nothing",
                "helmvalues § image:\\n"
                        + "  tag: !x 1.0.0 § the file is written in a way in which the edit would"
                        + " change more than was meant",
                "kustomization § images: x § images holds no list",
                "kustomization § images: {} § images is not a list",
                "source-file-helm § helm: {parameters: 1} § parameters holds no list",
                "source-file-plugin § plugin: {env: {A: b}} § env is not a list",
            })
    void what_cannot_be_edited_is_refused_with_the_reason(
            String kind, String text, String message) {
        assertThatThrownBy(() -> edit(kind, text.replace("\\n", "\n"), new Properties()))
                .isInstanceOf(RefusedEditException.class)
                .hasMessage(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a..b",
        "'.a'",
        "a.",
        "a[x]",
        "a[",
        "a[-1]",
        "a[1",
        "a[0]b",
        "''",
        "a[99999999999]"
    })
    void what_is_no_path_of_a_value_is_refused(String path) {
        assertThatThrownBy(() -> ValuePath.parse(path))
                .isInstanceOf(RefusedEditException.class)
                .hasMessage("'%s' is not the path of a value".formatted(path));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"images[2].tag", "x[0].tag"})
    void an_item_that_is_not_there_is_not_made(String path) {
        var settings = new Properties();
        settings.setProperty("helm.image-tag", path);

        assertThatThrownBy(() -> edit("helmvalues", "images: [{}, {}]\n", settings))
                .isInstanceOf(RefusedEditException.class)
                .hasMessage("'%s' names an item of a list that is not there".formatted(path));
    }

    @Test
    void a_pinned_digest_is_not_left_behind_a_new_tag() {
        var pinned =
                "images: [{name: %s, newTag: 1.0.0, digest: sha256:%s}]"
                        .formatted(IMAGE, "a".repeat(64));

        assertThatThrownBy(() -> edit("kustomization", pinned, new Properties()))
                .isInstanceOf(RefusedEditException.class)
                .hasMessageContaining("pinned");
    }

    static FileEdit edit(String kind, String text, Properties settings) {
        var retag =
                new Retag(
                        settings.getProperty("tag", "2.0.0"),
                        Optional.ofNullable(settings.getProperty("digest")),
                        Boolean.parseBoolean(settings.getProperty("pins")));
        FileEdit.Choice choice = _ -> Optional.of(retag);
        var image = kind.equals("source-file-plugin") ? told(settings) : image(settings);
        return switch (kind) {
            case "helmvalues" -> HelmValues.of(text, image, choice);
            case "kustomization" -> KustomizationImages.of(text, image, choice);
            case "source-file-helm" -> SourceFile.ofHelm(text, image, NamedTag.NONE, choice);
            case "source-file-kustomize" ->
                    SourceFile.ofKustomize(text, image, NamedTag.NONE, choice);
            case "source-file-plugin" -> SourceFile.ofPlugin(text, image, own(settings), choice);
            case "setters" -> SetterComments.of(text, "app", image, choice);
            default -> throw new IllegalArgumentException("No kind of file: " + kind);
        };
    }

    /// What the source itself tells its plugin, as `own.<name>`.
    private static Map<String, String> own(Properties settings) {
        var own = new TreeMap<String, String>();
        settings.stringPropertyNames().stream()
                .filter(it -> it.startsWith("own."))
                .forEach(it -> own.put(it.substring("own.".length()), settings.getProperty(it)));
        return own;
    }

    private static TrackedImage image(Properties settings) {
        var annotations = new HashMap<>(Map.of(ImageList.IMAGE_LIST, "app=" + IMAGE));
        settings.forEach(
                (key, value) -> annotations.put(ImageList.PREFIX + "app." + key, "" + value));
        return ImageList.parse(annotations).images().getFirst();
    }

    /// Only a resource names variables.
    private static TrackedImage told(Properties settings) {
        var spec = settings.getProperty("plugin.spec");
        var plugin =
                spec == null ? Map.of("name", "APP_IMAGE", "tag", "APP_TAG") : Map.of("spec", spec);
        return PluginImages.image(IMAGE, plugin);
    }

    private static Properties settings(Path directory) throws IOException {
        var settings = new Properties();
        var file = directory.resolve("case.properties");
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                settings.load(reader);
            }
        }
        return settings;
    }
}
