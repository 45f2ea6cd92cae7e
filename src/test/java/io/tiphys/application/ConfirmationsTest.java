package io.tiphys.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.SyncStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {

    private final Confirmations confirmations = new Confirmations();
    private int asked;

    @Test
    void a_difference_that_applying_would_not_mend_is_none() {
        assertThat(status("1", "a", this::applied)).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(status("2", "a", _ -> live("2", "live"))).isEqualTo(SyncStatus.SYNCED);
    }

    @Test
    void neither_answer_is_asked_for_twice() {
        for (int round = 0; round < 3; round++) {
            assertThat(status("1", "a", this::applied)).isEqualTo(SyncStatus.OUT_OF_SYNC);
            assertThat(status("2", "a", this::unchanged)).isEqualTo(SyncStatus.SYNCED);
        }
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void a_change_of_target_or_live_object_asks_again() {
        status("1", "a", this::applied);
        status("1", "b", this::applied);
        status("2", "b", this::applied);

        assertThat(asked).isEqualTo(3);
    }

    @Test
    void a_hard_refresh_asks_again() {
        status("1", "a", this::applied);

        var again =
                confirmations.confirm(comparison("1", "a"), _ -> live("1", "live"), true).status();

        assertThat(again).isEqualTo(SyncStatus.SYNCED);
        assertThat(status("1", "a", this::applied)).isEqualTo(SyncStatus.SYNCED);
    }

    @Test
    void a_refusal_is_no_answer() {
        Function<Manifest, LiveResource> refusing =
                _ -> {
                    asked++;
                    throw new ApiFailure(503, "away");
                };

        assertThat(status("1", "a", refusing)).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(status("1", "a", refusing)).isEqualTo(SyncStatus.OUT_OF_SYNC);
        assertThat(asked).isEqualTo(2);
    }

    private SyncStatus status(
            String version, String value, Function<Manifest, LiveResource> dryRun) {
        return confirmations.confirm(comparison(version, value), dryRun, false).status();
    }

    private LiveResource applied(Manifest target) {
        asked++;
        return LiveResource.of(target.object());
    }

    private LiveResource unchanged(Manifest target) {
        asked++;
        return live("later", "live");
    }

    private static Comparison comparison(String version, String value) {
        var live = live(version, "live");
        return Comparison.of(
                List.of(new Manifest(object(Map.of("name", "a", "namespace", "n"), value), "a")),
                Map.of(live.key(), live));
    }

    private static LiveResource live(String version, String value) {
        return LiveResource.of(
                object(
                        Map.of(
                                "name",
                                "a",
                                "namespace",
                                "n",
                                "uid",
                                "u",
                                "resourceVersion",
                                version),
                        value));
    }

    private static Map<String, Object> object(Map<String, Object> metadata, String value) {
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                metadata,
                "data",
                Map.of("value", value));
    }
}
