package io.tiphys.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

/// Topics that somebody else makes (`tiphys.kafka.create-topics=false`), and may be late with.
class TopicsOfOthersTest extends AgainstBroker {

    @Override
    TestKafka config() {
        return new TestKafka(Optional.of(broker.bootstrapServers()), false, 1, 10_000_000);
    }

    @Test
    void while_topics_are_missing_it_is_not_ready_and_says_which_and_goes_on_when_they_are_there() {
        // Given
        read(events -> done(events));
        assertThatThrownBy(() -> publish(0, 1)).hasRootCauseInstanceOf(NotPublishedException.class);
        var missing = readiness();
        assertThat(missing.getStatus()).isEqualTo(Status.DOWN);
        assertThat(missing.getData().orElseThrow().get("topics"))
                .isEqualTo("The broker lacks topics: " + String.join(", ", Topics.names()));

        // When
        TestKafka.connection(new TestKafka(Optional.of(broker.bootstrapServers()), true));

        // Then
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            assertThat(readiness().getData()).isEmpty();
                            assertThat(readiness().getStatus()).isEqualTo(Status.UP);
                        });
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> published("1"));
        awaitSeen(1);
    }

    @Test
    void without_a_broker_it_is_not_ready() {
        var nowhere = TestKafka.connection(new TestKafka(Optional.of("127.0.0.1:1"), false));
        var check = new TopicCheck(nowhere);

        var readiness = new EventLogReadiness(check, reader).call();

        assertThat(readiness.getStatus()).isEqualTo(Status.DOWN);
        assertThat(readiness.getData().orElseThrow().get("topics"))
                .asString()
                .startsWith("The broker does not answer");
        check.close();
    }

    @Test
    void a_reader_that_is_not_in_its_group_or_has_ended_is_named() {
        TestKafka.connection(new TestKafka(Optional.of(broker.bootstrapServers()), true));
        read(events -> done(events));
        await().atMost(Duration.ofSeconds(30)).until(() -> reader.troubles().isEmpty());

        reader.close();

        assertThat(readiness().getStatus()).isEqualTo(Status.DOWN);
        assertThat(readiness().getData().orElseThrow())
                .containsEntry("tiphys.git-events", "its reader has ended");
    }

    @Test
    void what_may_not_be_done_with_a_topic_is_named() {
        var describe = AclOperation.DESCRIBE;

        assertThat(TopicCheck.forbidden(Set.of(describe, AclOperation.READ)))
                .containsExactly("Topics may not be written");
        assertThat(TopicCheck.forbidden(Set.of(describe, AclOperation.WRITE)))
                .containsExactly("Topics may not be read");
        assertThat(TopicCheck.forbidden(Set.of(AclOperation.READ, AclOperation.WRITE))).isEmpty();
        assertThat(TopicCheck.forbidden(Set.of())).isEmpty();
        assertThat(TopicCheck.forbidden(null)).isEmpty();
    }

    private boolean published(String id) {
        publish("h/r", id);
        return true;
    }

    private HealthCheckResponse readiness() {
        return new EventLogReadiness(topics, reader).call();
    }
}
