package io.tiphys.core.image;

import static io.tiphys.core.image.ImageList.IMAGE_LIST;
import static io.tiphys.core.image.ImageList.PREFIX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.ImageList.Problem;
import io.tiphys.support.HostileText;
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

class ImageListTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "nginx; ; docker.io/library/nginx; *",
                "nginx:~1.26; ; docker.io/library/nginx; ~1.26",
                "nginx:; ; docker.io/library/nginx; *",
                "app=registry.local/team/app:1.x; app; registry.local/team/app; 1.x",
                "app=registry.local:5000/team/app; app; registry.local:5000/team/app; *",
                "registry.local:5000/app:^1.2; ; registry.local:5000/app; ^1.2",
                "' app = nginx : ^1.2 '; app; docker.io/library/nginx; ^1.2",
                "app=nginx:>=1.0 <2; app; docker.io/library/nginx; >=1.0 <2",
                "nginx:>=1.0 <2; ; docker.io/library/nginx; >=1.0 <2",
                "nginx:=1.2.3; ; docker.io/library/nginx; =1.2.3",
                "a/b=localhost/x:1 - 2; a/b; localhost/x; 1 - 2",
                "A.b_c-1=x:1 || 3; A.b_c-1; docker.io/library/x; 1 || 3",
            })
    void an_entry_has_an_alias_an_image_and_a_constraint(
            String entry, @Nullable String alias, String repository, String constraint) {
        var list = ImageList.parse(Map.of(IMAGE_LIST, entry));

        assertThat(list.problems()).isEmpty();
        assertThat(list.images())
                .singleElement()
                .satisfies(
                        image -> {
                            assertThat(image.alias()).isEqualTo(Optional.ofNullable(alias));
                            assertThat(image.image().canonicalRepository()).isEqualTo(repository);
                            assertThat(image.strategy())
                                    .hasToString("Semver[constraint=" + constraint + "]");
                            assertThat(image.tracks(repository)).isTrue();
                            assertThat(image.tracks(repository + "s")).isFalse();
                        });
    }

    @Test
    void without_the_annotation_nothing_is_tracked() {
        assertThat(ImageList.parse(Map.of()))
                .isEqualTo(new ImageList(List.of(), List.of(), WriteBackSettings.NONE));
        assertThat(ImageList.parse(Map.of(IMAGE_LIST, " , ,")))
                .isEqualTo(ImageList.parse(Map.of()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Nginx; 'Nginx' is not an image name: its repository must be in lower case",
                "nginx:latest; 'latest' is not a version constraint: 'latest' does not start with a"
                        + " version",
                "nginx@sha256:0a; An image to update cannot name a digest; give a version"
                        + " constraint",
                "=nginx; An alias starts with a letter or digit and holds only those and . _ - /",
                "my app=nginx; An alias starts with a letter or digit and holds only those and . _"
                        + " - /",
                "app=; '' is not an image name: it is empty",
                "one=redis; The alias 'one' is used twice",
                "frozen=redis; The strategy digest needs the tag that it follows, as in"
                        + " image:latest",
                "odd=redis; allow-tags must be 'any' or start with 'regexp:', and is 'v.*'",
                "broken=redis; allow-tags holds no valid regular expression: error parsing regexp:"
                        + " missing closing ): `(`",
                "glob=redis; ignore-tags holds a malformed pattern: '[a'",
            })
    void a_malformed_entry_becomes_a_problem_and_its_neighbours_live(String row) {
        // Given
        var entry = row.substring(0, row.indexOf(';'));
        var message = row.substring(row.indexOf(';') + 2);
        var annotations = new HashMap<String, String>();
        annotations.put(PREFIX + "frozen.update-strategy", "Digest");
        annotations.put(PREFIX + "odd.allow-tags", "v.*");
        annotations.put(PREFIX + "broken.allow-tags", "regexp:(");
        annotations.put(PREFIX + "glob.ignore-tags", "x, [a");
        annotations.put(IMAGE_LIST, "one=nginx:1, %s, two=redis:7".formatted(entry));

        // When
        var list = ImageList.parse(annotations);

        // Then
        assertThat(list.images())
                .extracting(image -> image.alias().orElseThrow())
                .containsExactly("one", "two");
        assertThat(list.problems()).containsExactly(new Problem(entry, message));
    }

    @Test
    void an_entry_has_options_of_its_own_and_those_of_the_application() {
        // Given
        var annotations =
                Map.of(
                        IMAGE_LIST,
                        "a/b=nginx, c=redis, plain",
                        PREFIX + "a_b.update-strategy",
                        "SemVer",
                        PREFIX + "a_b.allow-tags",
                        "Regexp:-alpine$",
                        PREFIX + "a_b.ignore-tags",
                        "*-rc*, ,1.[0-3]*",
                        PREFIX + "c.allow-tags",
                        "any",
                        PREFIX + "allow-tags",
                        "regexp:^v");

        // When
        var images = ImageList.parse(annotations).images();

        // Then
        var own = images.get(0).tags();
        assertThat(own.allows("1.4-alpine")).isTrue();
        assertThat(own.allows("1.4-alpine3")).isFalse();
        assertThat(own.ignores("1.4-rc1-alpine")).isTrue();
        assertThat(own.ignores("1.3")).isTrue();
        assertThat(own.ignores("1.4")).isFalse();
        assertThat(images.get(1).tags().allows("anything")).isTrue();
        assertThat(images.get(2).tags().allows("1.4")).isFalse();
        assertThat(images.get(2).tags().allows("v1.4")).isTrue();
    }

    @Test
    void an_image_is_signed_by_whom_its_annotations_say_or_who_stands_above_them() {
        // Given
        var annotations =
                Map.of(
                        IMAGE_LIST,
                        "a=nginx, b=redis",
                        PREFIX + "a.cosign-key",
                        "secret:argocd/keys#a.pub",
                        PREFIX + "cosign-key",
                        "secret:argocd/keys#all.pub");

        // When
        var own = ImageList.parse(annotations);
        var others = own.signedBy(new Signer.Key("argocd", "org", "cosign.pub"));

        // Then
        assertThat(own.images())
                .extracting(image -> image.signer().orElseThrow())
                .containsExactly(
                        new Signer.Key("argocd", "keys", "a.pub"),
                        new Signer.Key("argocd", "keys", "all.pub"));
        assertThat(others.images())
                .extracting(image -> image.signer().orElseThrow())
                .containsOnly(new Signer.Key("argocd", "org", "cosign.pub"));
    }

    @Test
    void who_signs_without_a_key_has_an_issuer_and_a_name() {
        // Given
        var annotations =
                Map.of(
                        IMAGE_LIST,
                        "a=nginx, b=redis, c=postgres",
                        PREFIX + "a.cosign-identity",
                        "https://i.local  build",
                        PREFIX + "cosign-identity",
                        "https://i.local regexp:^team/",
                        PREFIX + "c.cosign-key",
                        "secret:argocd/keys#a.pub");

        // When
        var list = ImageList.parse(annotations);

        // Then
        var signers = list.images().stream().map(image -> image.signer().orElseThrow()).toList();
        assertThat(signers.getFirst())
                .isEqualTo(new Signer.Identity("https://i.local", "build", Optional.empty()));
        var pattern = (Signer.Identity) signers.getLast();
        assertThat(pattern.fault("https://i.local", "team/web")).isEmpty();
        assertThat(pattern.fault("https://i.local", "other/team/"))
                .isEqualTo("it is signed by 'other/team/', as 'https://i.local' says");
        assertThat(pattern.fault("https://other.local", "team/web")).isNotEmpty();
        assertThat(pattern.fault("https://i.local", "")).isNotEmpty();
        assertThat(pattern.fault("https://i.local", "a\n" + "b".repeat(10_000)))
                .startsWith("it is signed by 'a b")
                .hasSizeLessThan(300);
        assertThat(list.problems())
                .containsExactly(
                        new Problem(
                                "c=postgres",
                                "cosign-key and cosign-identity cannot both be given for one"
                                        + " image"));
    }

    @Test
    void what_is_refused_is_a_problem_of_the_image_as_long_as_it_must_be_signed() {
        // Given
        var list =
                ImageList.parse(
                        Map.of(
                                IMAGE_LIST,
                                "a=nginx, b=redis",
                                PREFIX + "a.cosign-key",
                                "secret:argocd/keys#a.pub"));

        // When
        var problems = list.with(Map.of("a", "no", "b", "no", "c", "no")).problems();

        // Then
        assertThat(problems).containsExactly(new Problem("a", "no"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "update-strategy; newest; There is no update strategy 'newest'",
                "force-update; yes; force-update must be true or false, and is 'yes'",
                "platforms; linux; platforms holds 'linux', which is not of the form",
                "platforms; 'linux/amd64,,LINUX/x'; platforms holds 'LINUX/x'",
                "minimum-age; 1; minimum-age must be a time such as 90m, 36h or 7d, and is '1'",
                "minimum-age; 1h x; minimum-age must be a time such as",
                "minimum-age; x1h; minimum-age must be a time such as",
                "pull-secret; canary; pull-secret must be pullsecret:",
                "cosign-key; canary; cosign-key must be secret:",
                "cosign-key; pullsecret:argocd/keys; cosign-key must be secret:",
                "cosign-identity; https://i.local; cosign-identity must be an issuer, a space,",
                "cosign-identity; https://i.local regexp:; cosign-identity must be an issuer,",
                "cosign-identity; https://i.local regexp:(; the pattern of who must sign does not",
                "cosign-identity; https://i.local a b; cosign-identity must be an issuer, a space,",
                "kustomize.image-name; other; helm.* and kustomize.* cannot both be given",
            })
    void an_option_that_cannot_be_read_is_told(String option, String value, String message) {
        var annotations =
                Map.of(
                        IMAGE_LIST,
                        "app=nginx, two=redis",
                        PREFIX + "app.helm.image-tag",
                        "tag",
                        PREFIX + "app." + option,
                        value);

        var list = ImageList.parse(annotations);

        assertThat(list.problems())
                .singleElement()
                .satisfies(it -> assertThat(it.message()).startsWith(message));
        assertThat(list.images()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'', Semver[constraint=1]",
        "SemVer, Semver[constraint=1]",
        "latest, NewestBuild[]",
        "newest-build, NewestBuild[]",
        "name, Alphabetical[]",
        "Alphabetical, Alphabetical[]",
        "digest, Digest[tag=1]",
        "newest-push, NewestPush[]",
    })
    void a_strategy_has_the_names_that_people_know(String name, String strategy) {
        var annotations = Map.of(IMAGE_LIST, "nginx:1", PREFIX + "update-strategy", name);

        assertThat(ImageList.parse(annotations).images().getFirst().strategy())
                .hasToString(strategy);
    }

    @Test
    void an_image_without_an_alias_has_the_usual_keys_of_a_chart() {
        var usual = ImageList.parse(Map.of(IMAGE_LIST, "nginx")).images().getFirst().keys();
        var own =
                ImageList.parse(
                                Map.of(
                                        IMAGE_LIST,
                                        "a=nginx",
                                        PREFIX + "a.helm.image-name",
                                        "web.image"))
                        .images()
                        .getFirst()
                        .keys();

        assertThat(usual.nameKey() + " " + usual.tagKey()).isEqualTo("image.name image.tag");
        assertThat(own.nameKey() + " " + own.tagKey()).isEqualTo("web.image image.tag");
    }

    @Test
    void an_option_of_an_entry_that_is_empty_overrides_the_application() {
        var annotations =
                Map.of(
                        IMAGE_LIST,
                        "a=nginx, b=redis",
                        PREFIX + "a.update-strategy",
                        "",
                        PREFIX + "update-strategy",
                        "newest");

        var list = ImageList.parse(annotations);

        assertThat(list.images()).extracting(TrackedImage::alias).containsExactly(Optional.of("a"));
        assertThat(list.problems())
                .containsExactly(
                        new Problem(
                                "b=redis",
                                "There is no update strategy 'newest'; there are semver,"
                                        + " newest-build, alphabetical, digest and newest-push"));
    }

    @Test
    void hostile_annotations_end_as_problems_and_nothing_else() {
        var random = new Random(42);
        var tracked = 0;
        for (var i = 0; i < 20_000; i++) {
            var annotations =
                    Map.of(
                            IMAGE_LIST,
                            HostileText.from("ab=:,/@1.x<> ", 16, random),
                            PREFIX + "allow-tags",
                            "regexp:" + HostileText.from("a(|)[*+\\", 3, random),
                            PREFIX + "ignore-tags",
                            HostileText.from("a*[-]^\\,", 4, random));
            tracked += ImageList.parse(annotations).images().size();
        }
        assertThat(tracked).isPositive();
    }
}
