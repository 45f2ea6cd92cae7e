package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.Platform;
import io.tiphys.core.image.TagOrder;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.ChartHost;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RegistryImagesTest extends AgainstImages {

    @Test
    void an_image_has_the_digest_of_its_manifest_and_says_when_and_for_what_it_was_built() {
        var digest = image("1.0", "arm64", "v8");

        assertThat(images.find(access(), "1.0"))
                .contains(
                        new Candidate(
                                "1.0",
                                Optional.of(digest),
                                Optional.of(Instant.parse(BUILT)),
                                Optional.empty(),
                                List.of(new Platform("linux", "arm64", "v8"))));
        assertThat(images.find(access(), "2.0")).isEmpty();
    }

    @Test
    void an_index_has_a_digest_of_its_own_and_the_platforms_of_its_images() {
        var amd = image("amd", "amd64", "");
        var index =
                """
                {"manifests": [
                  {"digest": "%1$s", "platform": {"os": "linux", "architecture": "amd64"}},
                  {"digest": "%1$s", "platform": {"os": "windows", "architecture": "amd64"}},
                  {"digest": "%1$s", "platform": {"os": "unknown", "architecture": "unknown"}}
                ]}\
                """
                        .formatted(amd);
        host.file(ROOT + "manifests/1.0", index.getBytes(UTF_8));

        assertThat(images.find(access(), "1.0"))
                .contains(
                        new Candidate(
                                "1.0",
                                Optional.of("sha256:" + ChartHost.digest(index.getBytes(UTF_8))),
                                Optional.of(Instant.parse(BUILT)),
                                Optional.empty(),
                                List.of(
                                        new Platform("linux", "amd64", ""),
                                        new Platform("windows", "amd64", ""))));
    }

    @Test
    void a_configuration_that_is_another_is_not_believed() {
        image("1.0", "amd64", "");
        var digest = "sha256:" + ChartHost.digest(configuration("amd64", ""));
        host.file(ROOT + "blobs/" + digest, "{}".getBytes(UTF_8));

        assertThatThrownBy(() -> images.find(access(), "1.0"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("its configuration is not the one that it names");
    }

    @Test
    void only_what_may_be_chosen_is_asked_for() {
        image("1.0", "amd64", "");
        image("2.0", "amd64", "");
        tags("1.0", "2.0", "latest");

        var candidates = images.candidates(tracked("1.x", "platforms", "linux/amd64"), access());

        assertThat(candidates).extracting(Candidate::tag).containsExactly("1.0", "2.0", "latest");
        assertThat(candidates).extracting(it -> it.platforms().size()).containsExactly(1, 0, 0);
        assertThat(host.asked())
                .extracting("path")
                .filteredOn(it -> it.toString().contains("manifests"))
                .containsExactly(ROOT + "manifests/1.0");
    }

    @Test
    void by_their_names_any_number_of_tags_is_chosen_from_and_asked_for_only_some() {
        tags(IntStream.range(0, 300).mapToObj(i -> "1.0." + i).toArray(String[]::new));

        assertThat(images.candidates(tracked("1.x", "force-update", "true"), access()))
                .hasSize(300);
        assertThatThrownBy(() -> images.candidates(tracked("1.x", "minimum-age", "1h"), access()))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("300 tags of")
                .hasMessageContaining("let allow-tags or ignore-tags leave some out");
    }

    @Test
    void a_list_of_tags_has_an_end() {
        tags(IntStream.range(0, 100_001).mapToObj(String::valueOf).toArray(String[]::new));

        assertThatThrownBy(() -> images.tags(access()))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("it has more than 100,000 tags");
    }

    @Test
    void a_registry_that_lists_the_newest_first_or_last_is_asked_for_that_alone() {
        image("b", "amd64", "");
        image("c", "amd64", "");
        tags("x", "b", "c", "y");
        var newest = tracked("", "ignore-tags", "x,y", "update-strategy", "newest-build");

        assertThat(built(images.candidates(newest, access(TagOrder.NEWEST_FIRST))))
                .containsExactly("b");
        assertThat(built(images.candidates(newest, access(TagOrder.NEWEST_LAST))))
                .containsExactly("c");
        assertThat(built(images.candidates(newest, access(TagOrder.NONE))))
                .containsExactly("b", "c");
    }

    private static List<String> built(List<Candidate> candidates) {
        return candidates.stream()
                .filter(it -> it.built().isPresent())
                .map(Candidate::tag)
                .toList();
    }

    @Test
    void a_registry_is_asked_where_it_is_said_and_no_name_changes_for_it() {
        host.file("/api/docker/v2/team/web/tags/list", "{\"tags\": [\"1.0\"]}".getBytes(UTF_8));
        var elsewhere =
                new ImageAccess(
                        "registry.example/team/web",
                        Optional.of(URI.create(host.url().replace("charts", "api/docker"))),
                        GitCredential.NONE.reached(false, true, ""),
                        0,
                        TagOrder.NONE);

        assertThat(images.tags(elsewhere)).containsExactly("1.0");
    }

    @Test
    void a_registry_that_is_asked_too_often_is_asked_again_when_it_says() {
        tags("1.0");
        host.tooBusy("7");
        host.tooBusy("");

        assertThat(images.tags(access())).containsExactly("1.0");

        assertThat(timer.slept).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(4));
        assertThat(host.asked()).extracting("status").containsExactly(429, 429, 200);
    }

    @Test
    void a_registry_that_wants_to_be_left_alone_for_long_is() {
        tags("1.0");
        host.tooBusy("300");

        assertThatThrownBy(() -> images.tags(access()))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("its host answers 429");
        assertThatThrownBy(() -> images.tags(access()))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("it wants to be left alone until 2026-01-31T12:05:00Z");
        assertThat(host.asked()).hasSize(1);
        timer.now = timer.now.plusSeconds(300);
        assertThat(images.tags(access())).containsExactly("1.0");
        assertThat(timer.slept).isEmpty();
    }

    @Test
    void a_registry_that_bears_no_more_for_a_while_is_asked_when_it_does() {
        tags("1.0");
        host.last("30");

        assertThat(images.tags(access())).containsExactly("1.0");
        assertThat(timer.slept).isEmpty();
        assertThat(images.tags(access())).containsExactly("1.0");

        assertThat(timer.slept).containsExactly(Duration.ofSeconds(30));
    }

    @Test
    void a_registry_that_stays_busy_is_given_up() {
        for (int i = 0; i < 10; i++) {
            host.tooBusy("1");
        }

        assertThatThrownBy(() -> images.tags(access()))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("429");
        assertThat(host.asked()).hasSize(3);
    }
}
