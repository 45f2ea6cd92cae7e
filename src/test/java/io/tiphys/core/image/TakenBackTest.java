package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.TakenBack.By;
import io.tiphys.core.image.TakenBack.Naming;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TakenBackTest {

    private static final String SERVICE = "argocd-image-updater <noreply@argoproj.io>";

    /// Newest first: `s` is by the service, `p` by a person, `u` by who knows. Behind the colon is
    /// what the file names then, with `+` between several.
    @ParameterizedTest
    @CsvSource({
        // Nothing was
        "semver, p:1.4, ",
        "semver, s:1.5 p:1.4, ",
        "semver, p:1.6 s:1.5 p:1.4, ",
        // A revert, a downgrade, and one by who looks like the service
        "semver, p:1.4 s:1.5 p:1.4, 1.5",
        "semver, p:1.4 p:1.5, 1.5",
        "semver, s:1.4 s:1.5, 1.5",
        "semver, u:1.4 u:1.5, 1.5",
        // It goes on being so, whatever else comes below it
        "semver, p:1.4 p:1.3 s:1.5, 1.5",
        "semver, p:1.3 p:1.4 s:1.5, 1.4 1.5",
        "semver, p:1.4 p:1.4 s:1.5 p:1.4, 1.5",
        // Somebody put it there again, or a newer one
        "semver, p:1.5 p:1.4 s:1.5, ",
        "semver, s:1.6 p:1.4 s:1.5, ",
        "semver, p:1.4 s:1.6 p:1.4 s:1.5, 1.6",
        // What is no version says nothing of the order
        "semver, p:debug s:1.5, 1.5",
        "semver, s:1.5 p:debug, ",
        "semver, u:debug u:1.5, ",
        "semver, p: s:1.5, 1.5",
        // What could not be chosen anyway
        "semver, p:1.4 p:2.0, ",
        "semver, p:1.4 p:1.5-ignored, ",
        // Several in one file
        "semver, p:1.4+1.3 s:1.5+1.3, 1.5",
        "semver, s:1.5+1.5 p:1.4+1.3, ",
        "semver, p:1.4+1.5 s:1.5+1.5, ",
        // Other orders
        "alphabetical, p:a s:b p:a, b",
        "alphabetical, s:b p:a, ",
        "newest-push, p:a s:b p:a, b",
        "newest-push, s:b p:a, ",
        "newest-push, u:b u:a, ",
        "newest-build, p:a s:b p:a, b",
        "newest-build, s:c p:a s:b, b",
        "digest, p:v@1 s:v@2 s:v@1, v@2",
        "digest, s:v@2 s:v@1, ",
        "digest, p:v s:v@1, v@1",
        "digest, p:other s:v@1, v@1",
        "digest, s:v@2 p:v@2 p:v@1 s:v@2, v@1",
    })
    void what_was_taken_back_and_not_put_there_again(
            String strategy, String history, @Nullable String taken) {
        var found = TakenBack.of(image(strategy), namings(history), SERVICE);

        assertThat(found.stream().map(it -> shown(it.tag())).collect(Collectors.joining(" ")))
                .isEqualTo(taken == null ? "" : taken);
    }

    @Test
    void the_commit_that_took_it_away_is_named() {
        var found = TakenBack.of(image("semver"), namings("p:1.4 p:1.3 s:1.5"), SERVICE);

        assertThat(found).singleElement().extracting(TakenBack::by).isEqualTo(by("p", 1));
    }

    @Test
    void nothing_is_written_again_until_something_newer_is_there() {
        int held = 0;
        int written = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            // Given
            var random = new Random(seed);
            var image = image("semver");
            var namings = new ArrayList<Naming>();
            int current = random.nextInt(6);
            var back = OptionalInt.empty();
            namings.add(naming("p", 0, current));

            for (int step = 1; step < 12; step++) {
                int tag = random.nextInt(6);
                if (random.nextBoolean()) {
                    // When: the service comes with a tag
                    boolean newer =
                            TakenBack.of(image, namings, SERVICE).stream()
                                    .allMatch(it -> minor(it.tag()) < tag);

                    // Then
                    if (tag > current) {
                        assertThat(newer)
                                .as("seed %d, step %d", seed, step)
                                .isEqualTo(back.isEmpty() || tag > back.getAsInt());
                        if (newer) {
                            written++;
                            current = tag;
                            namings.addFirst(naming("s", step, current));
                        } else {
                            held++;
                        }
                    }
                } else if (tag != current) {
                    // When: a person does as he likes
                    if (tag < current) {
                        back = OptionalInt.of(Math.max(current, back.orElse(current)));
                    }
                    current = tag;
                    namings.addFirst(naming("p", step, current));
                }
                if (back.isPresent() && current >= back.getAsInt()) {
                    back = OptionalInt.empty();
                }
            }
        }
        assertThat(held).isGreaterThan(1_000);
        assertThat(written).isGreaterThan(1_000);
    }

    private static Naming naming(String who, int step, int minor) {
        return new Naming(Set.of(named(minor)), by(who, step));
    }

    private static NamedTag named(int minor) {
        return NamedTag.parse("1." + minor);
    }

    private static int minor(NamedTag tag) {
        return Integer.parseInt(tag.tag().orElseThrow().substring(2));
    }

    private static List<Naming> namings(String history) {
        var namings = new ArrayList<Naming>();
        for (var entry : history.split(" ")) {
            var who = entry.substring(0, 1);
            namings.add(
                    new Naming(
                            Arrays.stream(entry.substring(2).split("\\+"))
                                    .map(TakenBackTest::tag)
                                    .collect(Collectors.toSet()),
                            who.equals("u") ? By.UNKNOWN : by(who, namings.size())));
        }
        return namings;
    }

    /// The digest by one digit.
    private static NamedTag tag(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? NamedTag.parse(text)
                : new NamedTag(
                        Optional.of(text.substring(0, at)),
                        Optional.of("sha256:" + text.substring(at + 1).repeat(64)));
    }

    private static String shown(NamedTag tag) {
        return tag.tag().orElse("")
                + tag.digest().map(it -> "@" + it.charAt(it.length() - 1)).orElse("");
    }

    private static By by(String who, int at) {
        return new By("c" + at, who.equals("s") ? SERVICE : "Ada <ada@example.org>");
    }

    private static TrackedImage image(String strategy) {
        var annotations = new HashMap<String, String>();
        annotations.put(
                ImageList.IMAGE_LIST,
                "web=registry.local/web"
                        + Map.of("semver", ":1.x", "digest", ":v").getOrDefault(strategy, ""));
        annotations.put(ImageList.PREFIX + "web.update-strategy", strategy);
        annotations.put(ImageList.PREFIX + "web.ignore-tags", "*-ignored");
        return ImageList.parse(annotations).images().getFirst();
    }
}
