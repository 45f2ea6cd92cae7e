package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.ChartHost;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebFilesTest {

    private final ChartHost host = ChartHost.start();
    private WebFiles files;

    @BeforeEach
    void open(@TempDir Path directory) {
        files = new WebFiles(Given.config(directory));
        host.file("/charts/a.yaml", "kind: A".getBytes(UTF_8));
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void a_file_is_downloaded_once() {
        var digest = digest(FetchDemand.ANY);
        digest(FetchDemand.ANY);

        assertThat(read(digest)).isEqualTo("kind: A");
        assertThat(host.asked()).extracting(ChartHost.Asked::status).containsExactly(200);
    }

    @Test
    void who_wants_it_newer_asks_whether_it_has_changed() {
        var first = digest(FetchDemand.ANY);
        assertThat(digest(FetchDemand.NEWEST)).isEqualTo(first);

        host.file("/charts/a.yaml", "kind: B".getBytes(UTF_8));
        var second = digest(FetchDemand.NEWEST);

        assertThat(read(second)).isEqualTo("kind: B");
        assertThat(host.asked()).extracting(ChartHost.Asked::status).containsExactly(200, 304, 200);
    }

    @Test
    void what_is_no_longer_held_is_downloaded_again_unless_it_is_another_by_now(
            @TempDir Path directory) {
        var digest = digest(FetchDemand.ANY);
        var others = new WebFiles(Given.config(directory));

        assertThat(new String(others.read(url(), GitCredential.NONE, digest), UTF_8))
                .isEqualTo("kind: A");
        host.file("/charts/a.yaml", "kind: B".getBytes(UTF_8));
        var more = new WebFiles(Given.config(directory));
        assertThatThrownBy(() -> more.read(url(), GitCredential.NONE, digest))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                .hasMessageContaining("it has changed meanwhile");
    }

    @Test
    void the_user_in_an_address_is_shown_to_the_host_and_told_nobody() {
        host.want(
                "Basic " + Base64.getEncoder().encodeToString("ada:canary-right".getBytes(UTF_8)));

        files.digest(url("ada:canary-right"), GitCredential.NONE, FetchDemand.ANY);

        assertThatThrownBy(
                        () ->
                                files.digest(
                                        url("ada:canary-wrong") + "?token=canary",
                                        GitCredential.NONE,
                                        FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessage(
                        "The file %s cannot be read: its host does not accept the user and password"
                                        .formatted(url())
                                + " in its address");
    }

    @Test
    void a_file_that_is_not_there_is_said_to_be_missing() {
        assertThatThrownBy(
                        () ->
                                files.digest(
                                        url().replace("a.yaml", "b.yaml"),
                                        GitCredential.NONE,
                                        FetchDemand.ANY))
                .hasMessageEndingWith("/charts/b.yaml cannot be read: it is not there");
    }

    @Test
    void a_large_file_is_refused() {
        host.file("/charts/a.yaml", new byte[(10 << 20) + 1]);

        assertThatThrownBy(() -> digest(FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("it is larger than 10485760 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://me:canary@/a.yaml",
                "https:///a.yaml",
                "https://a b/canary.yaml",
                "https://me:canary@[::1/a.yaml",
                "http://me:canary@127.0.0.1:1/a.yaml"
            })
    void what_is_no_address_is_refused_without_a_word_of_it(String url) {
        assertThatThrownBy(() -> files.digest(url, GitCredential.NONE, FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageNotContaining("canary");
    }

    private String digest(FetchDemand fetch) {
        return files.digest(url(), GitCredential.NONE, fetch);
    }

    private String read(String digest) {
        return new String(files.read(url(), GitCredential.NONE, digest), UTF_8);
    }

    private String url() {
        return host.url() + "/a.yaml";
    }

    private String url(String user) {
        return url().replace("//", "//" + user + "@");
    }
}
