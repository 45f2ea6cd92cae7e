package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final String ONE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}";

    private ASandbox sandbox;

    @BeforeEach
    void start() {
        sandbox = ASandbox.still();
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void too_many_requests_are_told_when_to_come_back() throws Exception {
        sandbox.sandbox().faults().tooManyRequests(1, "list", "configmaps", Duration.ofSeconds(3));

        var answer = raw(CONFIG_MAPS);

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("3");
        var status =
                ASandbox.tree(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(status.at("/reason").asText()).isEqualTo("TooManyRequests");
        assertThat(status.at("/details/retryAfterSeconds").asInt()).isEqualTo(3);
        assertThat(sandbox.get(CONFIG_MAPS).code()).isEqualTo(200);
        assertThat(sandbox.sandbox().audit())
                .containsEntry("list configmaps", 2L)
                .containsEntry("list configmaps 429", 1L);
    }

    @Test
    void as_many_requests_fail_as_were_planned_and_no_others() {
        sandbox.sandbox().faults().fail(2, "create", "configmaps", 500);
        sandbox.sandbox().faults().fail(1, "*", "secrets", 503);

        assertThat(sandbox.get(CONFIG_MAPS).code()).isEqualTo(200);
        assertThat(sandbox.get("/api/v1/secrets").reason()).isEqualTo("ServiceUnavailable");
        assertThat(sandbox.post(CONFIG_MAPS, ONE).reason()).isEqualTo("InternalError");
        assertThat(sandbox.get(CONFIG_MAPS + "/one").code()).isEqualTo(404);
        assertThat(sandbox.post(CONFIG_MAPS, ONE).code()).isEqualTo(500);
        assertThat(sandbox.post(CONFIG_MAPS, ONE).code()).isEqualTo(201);
        assertThat(sandbox.sandbox().audit())
                .containsEntry("create configmaps 500", 2L)
                .containsEntry("list secrets 503", 1L);
    }

    @Test
    void what_is_planned_can_be_called_off() {
        sandbox.sandbox().faults().fail(5, "*", "*", 500);
        sandbox.sandbox().faults().clear();

        assertThat(sandbox.get(CONFIG_MAPS).code()).isEqualTo(200);
    }

    @Test
    void a_late_answer_holds_nobody_else_up() {
        sandbox.sandbox().faults().delay(1, "list", "configmaps", Duration.ofMillis(700));
        var begun = Instant.now();
        var late =
                sandbox.http()
                        .sendAsync(
                                sandbox.request(CONFIG_MAPS).GET().build(),
                                BodyHandlers.discarding());
        await().until(() -> sandbox.sandbox().audit().containsKey("list configmaps delayed"));

        assertThat(sandbox.get(CONFIG_MAPS).code()).isEqualTo(200);
        assertThat(late).isNotDone();
        assertThat(late.join().statusCode()).isEqualTo(200);
        assertThat(Duration.between(begun, Instant.now())).isGreaterThan(Duration.ofMillis(690));
        assertThat(sandbox.sandbox().audit()).containsEntry("list configmaps", 2L);
    }

    @Test
    void a_broken_watch_ends_without_a_word() throws Exception {
        sandbox.post(CONFIG_MAPS, ONE);
        try (var lines = lines(raw(CONFIG_MAPS + "?watch=true"))) {
            assertThat(lines.readLine()).contains("ADDED");

            sandbox.sandbox().faults().breakWatches();

            assertThatThrownBy(lines::readLine).isInstanceOf(IOException.class);
        }
        assertThat(sandbox.sandbox().audit()).containsEntry("watch configmaps broken", 1L);
    }

    @Test
    void an_expired_watch_is_told_so_and_cannot_be_taken_up_again() throws Exception {
        var old = sandbox.post(CONFIG_MAPS, ONE).text("/metadata/resourceVersion");
        sandbox.delete(CONFIG_MAPS + "/one");
        var watch = CONFIG_MAPS + "?watch=true&resourceVersion=" + old;
        try (var lines = lines(raw(watch))) {
            assertThat(lines.readLine()).contains("DELETED");

            sandbox.sandbox().faults().expireWatches();

            assertThat(lines.readLine()).contains("ERROR", "\"code\":410", "Expired");
            assertThat(lines.readLine()).isNull();
        }
        try (var lines = lines(raw(watch))) {
            assertThat(lines.readLine()).contains("ERROR", "\"code\":410", "Expired");
        }
        assertThat(sandbox.sandbox().audit()).containsEntry("watch configmaps 410", 1L);
    }

    private HttpResponse<InputStream> raw(String path) throws Exception {
        return sandbox.http()
                .send(sandbox.request(path).GET().build(), BodyHandlers.ofInputStream());
    }

    private static BufferedReader lines(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }
}
