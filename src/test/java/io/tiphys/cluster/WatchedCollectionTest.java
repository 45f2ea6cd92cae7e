package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiphys.dev.sandbox.SandboxSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private Map<String, Object> create(String name, String... finalizers) {
        var metadata = Map.of("name", name, "finalizers", List.of(finalizers));
        return api.create(
                MAPS, Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", metadata));
    }
}
