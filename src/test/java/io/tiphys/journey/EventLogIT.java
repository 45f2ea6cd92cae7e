package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static io.tiphys.support.Tiphys.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// An operator looks up what was sent and what became of it, and has it handled once more.
@ExtendWith(SharedTiphys.class)
class EventLogIT {

    private static final String NOBODY = "http://127.0.0.1/nobody-uses-this.git";

    private final Tiphys tiphys;
    private final Deliveries deliveries;
    private final String id = UUID.randomUUID().toString();

    EventLogIT(Tiphys tiphys) {
        this.tiphys = tiphys;
        deliveries = new Deliveries(tiphys);
    }

    @Test
    void who_sent_what_and_what_became_of_it_can_be_looked_up() {
        int refusedBefore = outcomes("unauthorized").size();
        var push = Deliveries.push(NOBODY, "1".repeat(40), "2".repeat(40));
        assertThat(deliveries.fromGitHub(id, push).statusCode()).isEqualTo(202);
        assertThat(deliveries.fromGitHub(id, push).statusCode()).isEqualTo(202);
        assertThat(deliveries.fromGitHub(id, push, "sha256=" + "0".repeat(64)).statusCode())
                .isEqualTo(401);

        // Those of others are in it as well.
        eventually().until(() -> outcomes("unauthorized").size() > refusedBefore);
        var ours =
                eventually()
                        .until(
                                () ->
                                        outcomes("accepted").stream()
                                                .filter(
                                                        it ->
                                                                it.path("delivery")
                                                                        .asText()
                                                                        .equals(id))
                                                .toList(),
                                it -> it.size() >= 2);
        assertThat(ours).hasSize(2);
        assertThat(ours)
                .allSatisfy(
                        it -> {
                            assertThat(it.path("provider").asText()).isEqualTo("github");
                            assertThat(it.path("sender").asText()).isEqualTo("127.0.0.1");
                            assertThat(it.path("events").path(0).asText())
                                    .isEqualTo(id + ":refs/heads/main");
                        });
        assertThat(ours)
                .extracting(it -> it.path("redelivery").asBoolean())
                .containsExactly(false, true);
    }

    @Test
    void a_dead_letter_is_listed_and_replayed() throws Exception {
        // Given
        new EventLog(tiphys)
                .produce(
                        "tiphys.git-events",
                        id,
                        "no event".getBytes(UTF_8),
                        Map.of(
                                "ce_type",
                                "io.tiphys.git.pushed".getBytes(UTF_8),
                                "ce_id",
                                id.getBytes(UTF_8)));
        var letter = awaitLetters(1).path(0);
        assertThat(letter.path("data").asText()).isEqualTo("no event");
        assertThat(letter.path("attributes").path("dead-letter-reason").asText())
                .startsWith("The record is no io.tiphys.git.pushed");

        // When
        var answer = replay("{\"topic\": \"dead-letters\", \"id\": \"%s\"}".formatted(id));

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer.body()).path("replayed").path(0).asText()).isEqualTo(id);
        awaitLetters(2);
    }

    @Test
    void a_replay_of_everything_or_of_nonsense_is_refused() {
        assertThat(replay("{}").statusCode()).isEqualTo(400);
        assertThat(replay("{\"topic\": \"git-events\"}").statusCode()).isEqualTo(400);
        assertThat(replay("{\"id\": \"x\", \"limit\": \"many\"}").statusCode()).isEqualTo(400);
        assertThat(replay("no json").statusCode()).isEqualTo(400);
        assertThat(replay("{\"id\": \"%s\"}".formatted(id)).body()).isEqualTo("{\"replayed\":[]}");
    }

    @Test
    void who_is_not_on_this_machine_is_shown_nothing() {
        var answer =
                tiphys.post(
                        "/api/v1/events/replay",
                        "{\"since\": \"1h\"}".getBytes(UTF_8),
                        "Content-Type",
                        "application/json",
                        "X-Forwarded-For",
                        "192.0.2.1");

        assertThat(answer.statusCode()).isEqualTo(403);
    }

    private List<JsonNode> outcomes(String outcome) {
        var log = get("/api/v1/deliveries?since=1h&limit=1000").path("items");
        return StreamSupport.stream(log.spliterator(), false)
                .filter(it -> it.path("outcome").asText().equals(outcome))
                .toList();
    }

    private JsonNode awaitLetters(int count) {
        return eventually()
                .until(
                        () -> get("/api/v1/events?topic=dead-letters&id=" + id).path("items"),
                        it -> it.size() == count);
    }

    private JsonNode get(String path) {
        var answer = tiphys.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    private java.net.http.HttpResponse<String> replay(String body) {
        return tiphys.post(
                "/api/v1/events/replay", body.getBytes(UTF_8), "Content-Type", "application/json");
    }
}
