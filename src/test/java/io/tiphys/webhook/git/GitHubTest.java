package io.tiphys.webhook.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.GitEvent;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.Golden;
import io.tiphys.webhook.MalformedDeliveryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GitHubTest {

    private static final String PUSH =
            """
            {"ref": "refs/heads/main",
             "before": "1111111111111111111111111111111111111111",
             "after": "2222222222222222222222222222222222222222",
             "forced": false,
             "repository": {"clone_url": "https://github.com/acme/shop.git"},
             "commits": [%s]}
            """;

    @TestFactory
    Stream<DynamicTest> samples() throws IOException {
        return Golden.cases(new GitHub());
    }

    @Test
    void a_delivery_without_a_name_is_named_by_its_body() {
        var push = PUSH.formatted("").getBytes(UTF_8);

        var first = new GitHub().read(event("push", push));
        var again = new GitHub().read(event("push", push));

        assertThat(first.delivery()).hasSize(64).isEqualTo(again.delivery());
        assertThat(first.gitEvents().getFirst().id())
                .isEqualTo(first.delivery() + ":refs/heads/main");
    }

    @Test
    void a_payload_in_a_form_says_what_to_choose_instead() {
        var headers =
                Map.of(
                        "X-GitHub-Event", "push",
                        "Content-Type", "application/x-www-form-urlencoded");

        assertThatThrownBy(
                        () ->
                                new GitHub()
                                        .read(
                                                new Delivery(
                                                        "192.0.2.1",
                                                        name -> headers.getOrDefault(name, ""),
                                                        _ -> "",
                                                        "payload=%7B%7D".getBytes(UTF_8))))
                .isInstanceOf(MalformedDeliveryException.class)
                .hasMessageContaining("application/json");
    }

    @Test
    void two_thousand_and_forty_eight_commits_may_not_be_all() {
        assertThat(pushOf(2047).pathsComplete()).isTrue();
        assertThat(pushOf(2048).pathsComplete()).isFalse();
    }

    @Test
    void more_paths_than_a_record_holds_are_left_out_and_said_so() {
        // Given
        var files =
                IntStream.range(0, 30_000)
                        .mapToObj(it -> "\"dir/file-%d.yaml\"".formatted(it))
                        .collect(Collectors.joining(","));
        var commit = "{\"added\": [%s], \"modified\": [], \"removed\": []}".formatted(files);

        // When
        var push = push(PUSH.formatted(commit));

        // Then
        assertThat(push.pathsComplete()).isFalse();
        assertThat(push.changedPaths())
                .hasSizeLessThanOrEqualTo(10_000)
                .contains("dir/file-0.yaml");
        assertThat(String.join("", push.changedPaths())).hasSizeLessThanOrEqualTo(96 * 1024);
    }

    @Test
    void no_more_than_ten_thousand_paths_are_told_however_short() {
        var files =
                IntStream.range(0, 10_001)
                        .mapToObj(it -> "\"%d\"".formatted(it))
                        .collect(Collectors.joining(","));
        var commit = "{\"added\": [%s], \"modified\": [], \"removed\": []}";

        var push = push(PUSH.formatted(commit.formatted(files)));

        assertThat(push.pathsComplete()).isFalse();
        assertThat(push.changedPaths()).hasSize(10_000);
    }

    @Test
    void a_repository_has_no_more_than_eight_addresses() {
        var addresses =
                IntStream.range(0, 20)
                        .mapToObj("\"clone_url\": \"https://github.com/acme/shop-%d\""::formatted)
                        .collect(Collectors.joining(","));
        var payload =
                PUSH.formatted("")
                        .replaceFirst(
                                "\"repository\": \\{.*}", "\"repository\": {" + addresses + "}");

        var contents = new GitHub().read(event("push", payload.getBytes(UTF_8)));

        assertThat(contents.gitEvents()).hasSize(8);
    }

    /// Whatever is cut, swapped or overwritten: read, or refused by the one exception.
    @Test
    void no_garbled_payload_escapes() throws IOException {
        var random = new Random(7);
        var sample =
                Files.readAllBytes(
                        Path.of("src/test/resources/golden/webhook/github/push/payload.json"));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            var garbled = sample.clone();
            for (int j = 0; j <= random.nextInt(4); j++) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextBoolean() ? garbled.length : random.nextInt(garbled.length);
            try {
                var read = new GitHub().read(event("push", Arrays.copyOf(garbled, length)));
                assertThat(read.gitEvents()).isNotEmpty();
            } catch (MalformedDeliveryException expected) {
                assertThat(expected).hasMessageMatching("The (field|body).*");
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 20_000);
    }

    private static GitEvent.Pushed pushOf(int commits) {
        var commit = "{\"added\": [], \"modified\": [\"a\"], \"removed\": []}";
        return push(
                PUSH.formatted(
                        Stream.generate(() -> commit)
                                .limit(commits)
                                .collect(Collectors.joining(","))));
    }

    private static GitEvent.Pushed push(String payload) {
        var contents = new GitHub().read(event("push", payload.getBytes(UTF_8)));
        return (GitEvent.Pushed) contents.gitEvents().getFirst();
    }

    private static Delivery event(String event, byte[] body) {
        return new Delivery(
                "192.0.2.1", name -> name.equals("X-GitHub-Event") ? event : "", _ -> "", body);
    }
}
