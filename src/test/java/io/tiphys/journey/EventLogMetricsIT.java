package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static io.tiphys.support.Tiphys.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an operator's alerts ask of the event log: by names that must not change.
@ExtendWith(SharedTiphys.class)
class EventLogMetricsIT {

    private static final String NOBODY = "http://127.0.0.1/nobody-uses-this.git";

    /// What a Kafka client has to measure is looked for once a minute.
    private static final Duration UNTIL_MEASURED = Duration.ofMinutes(3);

    private final Tiphys tiphys;

    EventLogMetricsIT(Tiphys tiphys) {
        this.tiphys = tiphys;
    }

    @Test
    void what_was_handled_repeated_and_put_aside_is_counted() throws Exception {
        var push = Deliveries.push(NOBODY, "3".repeat(40), "4".repeat(40));
        var id = UUID.randomUUID().toString();
        var deliveries = new Deliveries(tiphys);
        assertThat(deliveries.fromGitHub(id, push).statusCode()).isEqualTo(202);
        assertThat(deliveries.fromGitHub(id, push).statusCode()).isEqualTo(202);
        new EventLog(tiphys).produce("tiphys.git-events", id, "no event".getBytes(UTF_8), Map.of());

        eventually()
                .untilAsserted(
                        () ->
                                assertThat(metrics())
                                        .containsPattern(
                                                "tiphys_dead_letters_total\\{[^}]*topic=\"tiphys\\.git-events\"[^}]*}"
                                                    + " [1-9]")
                                        .containsPattern("tiphys_events_repeated_total [1-9]")
                                        .containsPattern(
                                                "tiphys_events_age_seconds_count\\{[^}]*topic=\"tiphys\\.git-events\"[^}]*}"
                                                    + " [1-9]")
                                        .containsPattern("argocd_webhook_requests_total [1-9]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiphys.git-events",
                "tiphys.image-events",
                "tiphys.incomplete-pushes",
                "tiphys.commands",
                "tiphys.write-backs"
            })
    void how_far_the_readers_of_a_topic_are_behind_is_measured(String topic) {
        eventually()
                .atMost(UNTIL_MEASURED)
                .untilAsserted(
                        () ->
                                assertThat(metrics().lines())
                                        .anyMatch(
                                                it ->
                                                        it.startsWith(
                                                                        "kafka_consumer_fetch_manager_records_lag{")
                                                                && it.contains(
                                                                        "topic=\"%s\""
                                                                                .formatted(
                                                                                        topic))));
    }

    @Test
    void it_is_ready_while_the_event_log_is() {
        var answer =
                eventually()
                        .until(() -> tiphys.get("/q/health/ready"), it -> it.statusCode() == 200);

        assertThat(StreamSupport.stream(json(answer.body()).path("checks").spliterator(), false))
                .anySatisfy(
                        it -> {
                            assertThat(it.path("name").asText()).isEqualTo("Event log");
                            assertThat(it.path("status").asText()).isEqualTo("UP");
                        });
    }

    private String metrics() {
        var answer = tiphys.get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }
}
