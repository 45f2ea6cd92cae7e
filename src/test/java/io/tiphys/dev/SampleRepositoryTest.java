package io.tiphys.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.dev.PushHook.RefUpdate;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleRepositoryTest {

    private static final ObjectId NONE = ObjectId.zeroId();

    @TempDir Path directory;
    private final List<RefUpdate> told = new CopyOnWriteArrayList<>();
    private SampleRepository sample;

    @BeforeEach
    void serve() {
        sample = start(0);
    }

    @AfterEach
    void stop_serving() {
        sample.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2"})
    void git_clones_the_sample(String protocol) throws Exception {
        var clone = cloneWithGit("-c", "protocol.version=" + protocol);

        assertThat(clone.run("symbolic-ref", "HEAD")).isEqualTo("refs/heads/main");
        assertThat(clone.run("ls-files").lines()).containsExactlyElementsOf(SampleRepository.FILES);
        assertThat(clone.directory().resolve("guestbook/deployment.yaml"))
                .content()
                .contains("image: registry.local/team/guestbook:1.0.0   # keep on one line\n");
    }

    @Test
    void a_push_is_told_once_others_can_see_it() throws Exception {
        // Given
        var clone = cloneWithGit();
        var before = clone.run("rev-parse", "HEAD");

        // When
        var after = clone.commit("api/scale.yaml", "replicas: 3\n");
        clone.run("push");

        // Then
        assertThat(told).containsExactly(moved("refs/heads/main", before, after, false));
        assertThat(clone.run("ls-remote", "origin", "main")).startsWith(after);
    }

    @Test
    void a_stale_push_is_rejected_and_a_forced_one_is_told_as_such() throws Exception {
        // Given
        var clone = cloneWithGit();
        var first = clone.run("rev-parse", "HEAD");
        var abandoned = clone.commit("api/scale.yaml", "replicas: 3\n");
        clone.run("push");
        clone.run("reset", "--hard", first);
        var after = clone.commit("api/scale.yaml", "replicas: 4\n");
        told.clear();

        // When
        var stale = clone.attempt("push");
        var forced = clone.attempt("push", "--force");

        // Then
        assertThat(stale.exitCode()).isNotZero();
        assertThat(stale.output()).contains("rejected");
        assertThat(forced.exitCode()).isZero();
        assertThat(told).containsExactly(moved("refs/heads/main", abandoned, after, true));
    }

    @Test
    void every_ref_of_a_push_is_told_created_or_deleted() throws Exception {
        var clone = cloneWithGit();
        var head = clone.run("rev-parse", "HEAD");

        clone.run("push", "origin", "HEAD:refs/heads/next", "HEAD:refs/tags/v1");
        clone.run("push", "origin", ":refs/heads/next");

        assertThat(told)
                .containsExactlyInAnyOrder(
                        moved("refs/heads/next", NONE.name(), head, false),
                        moved("refs/tags/v1", NONE.name(), head, false),
                        moved("refs/heads/next", head, NONE.name(), false));
        assertThat(told.get(0).created()).isTrue();
        assertThat(told.get(2).deleted()).isTrue();
    }

    @Test
    void who_pushed_is_whom_the_client_says_it_is() throws Exception {
        var clone = cloneWithGit();
        clone.commit("api/scale.yaml", "replicas: 3\n");

        clone.run("-c", "http.extraHeader=Authorization: Basic YWRhOng=", "push");

        assertThat(told).extracting(RefUpdate::pusher).containsExactly("ada");
    }

    @Test
    void a_push_larger_than_any_buffer_arrives() throws Exception {
        // Given
        var clone = cloneWithGit();
        var noise = new byte[8 * 1024 * 1024];
        new Random(1).nextBytes(noise);
        Files.write(clone.directory().resolve("noise.bin"), noise);
        var after = clone.commit("noise.txt", "beside it\n");

        // When
        clone.run("push");

        // Then
        assertThat(told).extracting(update -> update.after().name()).containsExactly(after);
        assertThat(cloneWithGit().directory().resolve("noise.bin")).hasBinaryContent(noise);
    }

    @Test
    void git_fetches_a_commit_by_its_id_and_without_its_history() throws Exception {
        // Given
        var clone = cloneWithGit();
        var first = clone.run("rev-parse", "HEAD");
        var abandoned = clone.commit("api/scale.yaml", "replicas: 3\n");
        clone.run("push");
        clone.run("push", "--force", "origin", first + ":main");

        // When
        var shallow = cloneWithGit("--depth", "1");
        shallow.run("fetch", "--depth", "1", "origin", abandoned);

        // Then
        assertThat(shallow.run("rev-list", "FETCH_HEAD")).isEqualTo(abandoned);
    }

    @Test
    void git_fetches_what_is_new_when_it_has_a_long_history_of_its_own() throws Exception {
        // Given
        var clone = cloneWithGit();
        var elsewhere = cloneWithGit();
        for (var i = 0; i < 40; i++) {
            clone.run("commit", "-q", "--allow-empty", "-m", "Of its own " + i);
        }
        var pushed = elsewhere.commit("api/scale.yaml", "replicas: 3\n");
        elsewhere.run("push");

        // When
        clone.run("fetch");

        // Then
        assertThat(clone.run("rev-parse", "origin/main")).isEqualTo(pushed);
    }

    @Test
    void jgit_clones_and_pushes() throws Exception {
        try (var git =
                Git.cloneRepository()
                        .setURI(sample.cloneUrl().toString())
                        .setDirectory(directory.resolve("jgit").toFile())
                        .call()) {
            var commit = git.commit().setMessage("Nothing new").setAllowEmpty(true).call();

            var results = git.push().call();

            assertThat(results)
                    .flatExtracting(result -> List.copyOf(result.getRemoteUpdates()))
                    .extracting(RemoteRefUpdate::getStatus)
                    .containsExactly(RemoteRefUpdate.Status.OK);
            assertThat(told).extracting(RefUpdate::after).containsExactly(commit.getId());
        }
    }

    @Test
    void what_was_pushed_is_there_after_a_restart() throws Exception {
        // Given
        var clone = cloneWithGit();
        var after = clone.commit("api/scale.yaml", "replicas: 3\n");
        clone.run("push");
        var url = sample.cloneUrl();

        // When
        sample.close();
        sample = start(url.getPort());

        // Then
        assertThat(sample.cloneUrl()).isEqualTo(url);
        assertThat(clone.run("ls-remote", "origin", "main")).startsWith(after);
    }

    @Test
    void a_creation_that_was_killed_half_way_is_begun_anew() throws Exception {
        var unfinished = Files.createDirectories(directory.resolve("other.git.new/objects"));
        Files.writeString(unfinished.resolve("half"), "written");

        try (var other = SampleRepository.start(directory.resolve("other.git"), 0, quiet())) {
            assertThat(get(other.cloneUrl() + "/info/refs?service=git-upload-pack").body())
                    .contains("refs/heads/main");
            assertThat(directory.resolve("other.git.new")).doesNotExist();
        }
    }

    @Test
    void a_taken_port_is_named() throws Exception {
        try (var taken = new ServerSocket(0, 1, Loopback.ADDRESS)) {
            assertThatThrownBy(() -> start(taken.getLocalPort()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void a_compressed_request_is_answered_as_a_plain_one() throws Exception {
        var listRefs = "0014command=ls-refs\n0000".getBytes(StandardCharsets.US_ASCII);

        var plain = ask("identity", listRefs);
        var compressed = ask("gzip", gzip(listRefs));

        assertThat(plain.body()).contains("refs/heads/main");
        assertThat(compressed.body()).isEqualTo(plain.body());
        assertThat(ask("br", listRefs).statusCode()).isEqualTo(415);
    }

    @Test
    void other_paths_and_protocols_are_refused_with_a_reason() throws Exception {
        var elsewhere = get(sample.cloneUrl().resolve("/other.git/info/refs").toString());
        assertThat(elsewhere.statusCode()).isEqualTo(404);
        assertThat(elsewhere.body()).contains("git clone " + sample.cloneUrl());

        assertThat(get(sample.cloneUrl() + "/info/refs").statusCode()).isEqualTo(403);
        assertThat(get(sample.cloneUrl() + "/git-upload-pack").statusCode()).isEqualTo(405);
    }

    @Test
    void a_request_that_announces_too_much_is_refused_unread() throws Exception {
        try (var socket = new Socket(Loopback.ADDRESS, sample.cloneUrl().getPort())) {
            socket.getOutputStream()
                    .write(
                            """
                            POST /sample.git/git-receive-pack HTTP/1.1\r
                            Host: localhost\r
                            Content-Length: 99999999999\r
                            \r
                            """
                                    .getBytes(StandardCharsets.US_ASCII));

            var answer = new String(socket.getInputStream().readAllBytes());

            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("at most");
        }
    }

    @Test
    void the_applications_deploy_from_where_it_is_served() {
        assertThat(sample.applications())
                .contains("repoURL: \"" + sample.cloneUrl() + "\"")
                .doesNotContain("@SAMPLE_REPOSITORY@");
    }

    @Test
    void every_sample_file_is_in_the_first_commit() throws Exception {
        var root = Path.of("src/main/resources" + SampleRepository.SAMPLES);
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(Files::isRegularFile).map(root::relativize).map(Path::toString))
                    .containsExactlyInAnyOrderElementsOf(SampleRepository.FILES);
        }
    }

    private SampleRepository start(int port) {
        return SampleRepository.start(
                directory.resolve("sample.git"), port, (_, _, update) -> told.add(update));
    }

    private static PushHook quiet() {
        return (_, _, _) -> {};
    }

    private GitClient cloneWithGit(String... options) throws Exception {
        assumeTrue(GitClient.installed(), "git is not installed");
        var clone = Files.createTempDirectory(directory, "clone");
        var command = Stream.of(Stream.of("clone", "-q"), Stream.of(options));
        new GitClient(directory)
                .run(
                        Stream.concat(
                                        command.flatMap(part -> part),
                                        Stream.of(sample.cloneUrl().toString(), clone.toString()))
                                .toArray(String[]::new));
        return new GitClient(clone);
    }

    private static RefUpdate moved(String ref, String before, String after, boolean forced) {
        return new RefUpdate(
                ref, ObjectId.fromString(before), ObjectId.fromString(after), forced, "developer");
    }

    private static HttpResponse<String> get(String url) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)).build());
    }

    private HttpResponse<String> ask(String encoding, byte[] body) throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create(sample.cloneUrl() + "/git-upload-pack"))
                        .header("Git-Protocol", "version=2")
                        .header("Content-Encoding", encoding)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }

    private static byte[] gzip(byte[] plain) throws Exception {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(plain);
        }
        return compressed.toByteArray();
    }
}
