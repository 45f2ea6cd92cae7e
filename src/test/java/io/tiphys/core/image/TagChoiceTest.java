package io.tiphys.core.image;

import static io.tiphys.core.image.ImageList.IMAGE_LIST;
import static io.tiphys.core.image.ImageList.PREFIX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.TagChoice.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagChoiceTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final TrackedImage IMAGE =
            image("nginx:1.x", "allow-tags", "regexp:^v?[0-9]", "ignore-tags", "*+*,1.9*");
    private static final List<String> STRATEGIES =
            List.of("semver", "newest-build", "alphabetical", "digest", "newest-push");

    @ParameterizedTest
    @CsvSource({
        "1.2.3, 1.2.4",
        "1.2.3, v1.3",
        "v1.2.3, 1.2.4",
        "1.2, 1.2.0",
        "0.9, 1.0",
        "1.2.3-rc.1, 1.2.3",
        "latest, 1.0",
        "main-0a1b2c, 1.0",
        ", 1.0"
    })
    void a_newer_version_is_taken(@Nullable String current, String pushed) {
        var choice = choose(IMAGE, current, pushed);

        assertThat(choice.chosen()).contains(Candidate.of(pushed));
        assertThat(choice.others()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3, 1.2.3, SAME_TAG",
        "latest, latest, TAG_NOT_ALLOWED",
        "1.2.3, 1.2.2, NOT_NEWER",
        "2.0.0, 1.9, TAG_IGNORED",
        "2.0.0, 1.8, NOT_NEWER",
        "1.2.0, 1.2, NOT_NEWER",
        "v1.2.0, 1.2.0, NOT_NEWER",
        "1.2.3, 2.0.0, OUTSIDE_CONSTRAINT",
        "latest, 2.0.0, OUTSIDE_CONSTRAINT",
        "1.2.3, 1.2.4-rc.1, OUTSIDE_CONSTRAINT",
        "1.2.3, 1.9.1, TAG_IGNORED",
        "1.2.3, latest, TAG_NOT_ALLOWED",
        "1.2.3, 1.2.x, NOT_A_VERSION",
        "1.2.3, 1.2.3.4, NOT_A_VERSION",
    })
    void another_tag_is_kept_out_for_a_reason(String current, String pushed, Reason reason) {
        var choice = choose(IMAGE, current, pushed);

        assertThat(choice.chosen()).isEmpty();
        assertThat(choice.others()).isEqualTo(Map.of(pushed, reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1.3", "1.3\n", "1.3+x", "1.3: # x", "1.3@sha256:0a", "v/1.3"})
    void what_cannot_be_a_tag_never_reaches_a_manifest(String pushed) {
        for (var strategy : STRATEGIES) {
            var image = image("nginx:1", "update-strategy", strategy);
            assertThat(TagChoice.obstacle(image, pushed)).contains(Reason.MALFORMED_TAG);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".sig", ".att", ".sbom"})
    void what_lies_beside_an_image_is_none(String suffix) {
        var tag = "sha256-" + "0a".repeat(32) + suffix;

        for (var strategy : STRATEGIES) {
            var image = image("nginx:1", "update-strategy", strategy);
            assertThat(TagChoice.obstacle(image, tag)).contains(Reason.NO_IMAGE);
        }
        assertThat(TagChoice.obstacle(image("nginx", "update-strategy", "name"), "sha256-0a"))
                .isEmpty();
    }

    @Test
    void two_spellings_of_one_version_do_not_take_turns() {
        assertThat(choose(IMAGE, "1.2", "1.2.0").chosen()).isPresent();
        assertThat(choose(IMAGE, "1.2.0", "1.2").chosen()).isEmpty();
    }

    @Test
    void of_several_tags_the_last_is_taken_and_each_other_has_its_reason() {
        var choice = choose(IMAGE, "1.0.0", "1.1.0", "1.3.0", "1.2.0", "2.0.0", "latest", "1.0.0");

        assertThat(choice.chosen()).contains(Candidate.of("1.3.0"));
        assertThat(choice.others())
                .isEqualTo(
                        Map.of(
                                "1.0.0", Reason.NOT_LAST,
                                "1.1.0", Reason.NOT_LAST,
                                "1.2.0", Reason.NOT_LAST,
                                "2.0.0", Reason.OUTSIDE_CONSTRAINT,
                                "latest", Reason.TAG_NOT_ALLOWED));
    }

    @Test
    void the_last_in_the_alphabet_is_taken_whatever_it_is_as_a_version() {
        var image = image("nginx:1.x", "update-strategy", "name", "allow-tags", "regexp:^main-");

        assertThat(choose(image, "latest", "main-1", "main-10", "main-2", "z").chosen())
                .contains(Candidate.of("main-2"));
        assertThat(choose(image, "main-3", "main-2").others())
                .containsEntry("main-2", Reason.NOT_NEWER);
    }

    @Test
    void the_last_build_is_taken_whatever_it_is_called() {
        var image = image("nginx", "update-strategy", "latest");
        var candidates = List.of(built("b", 3), built("a", 5), built("c", 5), Candidate.of("d"));

        var choice = TagChoice.of(image, Optional.of(built("z", 4)), candidates, NOW);

        assertThat(choice.chosen()).contains(built("c", 5));
        assertThat(choice.others())
                .isEqualTo(
                        Map.of(
                                "a", Reason.NOT_LAST,
                                "b", Reason.NOT_LAST,
                                "d", Reason.NO_BUILD_TIME));
        assertThat(TagChoice.of(image, Optional.of(built("z", 6)), candidates, NOW).others())
                .containsEntry("c", Reason.NOT_NEWER);
    }

    @Test
    void the_last_push_is_taken_even_if_it_is_an_older_build() {
        var image = image("nginx", "update-strategy", "newest-push");

        var choice =
                TagChoice.of(
                        image,
                        Optional.of(Candidate.of("new")),
                        List.of(pushed("old", 7), pushed("older", 6), Candidate.of("unknown")),
                        NOW);

        assertThat(choice.chosen()).contains(pushed("old", 7));
        assertThat(choice.others())
                .isEqualTo(Map.of("older", Reason.NOT_LAST, "unknown", Reason.NO_PUSH_TIME));
    }

    @Test
    void a_digest_is_followed_under_one_tag_whatever_the_filters_say() {
        var image = image("nginx:latest", "update-strategy", "digest", "allow-tags", "regexp:^x");
        var current = Optional.of(digest("latest", "a"));

        assertThat(
                        TagChoice.of(
                                        image,
                                        current,
                                        List.of(digest("latest", "b"), digest("edge", "c")),
                                        NOW)
                                .chosen())
                .contains(digest("latest", "b"));
        assertThat(TagChoice.of(image, current, List.of(digest("latest", "a")), NOW).others())
                .containsEntry("latest", Reason.SAME_TAG);
        assertThat(TagChoice.of(image, current, List.of(digest("edge", "c")), NOW).others())
                .containsEntry("edge", Reason.OTHER_TAG);
        assertThat(TagChoice.of(image, current, List.of(Candidate.of("latest")), NOW).others())
                .containsEntry("latest", Reason.NO_DIGEST);
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64, true",
        "linux/amd64, linux/arm64, false",
        "linux/arm64, linux/arm64/v8, true",
        "linux/arm64/v8, linux/arm64, true",
        "linux/arm/v7, linux/arm/v6, false",
        "linux/arm, linux/arm/v7, false",
        "'linux/s390x, linux/arm/v7', linux/arm/v7, true",
        "windows/amd64, linux/amd64, false",
    })
    void an_image_must_be_there_for_one_of_the_platforms(
            String wanted, String there, boolean taken) {
        var image = image("nginx", "platforms", wanted);
        var candidate =
                new Candidate(
                        "1.0",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(Platform.parse(there)));

        var choice = TagChoice.of(image, Optional.empty(), List.of(candidate), NOW);

        assertThat(choice.chosen().isPresent()).isEqualTo(taken);
        assertThat(choose(image, null, "1.0").others()).containsEntry("1.0", Reason.NO_PLATFORMS);
    }

    @Test
    void a_tag_must_have_been_there_for_as_long_as_its_minimum_age() {
        var image = image("nginx", "minimum-age", "1d12h", "update-strategy", "newest-push");
        var age = Duration.ofHours(36);
        assertThat(image.minimumAge()).isEqualTo(age);
        var old = Candidate.of("old").withPushed(Optional.of(NOW.minus(age)));
        var young = Candidate.of("young").withPushed(Optional.of(NOW.minus(age).plusMillis(1)));

        var choice = TagChoice.of(image, Optional.empty(), List.of(young, old), NOW);

        assertThat(choice.chosen()).contains(old);
        assertThat(choice.others()).isEqualTo(Map.of("young", Reason.TOO_YOUNG));
        assertThat(choose(image("nginx", "minimum-age", "1s"), null, "1.0").others())
                .containsEntry("1.0", Reason.NO_AGE);
    }

    @Test
    void order_never_matters_and_neither_do_tags_that_do_not_match() {
        for (int seed = 0; seed < 3_000; seed++) {
            // Given
            var random = new Random(seed);
            var image =
                    image(
                            "nginx:" + oneOf(random, "1.x", "1.2", "1"),
                            "update-strategy",
                            oneOf(random, STRATEGIES.toArray(String[]::new)),
                            "allow-tags",
                            oneOf(random, "any", "regexp:^[0-9]", "regexp:1$"),
                            "ignore-tags",
                            oneOf(random, "", "*-rc*", "1.?"));
            var candidates = new ArrayList<Candidate>();
            for (int i = 0; i < 12; i++) {
                var candidate = candidate(random);
                if (candidates.stream().noneMatch(it -> it.tag().equals(candidate.tag()))) {
                    candidates.add(candidate);
                }
            }
            var current =
                    random.nextBoolean()
                            ? Optional.of(candidate(random))
                            : Optional.<Candidate>empty();
            var all = TagChoice.of(image, current, candidates, NOW);

            // When
            var shuffled = new ArrayList<>(candidates);
            Collections.shuffle(shuffled, random);
            var matching =
                    candidates.stream()
                            .filter(it -> TagChoice.obstacle(image, it.tag()).isEmpty())
                            .toList();

            // Then
            assertThat(TagChoice.of(image, current, shuffled, NOW))
                    .as("seed %d", seed)
                    .isEqualTo(all);
            assertThat(TagChoice.of(image, current, matching, NOW).chosen())
                    .as("seed %d", seed)
                    .isEqualTo(all.chosen());
            assertThat(all.others().size() + (all.chosen().isPresent() ? 1 : 0))
                    .as("seed %d", seed)
                    .isEqualTo(candidates.size());
            // What was chosen stays when everything is asked again.
            assertThat(
                            all.chosen()
                                    .flatMap(
                                            it ->
                                                    TagChoice.of(
                                                                    image,
                                                                    Optional.of(it),
                                                                    candidates,
                                                                    NOW)
                                                            .chosen()))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @Test
    void each_reason_has_words() {
        assertThat(Reason.values())
                .extracting(Reason::text)
                .doesNotHaveDuplicates()
                .doesNotContain("");
    }

    private static Candidate candidate(Random random) {
        var tag =
                oneOf(random, "1", "1.1", "1.2", "1.2.0", "v1.2", "2.0", "latest", "main-1")
                        + oneOf(random, "", "", "-rc1", ".1", "1");
        return new Candidate(
                tag,
                random.nextBoolean()
                        ? digest(tag, "ab".charAt(random.nextInt(2)) + "").digest()
                        : Optional.empty(),
                random.nextBoolean() ? built(tag, random.nextInt(3)).built() : Optional.empty(),
                random.nextBoolean() ? pushed(tag, random.nextInt(3)).pushed() : Optional.empty(),
                List.of());
    }

    private static String oneOf(Random random, String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    private static Candidate built(String tag, int hour) {
        return new Candidate(
                tag,
                Optional.empty(),
                Optional.of(NOW.plus(Duration.ofHours(hour - 24))),
                Optional.empty(),
                List.of());
    }

    private static Candidate pushed(String tag, int hour) {
        return Candidate.of(tag).withPushed(Optional.of(NOW.plus(Duration.ofHours(hour - 24))));
    }

    private static Candidate digest(String tag, String digit) {
        return Candidate.of(tag).withDigest(Optional.of("sha256:" + digit.repeat(64)));
    }

    private static TagChoice choose(
            TrackedImage image, @Nullable String current, String... candidates) {
        return TagChoice.of(
                image,
                Optional.ofNullable(current).map(Candidate::of),
                Arrays.stream(candidates).map(Candidate::of).toList(),
                NOW);
    }

    /// @param options names and values of annotations in turns
    private static TrackedImage image(String name, String... options) {
        var annotations = new HashMap<>(Map.of(IMAGE_LIST, "app=" + name));
        for (int i = 0; i < options.length; i += 2) {
            annotations.put(PREFIX + "app." + options[i], options[i + 1]);
        }
        return ImageList.parse(annotations).images().getFirst();
    }
}
