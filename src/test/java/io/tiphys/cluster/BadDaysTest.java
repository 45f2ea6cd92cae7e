package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.dev.sandbox.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How the cache and the applier get over what a cluster does on a bad day.
class BadDaysTest {

    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private SandboxedApi started;
    private Sandbox sandbox;
    private KubernetesApi api;

    @BeforeEach
    void start() {
        started = SandboxedApi.lifeless();
        sandbox = started.sandbox();
        api = started.api();
    }

    @AfterEach
    void stop() {
        started.close();
    }

    @Test
    void a_list_that_fails_is_asked_for_again() {
        create("a");
        sandbox.faults().fail(2, "list", "configmaps", 503);

        try (var _ = reflect()) {
            await().untilAsserted(() -> assertThat(held).containsExactly("a"));
        }
        assertThat(sandbox.audit()).containsEntry("list configmaps 503", 2L);
    }

    @Test
    void a_watch_that_is_refused_is_asked_for_again() {
        sandbox.faults().fail(2, "watch", "configmaps", 500);

        try (var _ = reflect()) {
            create("a");
            await().untilAsserted(() -> assertThat(held).containsExactly("a"));
        }
        assertThat(sandbox.audit()).containsEntry("list configmaps", 1L);
    }

    @Test
    void a_broken_watch_goes_on_without_another_list() {
        try (var _ = reflect()) {
            create("a");
            await().untilAsserted(() -> assertThat(held).containsExactly("a"));

            sandbox.faults().breakWatches();
            create("b");

            await().untilAsserted(() -> assertThat(held).containsExactlyInAnyOrder("a", "b"));
            assertThat(sandbox.audit())
                    .containsEntry("list configmaps", 1L)
                    .containsEntry("watch configmaps broken", 1L);
        }
    }

    @Test
    void an_expired_watch_lists_again() {
        try (var _ = reflect()) {
            create("a");
            await().untilAsserted(() -> assertThat(held).containsExactly("a"));

            sandbox.faults().expireWatches();
            create("b");

            await().untilAsserted(() -> assertThat(held).containsExactlyInAnyOrder("a", "b"));
            assertThat(sandbox.audit()).containsEntry("list configmaps", 2L);
        }
    }

    @Test
    void an_apply_comes_back_when_it_is_told_to() {
        sandbox.faults().tooManyRequests(1, "apply", "configmaps", Duration.ofSeconds(1));
        sandbox.faults().fail(1, "apply", "configmaps", 503);
        sandbox.faults().delay(1, "apply", "configmaps", Duration.ofMillis(300));
        var cluster = Cluster.of(api);

        // The kind is watched from the write on.
        try (var _ = cluster.cache()) {
            cluster.applier().apply(new Manifest(configMap("a"), ""));
        }

        assertThat(api.get(CONFIG_MAPS + "/a")).isNotEmpty();
        assertThat(sandbox.audit())
                .containsEntry("apply configmaps 429", 1L)
                .containsEntry("apply configmaps 503", 1L)
                .containsEntry("apply configmaps delayed", 1L);
    }

    private void create(String name) {
        api.create(CONFIG_MAPS, configMap(name));
    }

    private static Map<String, Object> configMap(String name) {
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Map.of("name", name, "namespace", "default"));
    }

    /// Holds the names, from when it has listed and watches.
    private Reflector reflect() {
        var reflector = new Reflector(api, CONFIG_MAPS, "v1", "ConfigMap", new Names()).start();
        assertThat(reflector.awaitListed(10_000)).isTrue();
        await().until(() -> sandbox.audit().containsKey("watch configmaps"));
        return reflector;
    }

    private class Names implements Reflector.Listener {

        @Override
        public void listing() {
            held.clear();
        }

        @Override
        public void listed(List<ListedObject> objects) {
            objects.stream().map(ListedObject::tree).forEach(this::changed);
        }

        @Override
        public void listedAll(String resourceVersion) {
            // What was listed is all that is held.
        }

        @Override
        public void changed(Map<String, Object> object) {
            held.add(Json.string(object, "metadata", "name"));
        }

        @Override
        public void deleted(Map<String, Object> object) {
            held.remove(Json.string(object, "metadata", "name"));
        }
    }
}
