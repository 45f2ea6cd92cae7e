package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.ImageAccess;
import io.tiphys.core.image.Platform;
import io.tiphys.core.image.TagOrder;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.cosign.TrustedSigners;
import io.tiphys.repo.identity.Identities;
import io.tiphys.support.AzurePod;
import io.tiphys.support.ChartHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What registries answered before, and what of it counts.
class KnownAnswersTest extends AgainstImages {

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

    @Test
    void also_what_is_named_by_its_digest_is_shown_to_nobody_who_may_no_longer_see_it() {
        var digest = image("1.0", "amd64", "");
        images.find(as("ada"), digest);

        host.want("Basic of somebody else");

        assertThatThrownBy(() -> images.find(as("ada"), digest))
                .isInstanceOf(ManifestFailure.class);
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
        images.find(as("keeper"), "1.0");

        for (var file : kept()) {
            try (var content = new GZIPInputStream(Files.newInputStream(file))) {
                assertThat(file + new String(content.readAllBytes(), UTF_8))
                        .contains("manifests/1.0")
                        .doesNotContain("canary", "keeper", "Basic");
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
}
