package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Access;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.render.Settings;
import io.tiphys.support.Bare;
import io.tiphys.support.ChartHost;
import io.tiphys.support.Credential;
import io.tiphys.support.GitHost;
import io.tiphys.support.LfsBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A host with the repository `app.git` and its large files, and another host that may have some.
class LargeFilesTest {

    private static final byte[] CONTENT = "replicas: 3\n".repeat(1000).getBytes(UTF_8);
    private static final String BASIC = basic("ada:canary");

    @TempDir Path directory;

    private final LfsBatch batch = new LfsBatch();
    private GitHost host;
    private ChartHost storage;
    private Bare app;
    private GitMirrors mirrors;

    @BeforeEach
    void serve() throws Exception {
        host = GitHost.start(directory);
        host.leave("/app.git/info/lfs/objects/batch", batch);
        storage = ChartHost.start();
        app = Bare.create(directory.resolve("app.git"));
        mirrors = mirrors();
    }

    @AfterEach
    void stop() {
        mirrors.close();
        app.close();
        storage.close();
        host.close();
    }

    @Test
    void a_pointer_is_read_as_what_it_points_to_where_the_secret_says_so() throws Exception {
        var pointer = batch.has(CONTENT);
        app.with("web/values.yaml", pointer).with("web/small.yaml", "a: 1\n");
        var commit = app.commit();

        var root = checkout(commit, lfs());

        var file = root.file("web/values.yaml").orElseThrow();
        assertThat(file.size()).isEqualTo(CONTENT.length);
        assertThat(root.read(file)).isEqualTo(CONTENT);
        var copy = new ByteArrayOutputStream();
        root.copy(file, copy);
        assertThat(copy.toByteArray()).isEqualTo(CONTENT);
        assertThat(root.file("web/small.yaml").map(root::read)).contains("a: 1\n".getBytes(UTF_8));
    }

    @Test
    void without_it_the_pointer_is_what_is_read_and_nobody_is_asked() {
        var pointer = batch.has(CONTENT);
        var commit = app.with("web/values.yaml", pointer).commit();

        assertThat(content(checkout(commit, Map.of()))).isEqualTo(pointer.getBytes(UTF_8));
        assertThat(batch.shown()).isEmpty();
        var mirror = mirrors.of(url(), credential(lfs()));
        mirror.resolve(commit, FetchDemand.ANY);
        assertThat(content(mirror.folder(commit, ""))).isEqualTo(pointer.getBytes(UTF_8));
    }

    @Test
    void names_tell_pointers_from_what_they_point_to_and_one_content_from_another() {
        var commit = app.with("web/values.yaml", batch.has(CONTENT)).commit();
        var with = checkout(commit, lfs());
        var without = checkout(commit, Map.of());

        assertThat(with.treeId()).isNotEqualTo(without.treeId());
        assertThat(with.folder("web").orElseThrow().treeId())
                .isNotEqualTo(without.folder("web").orElseThrow().treeId());
        assertThat(id(with)).isNotEqualTo(id(without)).contains(ChartHost.digest(CONTENT));
        var other = app.with("web/values.yaml", batch.has(new byte[] {'x'})).commit();
        assertThat(id(checkout(other, lfs()))).isNotEqualTo(id(with));
    }

    @Test
    void what_was_downloaded_is_kept_also_over_a_restart() {
        var commit = app.with("web/values.yaml", batch.has(CONTENT)).commit();
        content(checkout(commit, lfs()));
        batch.shown();
        assertThat(content(checkout(commit, lfs()))).isEqualTo(CONTENT);
        mirrors.close();

        mirrors = mirrors();

        assertThat(content(checkout(commit, lfs()))).isEqualTo(CONTENT);
        assertThat(batch.shown()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12_000, 11_000})
    void what_was_damaged_on_the_disk_is_downloaded_again(int bytes) throws Exception {
        var commit = app.with("web/values.yaml", batch.has(CONTENT)).commit();
        content(checkout(commit, lfs()));
        Files.write(kept().getFirst(), new byte[bytes]);

        assertThat(content(checkout(commit, lfs()))).isEqualTo(CONTENT);
    }

