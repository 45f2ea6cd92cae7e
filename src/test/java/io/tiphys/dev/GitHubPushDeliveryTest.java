package io.tiphys.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand.ResetType;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.transport.RefSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitHubPushDeliveryTest {

    private static final String NONE = "0".repeat(40);

    private record Delivery(Headers headers, byte[] body) {

        JsonNode json() throws Exception {
            return new ObjectMapper().readTree(body);
        }
    }

    @TempDir Path directory;
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(202);
    private HttpServer receiver;
    private GitHubPushDelivery delivery;
    private SampleRepository sample;
    private Git clone;

    @BeforeEach
    void clone_a_repository_whose_pushes_are_delivered() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(Loopback.ADDRESS, 0), 0);
        receiver.createContext(
                "/api/webhook",
                exchange -> {
                    var body = exchange.getRequestBody().readAllBytes();
                    deliveries.add(new Delivery(exchange.getRequestHeaders(), body));
                    exchange.sendResponseHeaders(answer.get(), -1);
                    exchange.close();
                });
        receiver.start();
        var target =
                "http://%s:%d/api/webhook"
                        .formatted(Loopback.HOST, receiver.getAddress().getPort());
        delivery = new GitHubPushDelivery(URI.create(target), () -> "s3cret");
        sample = SampleRepository.start(directory.resolve("sample.git"), 0, delivery);
        clone =
                Git.cloneRepository()
                        .setURI(sample.cloneUrl().toString())
                        .setDirectory(directory.resolve("clone").toFile())
                        .call();
    }

    @AfterEach
    void stop() {
        clone.close();
        sample.close();
        delivery.close();
        receiver.stop(0);
    }

    @Test
    void a_delivery_is_signed_over_its_bytes() throws Exception {
        commit("guestbook/deployment.yaml", "replicas: 3\n");
        clone.push().call();

        var delivered = delivered(1).getFirst();

        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret".getBytes(), "HmacSHA256"));
        assertThat(delivered.headers.getFirst("X-Hub-Signature-256"))
                .isEqualTo("sha256=" + HexFormat.of().formatHex(mac.doFinal(delivered.body)));
        assertThat(delivered.headers.getFirst("X-GitHub-Event")).isEqualTo("push");
        assertThat(UUID.fromString(delivered.headers.getFirst("X-GitHub-Delivery"))).isNotNull();
        assertThat(delivered.headers.getFirst("Content-Type")).isEqualTo("application/json");
        assertThat(delivered.headers.getFirst("User-Agent")).startsWith("GitHub-Hookshot/");
    }

    @Test
    void a_push_is_described_with_its_repository_and_its_commits() throws Exception {
        // Given
        var before = head();
        var first = commit("guestbook/deployment.yaml", "replicas: 3\n");
        Files.delete(directory.resolve("clone/api/service.yaml"));
        var second = commit("api/ingress.yaml", "kind: Ingress\n");

        // When
        clone.push().call();

        // Then
        var push = delivered(1).getFirst().json();
        assertThat(push.at("/ref").asText()).isEqualTo("refs/heads/main");
        assertThat(push.at("/before").asText()).isEqualTo(before);
        assertThat(push.at("/after").asText()).isEqualTo(second);
        assertThat(push.at("/created").isBoolean()).isTrue();
        assertThat(flags(push)).isEqualTo("created=false deleted=false forced=false");
        assertThat(push.at("/pusher/name").asText()).isEqualTo("developer");

        var repository = push.at("/repository");
        assertThat(repository.at("/name").asText()).isEqualTo("sample");
        assertThat(repository.at("/full_name").asText()).isEqualTo("sample/sample");
        assertThat(repository.at("/clone_url").asText()).isEqualTo(sample.cloneUrl().toString());
        assertThat(repository.at("/html_url").asText() + ".git")
                .isEqualTo(sample.cloneUrl().toString());
        assertThat(repository.at("/default_branch").asText()).isEqualTo("main");

        var commits = push.at("/commits");
        assertThat(commits).hasSize(2);
        assertThat(commits.at("/0/id").asText()).isEqualTo(first);
        assertThat(commits.at("/0/modified")).hasToString("[\"guestbook/deployment.yaml\"]");
        assertThat(commits.at("/1/id").asText()).isEqualTo(second);
        assertThat(commits.at("/1/added")).hasToString("[\"api/ingress.yaml\"]");
        assertThat(commits.at("/1/removed")).hasToString("[\"api/service.yaml\"]");
        assertThat(commits.at("/1/message").asText()).isEqualTo("Change api/ingress.yaml");
        assertThat(commits.at("/1/author/email").asText()).isEqualTo("ada@example.org");
        assertThat(OffsetDateTime.parse(commits.at("/1/timestamp").asText())).isNotNull();
        assertThat(push.at("/head_commit")).isEqualTo(commits.get(1));
    }

    @Test
    void each_ref_has_a_delivery_of_its_own_and_a_deleted_one_no_commits() throws Exception {
        // Given
        var next = commit("api/scale.yaml", "replicas: 3\n");

        // When
        push("HEAD:refs/heads/next", "HEAD:refs/tags/v1");
        push(":refs/heads/next");

        // Then
        var pushes = delivered(3);
        var created = pushes.get(0).json();
        assertThat(created.at("/ref").asText()).isEqualTo("refs/heads/next");
        assertThat(flags(created)).isEqualTo("created=true deleted=false forced=false");
        assertThat(created.at("/before").asText()).isEqualTo(NONE);
        assertThat(created.at("/commits").findValuesAsText("id")).containsExactly(next);
        assertThat(pushes.get(1).json().at("/ref").asText()).isEqualTo("refs/tags/v1");

        var deleted = pushes.get(2).json();
        assertThat(flags(deleted)).isEqualTo("created=false deleted=true forced=false");
        assertThat(deleted.at("/after").asText()).isEqualTo(NONE);
        assertThat(deleted.at("/commits")).isEmpty();
        assertThat(deleted.at("/head_commit").isNull()).isTrue();
    }

    @Test
    void a_forced_push_lists_what_it_brought() throws Exception {
        // Given
        commit("api/scale.yaml", "replicas: 3\n");
        clone.push().call();
        clone.reset().setMode(ResetType.HARD).setRef("HEAD~1").call();
        var instead = commit("api/scale.yaml", "replicas: 4\n");

        // When
        clone.push().setForce(true).call();

        // Then
        var push = delivered(2).get(1).json();
        assertThat(flags(push)).isEqualTo("created=false deleted=false forced=true");
        assertThat(push.at("/commits").findValuesAsText("id")).containsExactly(instead);
    }

    @Test
    void no_more_commits_are_listed_than_github_lists() throws Exception {
        // Given
        commitEmpty(GitHubPushPayload.MAX_COMMITS + 1);

        // When
        clone.push().call();

        // Then
        var push = delivered(1).getFirst().json();
        assertThat(push.at("/commits")).hasSize(GitHubPushPayload.MAX_COMMITS);
        assertThat(push.at("/commits/0/message").asText()).isEqualTo("Number 1");
        assertThat(push.at("/head_commit/id").asText()).isEqualTo(head());
    }

    @Test
    void a_delivery_that_is_refused_is_not_repeated_and_the_next_one_leaves() throws Exception {
        // Given
        answer.set(503);
        commit("api/scale.yaml", "replicas: 3\n");
        clone.push().call();
        var refused = delivered(1).getFirst().json();

        // When
        answer.set(202);
        var after = commit("api/scale.yaml", "replicas: 4\n");
        clone.push().call();

        // Then
        var next = delivered(2).get(1).json();
        assertThat(next.at("/after").asText()).isEqualTo(after);
        assertThat(next.at("/before").asText()).isEqualTo(refused.at("/after").asText());
    }

    private List<Delivery> delivered(int count) {
        await().untilAsserted(() -> assertThat(deliveries).hasSize(count));
        return deliveries;
    }

    private static String flags(JsonNode push) {
        return "created=%s deleted=%s forced=%s"
                .formatted(push.get("created"), push.get("deleted"), push.get("forced"));
    }

    private String head() throws Exception {
        return clone.getRepository().resolve("HEAD").name();
    }

    private String commit(String file, String content) throws Exception {
        Files.writeString(directory.resolve("clone").resolve(file), content);
        clone.add().addFilepattern(".").setAll(true).call();
        return clone.commit()
                .setAuthor("Ada", "ada@example.org")
                .setMessage("Change " + file)
                .call()
                .name();
    }

    private void commitEmpty(int count) throws Exception {
        var repository = clone.getRepository();
        try (var objects = ((ObjectDirectory) repository.getObjectDatabase()).newPackInserter()) {
            var tip = repository.resolve("HEAD");
            var commit = new CommitBuilder();
            commit.setTreeId(repository.resolve("HEAD^{tree}"));
            commit.setAuthor(new PersonIdent("Ada", "ada@example.org"));
            commit.setCommitter(commit.getAuthor());
            for (var i = 0; i < count; i++) {
                commit.setMessage("Number " + i);
                commit.setParentId(tip);
                tip = objects.insert(commit);
            }
            objects.flush();
            var main = repository.updateRef("refs/heads/main");
            main.setNewObjectId(tip);
            main.update();
        }
    }

    private void push(String... refs) throws Exception {
        var specs = Arrays.stream(refs).map(RefSpec::new).toList();
        clone.push().setRefSpecs(specs).call();
    }
}
