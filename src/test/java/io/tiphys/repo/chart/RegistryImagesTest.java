package io.tiphys.repo.chart;

import static io.tiphys.repo.chart.IndexedChartTest.secret;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.Platform;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import io.tiphys.support.ChartHost;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryImagesTest {

    private static final String ROOT = "/v2/team/web/";
    private static final String BUILT = "2026-01-31T12:00:00Z";

    private final ChartHost host = ChartHost.start();
    private final String repository =
            host.url().replace("http://", "").replace("/charts", "") + "/team/web";
    private final GitCredential credential =
            secret(repository, Map.of("insecureOCIForceHttp", "true"));
    private Images images;

    @BeforeEach
    void open(@TempDir Path directory) {
        images =
                new RegistryImages(
                        Given.config(directory),
                        new Identities(AzurePod.NONE, InstantSource.system()));
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void an_image_has_the_digest_of_its_manifest_and_says_when_and_for_what_it_was_built() {
        var digest = image("1.0", "arm64", "v8");

        assertThat(images.find(repository, "1.0", credential))
                .contains(
                        new Candidate(
                                "1.0",
                                Optional.of(digest),
                                Optional.of(Instant.parse(BUILT)),
                                Optional.empty(),
                                List.of(new Platform("linux", "arm64", "v8"))));
        assertThat(images.find(repository, "2.0", credential)).isEmpty();
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

        assertThat(images.find(repository, "1.0", credential))
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

        assertThatThrownBy(() -> images.find(repository, "1.0", credential))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("its configuration is not the one that it names");
    }

    @Test
    void only_what_may_be_chosen_is_asked_for() {
        image("1.0", "amd64", "");
        image("2.0", "amd64", "");
        tags("1.0", "2.0", "latest");

        var candidates = images.candidates(tracked("1.x", "platforms", "linux/amd64"), credential);

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

        assertThat(images.candidates(tracked("1.x", "force-update", "true"), credential))
                .hasSize(300);
        assertThatThrownBy(() -> images.candidates(tracked("1.x", "minimum-age", "1h"), credential))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("300 tags of")
                .hasMessageContaining("let allow-tags or ignore-tags leave some out");
    }

    private TrackedImage tracked(String constraint, String option, String value) {
        return ImageList.parse(
                        Map.of(
                                ImageList.IMAGE_LIST,
                                "app=%s:%s".formatted(repository, constraint),
                                ImageList.PREFIX + "app." + option,
                                value))
                .images()
                .getFirst();
    }

    private void tags(String... tags) {
        host.file(
                ROOT + "tags/list",
                "{\"tags\": [%s]}"
                        .formatted(
                                Arrays.stream(tags)
                                        .map(it -> "\"" + it + "\"")
                                        .collect(Collectors.joining(",")))
                        .getBytes(UTF_8));
    }

    /// @return the manifest's digest
    private String image(String tag, String architecture, String variant) {
        var configuration = configuration(architecture, variant);
        var digest = "sha256:" + ChartHost.digest(configuration);
        var manifest = "{\"config\": {\"digest\": \"%s\"}}".formatted(digest).getBytes(UTF_8);
        var named = "sha256:" + ChartHost.digest(manifest);
        host.file(ROOT + "blobs/" + digest, configuration)
                .file(ROOT + "manifests/" + tag, manifest)
                .file(ROOT + "manifests/" + named, manifest);
        return named;
    }

    private static byte[] configuration(String architecture, String variant) {
        return """
        {"os": "linux", "architecture": "%s", "variant": "%s", "created": "%s"}\
        """
                .formatted(architecture, variant, BUILT)
                .getBytes(UTF_8);
    }
}
