package io.tiphys.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.core.model.ClusterScope;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.support.ScriptedApi;
import io.tiphys.support.ScriptedApi.Answer;
import io.tiphys.support.ScriptedApi.Asked;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a write answered before a list or a watch says what was before it.
class LateNewsTest {

    private static final Map<String, Object> KINDS =
            Map.of(
                    "resources",
                    List.of(
                            Map.of(
                                    "name",
                                    "configmaps",
                                    "kind",
                                    "ConfigMap",
                                    "namespaced",
                                    true,
                                    "verbs",
                                    List.of("list", "watch"))));

    private final AtomicInteger watches = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ScriptedApi server = ScriptedApi.start(this::answer);
    private final KubernetesApi api = api();
    private final Cluster cluster = Cluster.of(api);
    private Runnable whileListing = () -> {};
    private Runnable beforeTheWatch = () -> {};
    private String told = "";
    private String toldOf = "/api/v1/configmaps";

    @AfterEach
    void close() {
        cluster.cache().close();
        closed.countDown();
        api.close();
        server.close();
    }

    @Test
    void what_was_written_while_all_was_listed_stays() {
        whileListing = () -> cluster.cache().written(map("new", 7));

        cluster.cache().start();

        assertThat(cluster.cache().exists(key("listed"))).isTrue();
        assertThat(cluster.cache().exists(key("new"))).isTrue();
    }

    @Test
    void what_was_made_again_outlives_the_news_of_its_end() {
        beforeTheWatch = () -> cluster.cache().written(map("listed", 7));
        told = event("DELETED", "listed", 6) + event("ADDED", "later", 8);

        cluster.cache().start();

        await().until(() -> cluster.cache().exists(key("later")));
        assertThat(cluster.cache().exists(key("listed"))).isTrue();
    }

    @Test
    void what_one_namespace_is_past_another_may_not_be() {
        toldOf = "/api/v1/namespaces/other/configmaps";
        told = event("ADDED", "later", 9).replace("default", "other");
        var both = Cluster.of(api, new ClusterScope(Set.of("default", "other"), false));

        try (var cache = both.cache()) {
            cache.start();
            var later = new ResourceKey("", "ConfigMap", "other", "later");
            await().until(() -> cache.exists(later));

            cache.written(map("new", 7));

            assertThat(cache.exists(key("new"))).isTrue();
        }
    }

    private Answer answer(Asked asked) {
        var what = asked.what();
        if (what.contains("watch=")) {
            return watch(what);
        }
        if (what.contains("/configmaps?")) {
            whileListing.run();
            return Answer.json(
                    200,
                    Map.of(
                            "metadata",
                            Map.of("resourceVersion", "5"),
                            "items",
                            List.of(map("listed", 4))));
        }
        return Answer.json(200, what.equals("GET /api/v1") ? KINDS : Map.of());
    }

    private Answer watch(String what) {
        if (what.startsWith("GET " + toldOf + "?") && watches.getAndIncrement() == 0) {
            beforeTheWatch.run();
            return new Answer(200, Map.of(), told.getBytes(UTF_8));
        }
        try {
            closed.await();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        return Answer.json(200, Map.of());
    }

    private KubernetesApi api() {
        var config = Config.empty();
        config.setMasterUrl(server.url().toString());
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesApi(new KubernetesClientBuilder().withConfig(config).build());
    }

    private static String event(String type, String name, int version) {
        return """
        {"type":"%s","object":{"apiVersion":"v1","kind":"ConfigMap",\
        "metadata":{"name":"%s","namespace":"default","resourceVersion":"%d"}}}
        """
                .formatted(type, name, version);
    }

    private static Map<String, Object> map(String name, int version) {
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "ConfigMap",
                "metadata",
                Map.of("name", name, "namespace", "default", "resourceVersion", "" + version));
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("", "ConfigMap", "default", name);
    }
}
