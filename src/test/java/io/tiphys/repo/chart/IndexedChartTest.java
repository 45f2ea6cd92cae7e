package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.policy.CredentialChoice;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.crd.RepositorySecretReader;
import io.tiphys.support.ChartHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexedChartTest {

    private static final String BASIC = "Basic " + base64("ada:canary");

    private final ChartHost host = ChartHost.start();
    private ChartSources sources;

    @BeforeEach
    void open(@TempDir Path directory) {
        sources = sources(directory);
        host.chart("web", "1.2.0", Given.chart("web", "1.2.0"))
                .chart("web", "1.10.0", Given.chart("web", "1.10.0"))
                .chart("web", "2.0.0-rc.1", Given.chart("web", "2.0.0-rc.1"));
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static ChartSources sources(Path directory, String... settings) {
        var config = Given.config(directory, settings);
        return Given.sources(config);
    }

    @Test
    void a_chart_is_read_from_its_archive() {
        var web = web(GitCredential.NONE);

        var version = web.resolve("1.x", FetchDemand.ANY);
        var folder = web.folder(version, "");

        assertThat(version).isEqualTo("1.10.0");
        assertThat(folder.entries(true))
                .extracting("path")
                .containsExactly("Chart.yaml", "templates/map.yaml");
        assertThat(new String(folder.read(folder.file("Chart.yaml").orElseThrow()), UTF_8))
                .contains("version: 1.10.0");
        assertThat(folder.folder("templates").orElseThrow().file("map.yaml")).isPresent();
        assertThat(folder.treeId()).isNotEqualTo(web.folder("1.2.0", "").treeId());
    }

    @Test
    void the_newest_release_is_meant_where_nothing_else_is_said() {
        assertThat(web(GitCredential.NONE).resolve("*", FetchDemand.ANY)).isEqualTo("1.10.0");
    }

    @Test
    void an_index_is_downloaded_again_only_if_it_changed() {
        var web = web(GitCredential.NONE);
        web.resolve("*", FetchDemand.ANY);
        web.resolve("*", FetchDemand.ANY);
        web.resolve("*", new FetchDemand(List.of(), 3600));
        assertThat(host.asked()).extracting("status").containsExactly(200);

        web.resolve("*", FetchDemand.NEWEST);
        assertThat(host.asked()).extracting("status").containsExactly(304);

        host.chart("web", "1.11.0", Given.chart("web", "1.11.0"));
        assertThat(web.resolve("*", FetchDemand.NEWEST)).isEqualTo("1.11.0");
        assertThat(host.asked()).extracting("status").containsExactly(200);
    }

    @Test
    void many_who_ask_at_once_cause_few_requests() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asking =
                    IntStream.range(0, 100)
                            .mapToObj(
                                    _ ->
                                            threads.submit(
                                                    () ->
                                                            web(GitCredential.NONE)
                                                                    .folder("1.2.0", "")))
                            .toList();
            for (var it : asking) {
                it.get();
            }
        }

        assertThat(host.asked())
                .extracting("path")
                .containsExactly("/charts/index.yaml", "/charts/web-1.2.0.tgz");
    }

    @Test
    void an_archive_stays_when_the_service_starts_anew(@TempDir Path directory) {
        var web = of(sources(directory));
        web.folder(web.resolve("1.2.0", FetchDemand.ANY), "");
        host.asked();

        var again = of(sources(directory));
        assertThat(again.folder(again.resolve("1.2.0", FetchDemand.ANY), "").file("Chart.yaml"))
                .isPresent();

        assertThat(host.asked()).extracting("path").containsExactly("/charts/index.yaml");
    }

    @Test
    void an_archive_that_is_gone_from_the_disk_is_downloaded_again(@TempDir Path directory)
            throws Exception {
        var web = of(sources(directory));
        web.folder(web.resolve("1.2.0", FetchDemand.ANY), "");
        try (var files = Files.list(directory.resolve("archives"))) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }

        var folder = web.folder("1.2.0", "");

        assertThat(folder.read(folder.file("Chart.yaml").orElseThrow())).isNotEmpty();
    }

    @Test
    void archives_that_were_used_least_make_room(@TempDir Path directory) throws Exception {
        var web = of(sources(directory, "archives.disk", "1"));
        web.folder(web.resolve("1.2.0", FetchDemand.ANY), "");
        web.folder(web.resolve("1.10.0", FetchDemand.ANY), "");

        try (var files = Files.list(directory.resolve("archives"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void a_password_is_shown_to_the_repository_and_to_no_other_host() {
        try (var other = ChartHost.start()) {
            var archive = Given.chart("web", "3.0.0");
            other.file("/web.tgz", archive);
            var there = other.url().replace("/charts", "/web.tgz");
            host.want(BASIC);
            host.chart("web", "3.0.0", there, ChartHost.digest(archive));
            var moved = Given.chart("web", "4.0.0");
            other.file("/moved.tgz", moved);
            host.chart("web", "4.0.0", "moved.tgz", ChartHost.digest(moved));
            host.redirect("/charts/moved.tgz", there.replace("web", "moved"));
            var credential = secret(Map.of("username", "ada", "password", "canary"));

            var web = web(credential);
            web.folder(web.resolve("3.0.0", FetchDemand.ANY), "");
            web.folder("4.0.0", "");

            assertThat(host.asked()).extracting("authorization").containsOnly(BASIC);
            assertThat(other.asked()).extracting("authorization").containsExactly("", "");
        }
    }

    @Test
    void a_password_is_shown_to_the_archives_host_if_the_source_says_so() {
        try (var other = ChartHost.start()) {
            var archive = Given.chart("web", "3.0.0");
            var there = other.url().replace("/charts", "/web.tgz");
            other.file("/web.tgz", archive).want(BASIC);
            host.chart("web", "3.0.0", there, ChartHost.digest(archive));
            var credential = secret(Map.of("username", "ada", "password", "canary"));

            var web = sources.of(host.url(), "web", credential, true);
            web.folder(web.resolve("3.0.0", FetchDemand.ANY), "");

            assertThat(other.asked()).extracting("authorization").containsExactly(BASIC);
        }
    }

    @Test
    void who_has_no_password_does_not_see_what_another_read() {
        host.want(BASIC);
        var ada = web(secret(Map.of("username", "ada", "password", "canary")));
        ada.folder(ada.resolve("1.2.0", FetchDemand.ANY), "");

        assertThatThrownBy(() -> web(GitCredential.NONE).resolve("1.2.0", FetchDemand.ANY))
                .hasMessageContaining("it asks for credentials, and there are none");
        assertThatThrownBy(
                        () ->
                                web(secret(Map.of("username", "ada", "password", "wrong-canary")))
                                        .resolve("1.2.0", FetchDemand.ANY))
                .hasMessageContaining("does not accept the credentials of the Secret charts")
                .hasMessageNotContaining("canary");
    }

    @Test
    void what_is_not_there_is_said_with_what_is() {
        failure("nothing", "1.2.0", "has no chart 'nothing'", false);
        failure("web", ">=3", "has no version '>=3': there are 2.0.0-rc.1, 1.10.0, 1.2.0", false);
        failure("web", "main", "has no version 'main'", false);
        host.file("/charts/index.yaml", "<html>Sign in</html>".getBytes(UTF_8));
        assertThatThrownBy(() -> web(GitCredential.NONE).resolve("*", FetchDemand.NEWEST))
                .hasMessageContaining("has another form than Helm's");
    }

    @Test
    void an_archive_must_be_what_the_index_says() {
        host.chart("web", "1.2.0", "web-1.10.0.tgz", ChartHost.digest(new byte[0]));

        assertThatThrownBy(() -> web(GitCredential.NONE).folder("1.2.0", ""))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                .hasMessageContaining("is not what its repository says")
                .hasMessageContaining("1.2.0");
    }

    @Test
    void what_is_too_large_is_not_read(@TempDir Path directory) {
        var web = of(sources(directory, "archives.packed", "10"));
        assertThatThrownBy(() -> web.folder("1.2.0", ""))
                .hasMessageContaining("the archive of web 1.2.0 is larger than 10 bytes");

        assertThatThrownBy(
                        () ->
                                of(sources(directory, "archives.index", "10"))
                                        .resolve("*", FetchDemand.ANY))
                .hasMessageContaining("its index.yaml is larger than 10 bytes");
    }

    @Test
    void a_host_that_is_away_may_come_back() {
        host.close();

        assertThatThrownBy(() -> web(GitCredential.NONE).resolve("*", FetchDemand.ANY))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isTrue());
    }

    @Test
    void an_archive_that_was_damaged_on_the_disk_is_downloaded_again(@TempDir Path directory)
            throws Exception {
        of(sources(directory)).folder("1.2.0", "");
        try (var files = Files.list(directory.resolve("archives"))) {
            Files.write(files.findFirst().orElseThrow(), new byte[] {1, 2, 3});
        }

        var again = of(sources(directory)).folder("1.2.0", "");

        assertThat(again.file("Chart.yaml")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://ada:canary@charts.example",
                "oci://ada:canary@charts.example/a",
                "ada:canary@charts.example/a",
                "file:///etc/passwd",
                "https://charts example",
                "https://",
                "oci://host",
            })
    void what_is_no_address_of_charts_is_refused(String url) {
        assertThatThrownBy(
                        () ->
                                sources.of(
                                                url,
                                                url.startsWith("https") ? "web" : "",
                                                GitCredential.NONE,
                                                false)
                                        .resolve("*", FetchDemand.ANY))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void an_index_may_name_addresses_of_the_web_alone() {
        host.chart("web", "3.0.0", "file:///etc/passwd", "");

        assertThatThrownBy(() -> web(GitCredential.NONE).folder("3.0.0", ""))
                .hasMessageContaining("has no address on the web");
    }

    private void failure(String chart, String revision, String words, boolean passing) {
        var artefact = sources.of(host.url(), chart, GitCredential.NONE, false);
        assertThatThrownBy(() -> artefact.resolve(revision, FetchDemand.ANY))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isEqualTo(passing))
                .hasMessageContaining(words);
    }

    private Artefact web(GitCredential credential) {
        return sources.of(host.url(), "web", credential, false);
    }

    private Artefact of(ChartSources sources) {
        return sources.of(host.url(), "web", GitCredential.NONE, false);
    }

    private GitCredential secret(Map<String, String> fields) {
        return secret(host.url(), fields);
    }

    static GitCredential secret(String url, Map<String, String> fields) {
        var data = new HashMap<String, Object>(Map.of("url", base64(url), "type", base64("helm")));
        fields.forEach((key, value) -> data.put(key, base64(value)));
        var secret =
                Map.<String, Object>of(
                        "metadata",
                        Map.of(
                                "name",
                                "charts",
                                "labels",
                                Map.of("argocd.argoproj.io/secret-type", "repository")),
                        "data",
                        data);
        return CredentialChoice.charts(
                url, "", List.of(RepositorySecretReader.read(secret).orElseThrow()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
