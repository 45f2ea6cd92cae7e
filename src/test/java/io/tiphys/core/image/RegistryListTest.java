package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Json;
import io.tiphys.support.Cases;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryListTest {

    @TestFactory
    Stream<DynamicTest> a_registry_is_read_or_its_author_told() {
        return Cases.of("golden/updaters/registries")
                .map(it -> DynamicTest.dynamicTest(String.valueOf(it.get("is")), () -> check(it)));
    }

    private static void check(Map<String, Object> given) {
        var list = RegistryList.read(Json.string(given, "file"));

        assertThat(list.entries())
                .map(RegistryListTest::shown)
                .isEqualTo(Json.array(given, "registries"));
        assertThat(list.problems()).isEqualTo(Json.array(given, "problems"));
    }

    private static String shown(RegistryEntry entry) {
        var words = new ArrayList<String>();
        words.add(entry.prefix());
        words.add(entry.api().map(String::valueOf).orElse("-"));
        words.add(entry.perSecond() + "/s");
        entry.credentials()
                .ifPresent(
                        it ->
                                words.add(
                                        switch (it) {
                                            case CredentialSource.Secret(var secret) ->
                                                    "Secret %s/%s%s"
                                                            .formatted(
                                                                    secret.namespace(),
                                                                    secret.name(),
                                                                    secret.field().isEmpty()
                                                                            ? ""
                                                                            : "#" + secret.field());
                                            case CredentialSource.Variable(var name) ->
                                                    "Variable " + name;
                                            case CredentialSource.Command(var path) ->
                                                    "Command " + path;
                                        }));
        words.add(entry.expires().toString());
        if (entry.insecure()) {
            words.add("insecure");
        }
        if (entry.order() != TagOrder.NONE) {
            words.add(entry.order().toString());
        }
        if (entry.usual()) {
            words.add("default");
        }
        Stream.of(entry.folder(), entry.authorities())
                .filter(it -> !it.isEmpty())
                .forEach(words::add);
        return String.join(" ", words);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "docker.io/library/nginx, hub",
        "gcr.io/team/web, gcr",
        "gcr.io/team/images/web, images",
        "gcr.io/team/images2/web, gcr",
        "gcr.io.evil.example/team/web, ",
        "quay.io/team/web, ",
    })
    void an_image_has_the_registry_with_the_longest_prefix_of_whole_words(
            String repository, String name) {
        var list =
                RegistryList.read(
                        """
                        registries:
                        - {name: hub, prefix: docker.io}
                        - {name: gcr, prefix: gcr.io}
                        - {name: images, prefix: gcr.io/team/images}
                        """);

        assertThat(list.find(repository).map(RegistryEntry::name).orElse(null)).isEqualTo(name);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "nginx, quay.io/team/nginx, docker.io/library/nginx",
        "argoproj/argocd, quay.io/argoproj/argocd, docker.io/argoproj/argocd",
        "docker.io/nginx, docker.io/library/nginx, docker.io/library/nginx",
        "quay.io/web, quay.io/team/web, quay.io/web",
        "ghcr.io/web, ghcr.io/web, ghcr.io/web",
        "localhost/web, localhost/web, localhost/web",
    })
    void an_image_that_names_no_registry_is_looked_for_where_it_is_said(
            String image, String located, String inFiles) {
        var names =
                RegistryList.read(
                                """
                                registries:
                                - {name: a, prefix: quay.io, default: true, defaultns: team}
                                """)
                        .names();

        var tracked =
                ImageList.parse(Map.of(ImageList.IMAGE_LIST, image), names).images().getFirst();

        assertThat(tracked.repository()).isEqualTo(located);
        assertThat(tracked.tracks(located)).isTrue();
        assertThat(tracked.image().canonicalRepository()).isEqualTo(inFiles);
    }

    @Test
    void where_nothing_is_said_images_are_as_container_runtimes_have_them() {
        assertThat(RegistryList.read("").names()).isEqualTo(RegistryNames.USUAL);
    }
}