    @Test
    void what_is_used_least_makes_room() throws Exception {
        mirrors.close();
        mirrors = mirrors("lfs.disk", "100");
        for (int i = 0; i < 3; i++) {
            var commit = app.with("web/values.yaml", batch.has(new byte[200 + i])).commit();
            assertThat(content(checkout(commit, lfs()))).hasSize(200 + i);
            assertThat(kept()).hasSize(1);
        }
    }

    @Test
    void who_knows_a_digest_still_has_to_be_let_in() {
        var commit = app.with("web/values.yaml", batch.has(CONTENT)).commit();
        batch.want(BASIC);
        var blue = Map.of("enableLfs", "true", "username", "ada", "password", "canary");
        assertThat(content(checkout(commit, blue))).isEqualTo(CONTENT);
        assertThat(batch.shown()).containsExactly("", BASIC, BASIC);

        assertThatThrownBy(() -> content(checkout(commit, "others", lfs())))
                .isInstanceOfSatisfying(
                        ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                .hasMessageContaining("The large file web/values.yaml (Git LFS)")
                .hasMessageContaining("it asks for credentials");
        var wrong = Map.of("enableLfs", "true", "username", "ada", "password", "wrong");
        assertThatThrownBy(() -> content(checkout(commit, "others", wrong)))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("does not accept the credentials of the Secret others");
    }

    @Test
    void a_file_that_is_elsewhere_is_fetched_there_with_what_the_batch_says() {
        var pointer = elsewhere(storage.url(), "{\"Authorization\": \"token-for-storage\"}");
        storage.file("/charts", CONTENT).want("token-for-storage");
        var commit = app.with("web/values.yaml", pointer).commit();
        batch.want("Bearer canary");

        var root = checkout(commit, Map.of("enableLfs", "true", "bearerToken", "canary"));

        assertThat(content(root)).isEqualTo(CONTENT);
        assertThat(storage.asked())
                .extracting(ChartHost.Asked::authorization)
                .containsExactly("token-for-storage");
    }

    @Test
    void the_repositorys_credentials_are_not_for_the_host_where_a_file_is() {
        storage.file("/charts", CONTENT);
        var commit = app.with("web/values.yaml", elsewhere(storage.url(), "{}")).commit();

        var root = checkout(commit, Map.of("enableLfs", "true", "bearerToken", "canary"));

        assertThat(content(root)).isEqualTo(CONTENT);
        assertThat(batch.shown()).containsExactly("Bearer canary");
        assertThat(storage.asked()).extracting(ChartHost.Asked::authorization).containsExactly("");
    }

    @Test
    void nothing_is_shown_to_a_host_that_only_a_redirect_names() {
        var other = ChartHost.start();
        try (other) {
            other.file("/charts", CONTENT);
            storage.redirect("/charts", other.url());
            var pointer = elsewhere(storage.url(), "{\"Authorization\": \"token-for-storage\"}");
            var commit = app.with("web/values.yaml", pointer).commit();

            assertThat(content(checkout(commit, lfs()))).isEqualTo(CONTENT);
            assertThat(other.asked())
                    .extracting(ChartHost.Asked::authorization)
                    .containsExactly("");
        }
    }

    @Test
    void a_batch_is_not_asked_for_at_another_host() {
        batch.redirect(storage.url() + "/objects/batch");
        var commit = app.with("web/values.yaml", batch.has(CONTENT)).commit();

        assertThatThrownBy(() -> content(checkout(commit, lfs())))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("redirects to 127.0.0.1, where its credentials are not sent");
        assertThat(storage.asked()).isEmpty();
    }

    @Test
    void other_bytes_than_those_that_are_pointed_to_are_not_taken() throws Exception {
        var other = CONTENT.clone();
        other[0] = 'x';

        assertRefused(batch.hasInstead(CONTENT, other), "is not what is pointed to");
        assertRefused(
                batch.hasInstead(CONTENT, new byte[10]), "it has the digest sha256:01d448afd928");
        assertRefused(
                batch.hasInstead(CONTENT, new byte[CONTENT.length + 1]),
                "the large file is larger than 12000 bytes");
        assertThat(kept()).isEmpty();
    }

    @Test
    void a_file_that_nobody_has_is_named() {
        var unknown = LfsBatch.pointer("0".repeat(64), 12);

        assertRefused(unknown, "it has no large file sha256:" + "0".repeat(64));
    }

    @Test
    void a_repository_without_large_files_says_so() {
        try (var bare = Bare.create(directory.resolve("bare.git"))) {
            var commit = bare.with("web/values.yaml", LfsBatch.pointer(CONTENT)).commit();
            var url = host.address("bare.git");
            var mirror = mirrors.of(url, Credential.of(url, lfs()));
            mirror.resolve(commit, FetchDemand.ANY);
            var root = mirror.checkout(commit, "", Access.NONE);

            assertThatThrownBy(() -> content(root))
                    .isInstanceOf(ManifestFailure.class)
                    .hasMessageContaining("it has no server of large files");
        }
    }

    @Test
    void a_file_of_a_terabyte_is_not_even_asked_for() throws Exception {
        var commit =
                app.with("web/values.yaml", LfsBatch.pointer("a".repeat(64), 1L << 40)).commit();
        var root = checkout(commit, lfs());
        var file = root.file("web/values.yaml").orElseThrow();

        assertThatThrownBy(() -> root.read(file))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("web/values.yaml is larger than 10 MB");
        assertThatThrownBy(() -> root.copy(file, new ByteArrayOutputStream()))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("larger than 104857600 bytes (tiphys.repo.lfs.file)");
        assertThat(batch.shown()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"X-Token\": \"canary\\r\\nHost: evil\"}",
                "{\"X Token\": \"canary\"}",
                "{\"X-Token\\n\": \"canary\"}",
                "{\"X-Token\": \"canary\\u0000\"}",
            })
    void headers_that_are_none_are_refused_and_not_told(String header) {
        assertRefused(elsewhere(storage.url(), header), "wants headers for a large file that are");
        assertThat(storage.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://127.0.0.1/x",
                "/etc/passwd",
                "",
                "http://[",
                "http:x",
            })
    void a_file_that_is_not_on_the_web_is_refused(String href) {
        assertRefused(elsewhere(href, "{}"), "The large file web/values.yaml (Git LFS): ");
    }

    @Test
    void what_is_no_answer_is_named() {
        assertRefused(batch.says(CONTENT, "x"), "answers is no JSON");
        assertRefused(batch.says(CONTENT, "\"actions\": []"), "it has no large file");
        assertRefused(batch.says(CONTENT, "\"actions\": {\"download\": 1}"), "has no large file");
        assertRefused(batch.says(CONTENT, "\"error\": {\"code\": 500}"), "its host answers 500");
    }

    private void assertRefused(String pointer, String words) {
        var root = checkout(app.with("web/values.yaml", pointer).commit(), lfs());

        assertThatThrownBy(() -> content(root))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageStartingWith("The large file web/values.yaml (Git LFS): ")
                .hasMessageContaining(words)
                .hasMessageNotContaining("canary");
    }

    private String elsewhere(String href, String header) {
        return batch.says(
                CONTENT,
                "\"actions\": {\"download\": {\"href\": \"%s\", \"header\": %s}}"
                        .formatted(href, header));
    }

    private Folder checkout(String commit, Map<String, String> fields) {
        return checkout(commit, "creds", fields);
    }

    private Folder checkout(String commit, String secret, Map<String, String> fields) {
        var mirror = mirrors.of(url(), Credential.of(secret, url(), fields));
        mirror.resolve(commit, FetchDemand.ANY);
        return mirror.checkout(commit, "", Access.NONE);
    }

    private GitCredential credential(Map<String, String> fields) {
        return Credential.of(url(), fields);
    }

    private static Map<String, String> lfs() {
        return Map.of("enableLfs", "true");
    }

    private static byte[] content(Folder root) {
        return root.read(root.file("web/values.yaml").orElseThrow());
    }

    private static String id(Folder root) {
        return root.file("web/values.yaml").orElseThrow().objectId();
    }

    private List<Path> kept() throws IOException {
        var folder = directory.resolve("mirrors/lfs");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    private String url() {
        return host.address("app.git");
    }

    private static String basic(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private GitMirrors mirrors(String... settings) {
        var all = new ArrayList<>(List.of(settings));
        all.addAll(List.of("directory", directory.resolve("mirrors").toString()));
        return new GitMirrors(
                Settings.of(all.toArray(String[]::new)),
                new SimpleMeterRegistry(),
                AgainstGitHost.IDENTITIES);
    }
}
