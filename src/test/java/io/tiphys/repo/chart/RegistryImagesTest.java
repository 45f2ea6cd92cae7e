package io.tiphys.repo.chart;

import static io.tiphys.repo.chart.IndexedChartTest.secret;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.Platform;
import io.tiphys.core.image.TagOrder;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.cosign.TrustedSigners;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import io.tiphys.support.ChartHost;
import io.tiphys.support.SteppedTimer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryImagesTest {

    private static final String ROOT = "/v2/team/web/";
    private static final String BUILT = "2026-01-31T12:00:00Z";

    private final ChartHost host = ChartHost.start();
    private final String repository =
            host.url().replace("http://", "").replace("/charts", "") + "/team/web";
    private final GitCredential credential =
            secret(repository, Map.of("insecureOCIForceHttp", "true"));
    private final SteppedTimer timer = new SteppedTimer();
    private Images images;

    @TempDir Path directory;

    @BeforeEach
    void open() {
        images =
                new RegistryImages(
                        Given.config(directory),
                        new Identities(AzurePod.NONE, InstantSource.system()),
                        new TrustedSigners(Optional::empty),
                        timer);
    }

    @AfterEach
    void close() {
        host.close();
    }

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

    @Test
    void what_has_not_changed_is_not_sent_again_also_after_a_restart() {
        image("1.0", "amd64", "");
        image("1.1", "arm64", "");
        tags("1.0", "1.1");
        var before = images.candidates(built(), access());
        assertThat(statuses()).containsExactly(200, 200, 200, 200, 200);

        open();

        assertThat(images.candidates(built(), access())).isEqualTo(before);
        assertThat(statuses()).containsExactly(304, 304, 304);
    }

    @Test
    void of_what_has_changed_only_that_is_sent() {
        image("1.0", "amd64", "");
        image("1.1", "arm64", "");
        tags("1.0", "1.1");
        images.candidates(built(), access());
        host.asked();

        var digest = image("1.1", "arm64", "v8");
        image("1.2", "amd64", "");
        tags("1.0", "1.1", "1.2");

        assertThat(images.candidates(built(), access()))
                .extracting(Candidate::tag)
                .containsExactly("1.0", "1.1", "1.2");
        // Tags, 1.0, 1.1 with its new configuration, and 1.2 with the one of 1.0.
        assertThat(statuses()).containsExactly(200, 304, 200, 200, 200);
        assertThat(images.find(access(), "1.1"))
                .hasValueSatisfying(
                        it -> {
                            assertThat(it.digest()).contains(digest);
                            assertThat(it.platforms())
                                    .containsExactly(new Platform("linux", "arm64", "v8"));
                        });
    }

    @Test
    void of_a_list_of_several_pages_those_are_sent_that_have_changed() {
        tags("1.0");
        host.link(ROOT + "tags/list", "<%stags/more>; rel=\"next\"".formatted(ROOT));
        host.file(ROOT + "tags/more", "{\"tags\": [\"1.1\"]}".getBytes(UTF_8));
        assertThat(images.tags(access())).containsExactly("1.0", "1.1");
        host.asked();

        host.file(ROOT + "tags/more", "{\"tags\": [\"1.1\", \"1.2\"]}".getBytes(UTF_8));

        assertThat(images.tags(access())).containsExactly("1.0", "1.1", "1.2");
        assertThat(statuses()).containsExactly(304, 200);
    }

    @Test
    void a_tag_that_is_gone_is_gone() {
        image("1.0", "amd64", "");
        images.find(access(), "1.0");

        host.remove(ROOT + "manifests/1.0");

        assertThat(images.find(access(), "1.0")).isEmpty();
    }

    @Test
    void what_one_login_saw_is_not_there_for_another() {
        image("1.0", "amd64", "");
        images.find(access(), "1.0");
        host.asked();

        images.find(as("ada"), "1.0");
        images.find(as("eve"), "1.0");

        assertThat(statuses()).containsExactly(200, 200, 200, 200);
    }

    @Test
    void who_may_no_longer_see_it_is_not_shown_what_is_known() {
        image("1.0", "amd64", "");
        images.find(as("ada"), "1.0");

        host.want("Basic of somebody else");

        assertThatThrownBy(() -> images.find(as("ada"), "1.0")).isInstanceOf(ManifestFailure.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 60, -1})
    void a_damaged_file_is_forgotten(int bytes) throws Exception {
        image("1.0", "amd64", "");
        tags("1.0");
        var before = images.candidates(built(), access());
        var file = kept().getFirst();
        var whole = Files.readAllBytes(file);
        // Cut off, or one bit in its midst another.
        var damaged = bytes < 0 ? whole : Arrays.copyOf(whole, bytes);
        if (bytes < 0) {
            damaged[whole.length / 2] ^= 1;
        }
        Files.write(file, damaged);
        host.asked();

        assertThat(images.candidates(built(), access())).isEqualTo(before);
        assertThat(statuses()).containsExactly(200, 200, 200);
        assertThat(images.candidates(built(), access())).isEqualTo(before);
        assertThat(statuses()).containsExactly(304, 304);
    }

    @Test
    void nothing_of_a_login_is_on_the_disk() throws Exception {
        image("1.0", "amd64", "");
        images.find(as("ada"), "1.0");

        for (var file : kept()) {
            try (var content = new GZIPInputStream(Files.newInputStream(file))) {
                assertThat(file + new String(content.readAllBytes(), UTF_8))
                        .contains("manifests/1.0")
                        .doesNotContain("canary", "ada", "Basic");
            }
        }
    }

    @Test
    void without_room_on_the_disk_nothing_is_kept_and_all_is_found() {
        image("1.0", "amd64", "");
        images =
                new RegistryImages(
                        Given.config(directory, "registry-answers", "0"),
                        new Identities(AzurePod.NONE, InstantSource.system()),
                        new TrustedSigners(Optional::empty),
                        timer);

        assertThat(images.find(access(), "1.0")).isPresent();

        assertThat(directory.resolve("registries")).doesNotExist();
    }

    private List<Path> kept() throws IOException {
        try (var files = Files.list(directory.resolve("registries"))) {
            return files.toList();
        }
    }

    private List<Integer> statuses() {
        return host.asked().stream().map(ChartHost.Asked::status).toList();
    }

    private TrackedImage built() {
        return tracked("1.x", "update-strategy", "newest-build", "allow-tags", "any");
    }

    private ImageAccess as(String user) {
        var login = new Login.Password(new Hidden(user), new Hidden("canary"), true);
        return new ImageAccess(
                repository, Optional.empty(), credential.as(login), 0, TagOrder.NONE);
    }

    private ImageAccess access() {
        return access(TagOrder.NONE);
    }

    private ImageAccess access(TagOrder order) {
        return new ImageAccess(repository, Optional.empty(), credential, 0, order);
    }

    /// @param options names and values in turns
    private TrackedImage tracked(String constraint, String... options) {
        var annotations = new HashMap<String, String>();
        annotations.put(ImageList.IMAGE_LIST, "app=%s:%s".formatted(repository, constraint));
        for (int i = 0; i < options.length; i += 2) {
            annotations.put(ImageList.PREFIX + "app." + options[i], options[i + 1]);
        }
        return ImageList.parse(annotations).images().getFirst();
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
