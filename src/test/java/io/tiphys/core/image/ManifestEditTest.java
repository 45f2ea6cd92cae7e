package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tiphys.core.image.ManifestEdit.Change;
import io.tiphys.core.image.ManifestEdit.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestEditTest {

    private static final Path CASES = Path.of("src/test/resources/golden/image/manifests");
    private static final String REPOSITORY = "registry.example.com/team/app";
    private static final String POD =
            """
            kind: Pod
            spec:
              containers:
              - image: %s
            """;

    static Stream<Path> cases() throws IOException {
        try (var directories = Files.list(CASES)) {
            return directories.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_file_changes_in_its_image_values_alone(Path directory) throws IOException {
        // Given
        var settings = settings(directory);
        var before = Files.readString(directory.resolve("before.yaml"));
        var retag =
                new Retag(
                        settings.getProperty("tag", "2.0.0"),
                        Optional.ofNullable(settings.getProperty("digest")));
        var repository = settings.getProperty("repository", REPOSITORY);

        // When
        var edit = ManifestEdit.of(new FileText(before), repository, _ -> Optional.of(retag));

        // Then
        var after = Files.readString(directory.resolve("after.yaml"));
        assertThat(edit.text()).isEqualTo(after);
        edit.check();
        assertThat(edit.isEmpty()).isEqualTo(before.equals(after));
        assertThat(edit.refusals()).isEmpty();
        assertThat(
                        ManifestEdit.of(new FileText(after), repository, _ -> Optional.of(retag))
                                .isEmpty())
                .isTrue();
    }

    private static Properties settings(Path directory) throws IOException {
        var settings = new Properties();
        var file = directory.resolve("edit.properties");
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                settings.load(reader);
            }
        }
        return settings;
    }

    @Test
    void occurrences_tell_where_they_are_and_what_they_name() {
        var text =
                """
                # 🚀
                kind: Pod
                spec:
                  containers:
                  - image: registry.example.com/team/app
                  initContainers:
                  - name: a
                    image: registry.example.com/team/app:1.0.0
                """;

        assertThat(ManifestEdit.find(text, REPOSITORY))
                .containsExactly(
                        new ImageOccurrence(
                                "spec.containers[0].image",
                                5,
                                ImageName.parse(REPOSITORY),
                                Optional.empty()),
                        new ImageOccurrence(
                                "spec.initContainers[0].image",
                                8,
                                ImageName.parse(REPOSITORY + ":1.0.0"),
                                Optional.empty()));
    }

    @Test
    void all_that_containers_name_is_told_each_as_often_as_they_do() {
        var text =
                """
                \uFEFFspec:
                  containers:
                  - image: registry.example.com/team/app:1.0.0
                  - image: &base nginx@sha256:%1$s
                  - image: "{{ .Values.image }}"
                  initContainers:
                  - image: *base
                  - image: docker.io/library/nginx:2
                  - image: registry.example.com/team/app:1.0.0
                  volumes:
                  - image: {reference: other:1}
                """
                        .formatted("a".repeat(64));

        assertThat(ManifestEdit.images(new FileText(text)))
                .extracting(ImageName::canonicalRepository, it -> NamedTag.of(it).toString())
                .containsExactly(
                        tuple(REPOSITORY, "1.0.0"),
                        tuple("docker.io/library/nginx", "@sha256:" + "a".repeat(64)),
                        tuple("docker.io/library/nginx", "2"),
                        tuple(REPOSITORY, "1.0.0"));
        assertThatThrownBy(() -> ManifestEdit.images(new FileText("a: [b")))
                .isInstanceOf(UnreadableManifestException.class);
    }

    @Test
    void the_caller_chooses_for_each_occurrence() {
        // Given
        var text =
                """
                spec:
                  containers:
                  - image: registry.example.com/team/app:1.9.0
                  - image: registry.example.com/team/app:2.1.0
                """;
        var seen = new ArrayList<String>();

        // When
        var edit =
                ManifestEdit.of(
                        new FileText(text),
                        REPOSITORY,
                        occurrence -> {
                            seen.add(occurrence.image().tag().orElseThrow());
                            return Optional.of(new Retag("2.0.0", Optional.empty()))
                                    .filter(_ -> occurrence.line() == 3);
                        });

        // Then
        assertThat(seen).containsExactly("1.9.0", "2.1.0");
        assertThat(edit.text()).isEqualTo(text.replace("1.9.0", "2.0.0"));
        assertThat(edit.changes())
                .containsExactly(
                        new Change(
                                "spec.containers[0].image",
                                3,
                                REPOSITORY + ":1.9.0",
                                REPOSITORY + ":2.0.0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|-\n      registry.example.com/team/app:1.0.0",
                "|\n      registry.example.com/team/app:1.0.0",
                ">-\n      registry.example.com/team/app:1.0.0",
            })
    void an_image_in_a_block_of_text_is_refused(String value) {
        assertRefused(POD.formatted(value), "the image is written as a block of text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"registry.example.com/team/app:1\\x2e0.0\"",
                "\"registry.example.com\\/team/app:1.0.0\"",
                "\"registry.example.com/team/app:\\\n      1.0.0\"",
            })
    void an_image_with_escapes_is_refused(String value) {
        assertRefused(POD.formatted(value), "the image is written with escapes or line breaks");
    }

    @Test
    void a_container_with_two_images_is_refused() {
        var text = POD.formatted("busybox\n    image: registry.example.com/team/app:1.0.0");

        assertRefused(text, "the container names its image more than once");
    }

    @Test
    void a_refusal_does_not_stop_its_neighbours() {
        // Given
        var text =
                """
                spec:
                  containers:
                  - image: registry.example.com/team/app:1.0.0
                  - image: |-
                      registry.example.com/team/app:1.0.0
                  - image: registry.example.com/team/app:1.0.1
                """;

        // When
        var edit = ManifestEdit.of(new FileText(text), REPOSITORY, _ -> newTag());

        // Then
        assertThat(edit.text())
                .isEqualTo(text.replaceFirst("1\\.0\\.0", "2.0.0").replace("1.0.1", "2.0.0"));
        assertThat(edit.changes()).extracting(Change::line).containsExactly(3, 6);
        assertThat(edit.refusals()).extracting(Refusal::line).containsExactly(4);
    }

    @Test
    void a_value_that_stays_is_not_refused() {
        var text = POD.formatted("|-\n      registry.example.com/team/app:2.0.0");

        assertThat(ManifestEdit.of(new FileText(text), REPOSITORY, _ -> newTag()).refusals())
                .isEmpty();
        assertThat(
                        ManifestEdit.of(new FileText(text), REPOSITORY, _ -> Optional.empty())
                                .refusals())
                .isEmpty();
    }

    @Test
    void a_template_is_unreadable_at_its_line() {
        var text =
                POD.formatted(
                        "registry.example.com/team/app\n{{- if .Values.debug }}\nx: {{ .y }}");

        assertThatThrownBy(() -> ManifestEdit.find(text, REPOSITORY))
                .isInstanceOf(UnreadableManifestException.class)
                .hasMessage(
                        "The file is not readable as YAML, line 6: could not find expected ':'"
                                + " (while scanning a simple key from line 5)");
    }

    @Test
    void a_forbidden_character_is_unreadable_at_its_line() {
        assertThatThrownBy(() -> ManifestEdit.find("a: 🚀\nb: app\u0000\n", REPOSITORY))
                .isInstanceOf(UnreadableManifestException.class)
                .hasMessage(
                        "The file is not readable as YAML, line 2: character U+0000 is not"
                                + " allowed");
        assertThatThrownBy(() -> ManifestEdit.find("b: app\ud83d\n", REPOSITORY))
                .isInstanceOf(UnreadableManifestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void bottomless_nesting_is_unreadable(String level) {
        assertThatThrownBy(() -> ManifestEdit.find("# app\n" + level.repeat(100_000), REPOSITORY))
                .isInstanceOf(UnreadableManifestException.class)
                .hasMessage(
                        "The file is not readable as YAML, line 2: more than 200 levels of"
                                + " nesting");
    }

    @Test
    void aliases_that_multiply_or_go_in_circles_end() {
        // Given
        var text =
                new StringBuilder(
                        "a0: &a0 [{containers: &c [{image: &i " + REPOSITORY + ":1}]}]\n");
        for (var i = 1; i < 60; i++) {
            text.append("a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(9)));
        }
        text.append("loop: &loop {containers: [*loop], <<: *loop, more: *loop}\n");

        // When
        var edit = ManifestEdit.of(new FileText(text.toString()), REPOSITORY, _ -> newTag());

        // Then
        assertThat(edit.text())
                .isEqualTo(text.toString().replace(REPOSITORY + ":1", REPOSITORY + ":2.0.0"));
    }

    @Test
    void a_file_that_never_names_the_repository_is_not_parsed() {
        var template = new FileText("{{- if .Values.debug }}");

        assertThat(ManifestEdit.find(template.text(), REPOSITORY)).isEmpty();
        assertThat(ManifestEdit.of(template, REPOSITORY, _ -> newTag()))
                .isEqualTo(new ManifestEdit(template, template, List.of(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "containers: [{image: registry.example.com/team/app:1}, {image: web:1}]",
                "containers: [{image: registry.example.com/team/app:3}, {image: web:1}]",
                "containers: [{image: registry.example.com/team/app:2}, {image: web:2}]",
                "containers: [{image: registry.example.com/team/app:2}]",
                "containers: [{image: registry.example.com/team/app:2}, {image: 1}]",
                "containers: [{image: registry.example.com/team/app:2}, {image: 'web:1'}]",
                "containers: [{image: registry.example.com/team/app:2}, {image: web:1}]\na: 1",
                "containers: [{image: registry.example.com/team/app:2}, {image: web:1}",
            })
    void more_or_less_than_what_was_meant_is_noticed(String text) {
        var before = "containers: [{image: registry.example.com/team/app:1}, {image: web:1}]";
        var edit =
                ManifestEdit.of(
                        new FileText(before),
                        REPOSITORY,
                        _ -> Optional.of(new Retag("2", Optional.empty())));
        edit.check();

        var other = new ManifestEdit(edit.before(), new FileText(text), edit.changes(), List.of());

        assertThatThrownBy(other::check).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tags_that_are_short_in_the_text_and_long_together_are_refused() {
        var text = "%TAG !e! tag:" + "x".repeat(100_000) + "\n---\n- app\n";
        var few = text + "- !e!a 1\n".repeat(100);

        assertThat(ManifestEdit.find(few, REPOSITORY)).isEmpty();
        assertThatThrownBy(() -> ManifestEdit.find(few + "- !e!a {}\n".repeat(100), REPOSITORY))
                .isInstanceOf(UnreadableManifestException.class)
                .hasMessageContaining("its tags are too long together");
    }

    private static void assertRefused(String text, String reason) {
        var edit = ManifestEdit.of(new FileText(text), REPOSITORY, _ -> newTag());

        assertThat(edit.text()).isEqualTo(text);
        assertThat(edit.isEmpty()).isTrue();
        assertThat(edit.refusals()).extracting(Refusal::reason).containsExactly(reason);
    }

    private static Optional<Retag> newTag() {
        return Optional.of(new Retag("2.0.0", Optional.empty()));
    }
}
