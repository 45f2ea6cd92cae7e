package io.tiphys.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.EventLog;
import io.tiphys.support.Tiphys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service that is stopped and started finds what it had.
class SecondStartIT {

    @Test
    void a_stop_is_clean_and_a_second_start_brings_everything_back(@TempDir Path data)
            throws Exception {
        try (var tiphys = Tiphys.start(data);
                var clone = tiphys.cloneSample()) {
            // Given
            var commit =
                    clone.edit(
                                    "guestbook/deployment.yaml",
                                    text -> text.replaceFirst("replicas: \\d+", "replicas: 4"))
                            .push("Run four");
            tiphys.awaitSynced("guestbook", commit);
            var repository = tiphys.endpoint("sampleRepository");
            var deployment = tiphys.deployment("guestbook", "guestbook").getMetadata().getUid();
            var secret = tiphys.secret("webhook.github.secret");
            var events = ids(tiphys);

            // When
            tiphys.stop();

            // Then
            tiphys.assertNoTroubleInLog();
            assertThat(Files.exists(data.resolve("endpoints.json"))).isFalse();

            // When
            tiphys.restart();

            // Then
            assertThat(tiphys.endpoint("sampleRepository")).isEqualTo(repository);
            assertThat(clone.tip()).isEqualTo(commit);
            assertThat(tiphys.deployment("guestbook", "guestbook").getMetadata().getUid())
                    .isEqualTo(deployment);
            assertThat(tiphys.secret("webhook.github.secret")).isEqualTo(secret);
            assertThat(ids(tiphys)).containsAll(events);
            var next =
                    clone.edit(
                                    "guestbook/deployment.yaml",
                                    text -> text.replaceFirst("replicas: \\d+", "replicas: 2"))
                            .push("Run two");
            tiphys.awaitSynced("guestbook", next);
            tiphys.stop();
            tiphys.assertNoTroubleInLog();
        }
    }

    private static List<String> ids(Tiphys tiphys) {
        return new EventLog(tiphys)
                .records("tiphys.git-events").stream()
                        .map(event -> EventLog.text(event.headers(), "ce_id"))
                        .toList();
    }
}
