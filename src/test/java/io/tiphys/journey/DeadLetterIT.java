package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.EventLog;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A record that nobody can read is put aside with the reason, and the next one is handled.
@ExtendWith(SharedTiphys.class)
class DeadLetterIT {

    private final Tiphys tiphys;
    private final SampleClone clone;

    DeadLetterIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiphys.git-events",
                "tiphys.image-events",
                "tiphys.commands",
                "tiphys.write-backs"
            })
    void garbage_becomes_a_dead_letter_and_the_next_push_is_handled(String topic) throws Exception {
        // Given
        var log = new EventLog(tiphys);
        var key = "garbage-" + UUID.randomUUID();
        var value = new byte[] {'{', 0, (byte) 0xff, '\n'};

        // When
        log.produce(
                topic,
                key,
                value,
                Map.of("ce_type", "io.tiphys.git.pushed".getBytes(StandardCharsets.UTF_8)));

        // Then
        var letter =
                eventually()
                        .until(
                                () ->
                                        log.records("tiphys.dead-letters").stream()
                                                .filter(it -> key.equals(it.key()))
                                                .findFirst(),
                                java.util.Optional::isPresent)
                        .orElseThrow();
        assertThat(letter.value()).isEqualTo(value);
        assertThat(EventLog.text(letter.headers(), "dead-letter-reason")).isNotBlank();
        assertThat(EventLog.text(letter.headers(), "dead-letter-topic")).isEqualTo(topic);
        var commit =
                clone.edit("guestbook/configmap.yaml", text -> text + "# after " + key + "\n")
                        .push("Go on");
        tiphys.awaitSynced("guestbook", commit);
    }
}
