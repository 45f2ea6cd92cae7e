package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.model.Json;
import io.tiphys.dev.sandbox.SandboxSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A copy of a collection of the sandbox's API server that is also told what was written.
class WatchedCollectionTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private SandboxedApi started;
    private KubernetesApi api;
    private WatchedCollection maps;

    @BeforeEach
    void start() {
        started = new SandboxedApi(SandboxSettings.inMemory());
        api = started.api();
        maps = new WatchedCollection(api, MAPS, "v1", "ConfigMap", (_, _) -> {});
        assertThat(maps.awaitListed(60_000)).isTrue();
    }

    @AfterEach
    void stop() {
        maps.close();
        started.close();
    }

    @Test
    void what_was_read_before_its_end_is_not_taken_in_after_it() {
        create("gone");
        var read = api.get(MAPS + "/gone");
        api.delete(MAPS + "/gone", "Background");
        create("later");
        await().until(() -> maps.find("default", "later").isPresent());

        maps.written(read);

        assertThat(maps.find("default", "gone")).isEmpty();
    }

    @Test
    void what_was_written_is_there_before_the_watch_tells() {
        maps.written(create("new"));

        assertThat(maps.find("default", "new")).isPresent();
    }

    /// The answer to the write that ends it and the watch's news of the end come at the same time.
    @Test
    void what_is_let_go_does_not_stay_known() {
        for (int i = 0; i < 300; i++) {
            var name = "map-" + i;
            maps.written(create(name, "shop/held"));
            maps.leaving(api.delete(MAPS + "/" + name, "Background"));

            maps.leaving(
                    api.mergePatch(
                            MAPS + "/" + name,
                            Map.of("metadata", Map.of("finalizers", List.of()))));

            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> maps.find("default", name).isEmpty());
        }
    }

    @Test
    void what_somebody_else_wrote_meanwhile_is_decided_on_again() {
        // Given
        maps.written(create("raced"));
        var before = maps.find("default", "raced").orElseThrow();
        maps.close();
        annotate(before, "others");
        var decidedOn = new ArrayList<Map<String, Object>>();

        // When
        var written =
                maps.onNewest(
                        MAPS + "/raced",
                        () -> {
                            var now = maps.find("default", "raced").orElseThrow();
                            decidedOn.add(now);
                            return annotate(now, "ours");
                        });

        // Then
        assertThat(decidedOn).hasSize(2).first().isEqualTo(before);
        assertThat(Json.strings(decidedOn.getLast(), "metadata", "annotations"))
                .containsOnlyKeys("others");
        assertThat(Json.strings(written.orElseThrow(), "metadata", "annotations"))
                .containsOnlyKeys("others", "ours");
    }

    @Test
    void who_is_slower_than_others_each_time_gives_up() {
        maps.written(create("busy"));
        var tries = new AtomicInteger();

        var written =
                maps.onNewest(
                        MAPS + "/busy",
                        () -> {
                            var now = maps.find("default", "busy").orElseThrow();
                            annotate(now, "others-" + tries.incrementAndGet());
                            return annotate(now, "ours");
                        });

        assertThat(written).isEmpty();
        assertThat(tries).hasValue(50);
        assertThat(Json.strings(api.get(MAPS + "/busy"), "metadata", "annotations"))
                .doesNotContainKey("ours");
    }

    @Test
    void what_is_refused_for_another_reason_is_not_tried_again() {
        maps.written(create("refused"));
        started.sandbox().faults().fail(1, "patch", "configmaps", 403);
        var tries = new AtomicInteger();

        assertThatThrownBy(
                        () ->
                                maps.onNewest(
                                        MAPS + "/refused",
                                        () -> {
                                            tries.incrementAndGet();
                                            return annotate(api.get(MAPS + "/refused"), "ours");
                                        }))
                .isInstanceOfSatisfying(
                        ApiFailure.class, it -> assertThat(it.code()).isEqualTo(403));
        assertThat(tries).hasValue(1);
    }

    /// Only if it is as it was seen.
    private Map<String, Object> annotate(Map<String, Object> seen, String name) {
        var metadata = Json.object(seen, "metadata");
        return api.mergePatch(
                MAPS + "/" + metadata.get("name"),
                Map.of(
                        "metadata",
                        Map.of(
                                "resourceVersion",
                                metadata.get("resourceVersion"),
                                "annotations",
                                Map.of(name, ""))));
    }

    private Map<String, Object> create(String name, String... finalizers) {
        var metadata = Map.of("name", name, "finalizers", List.of(finalizers));
        return api.create(
                MAPS, Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", metadata));
    }
}
