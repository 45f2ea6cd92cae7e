package io.tiphys.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.core.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a server that fails on purpose, which no good API server does when asked to.
class ReflectorTest {

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Map<String, Object>> held = new ConcurrentHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private HttpServer server;
    private KubernetesApi api;

    private interface Answer {
        String to(String query);
    }

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        var config =
                new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build();
        api = new KubernetesApi(new KubernetesClientBuilder().withConfig(config).build());
    }

    @AfterEach
    void stop() {
        api.close();
        stopped.countDown();
        server.stop(0);
    }

    @Test
    void half_a_list_is_no_list() {
        var failures = new AtomicInteger();
        answer(
                query -> {
                    if (query.contains("watch=")) {
                        return "hang";
                    }
                    if (query.contains("continue=more")) {
                        return failures.getAndIncrement() == 0 ? "500" : list("", "b");
                    }
                    return list("more", "a");
                });

        try (var reflector = reflect(new Copy()).start()) {
            assertThat(reflector.awaitListed(10_000)).isTrue();
            assertThat(held).containsOnlyKeys("a", "b");
        }
    }

    @Test
    void what_is_no_list_is_not_taken_for_an_empty_one() {
        answer(
                query -> {
                    if (query.contains("watch=")) {
                        return "hang";
                    }
                    return asked.size() == 1 ? "{}" : list("", "a");
                });

        try (var reflector = reflect(new Copy()).start()) {
            assertThat(reflector.awaitListed(10_000)).isTrue();
            assertThat(held).containsOnlyKeys("a");
        }
    }

    @Test
    void the_server_makes_the_next_page_while_one_is_taken_in() {
        answer(
                query -> {
                    if (query.contains("watch=")) {
                        return "hang";
                    }
                    return query.contains("continue=more") ? list("", "b") : list("more", "a");
                });
        var slow =
                new Copy() {
                    @Override
                    public void listed(List<ListedObject> objects) {
                        await().until(() -> asked.size() > 1);
                        super.listed(objects);
                    }
                };

        try (var reflector = reflect(slow).start()) {
            assertThat(reflector.awaitListed(9_000)).isTrue();
            assertThat(held).containsOnlyKeys("a", "b");
        }
    }

    @Test
    void where_a_page_is_too_long_fewer_objects_are_asked_for() {
        var tooLong = list("more", "a") + " ".repeat(ApiAnswer.LONGEST);
        answer(
                query -> {
                    if (query.contains("watch=")) {
                        return "hang";
                    }
                    if (!query.contains("limit=5&") && !query.endsWith("limit=5")) {
                        return tooLong;
                    }
                    return query.contains("continue=more") ? list("", "b") : list("more", "a");
                });

        try (var reflector = reflect(new Copy()).start()) {
            assertThat(reflector.awaitListed(60_000)).isTrue();
            assertThat(held).containsOnlyKeys("a", "b");
            assertThat(asked)
                    .startsWith("limit=500", "limit=50", "limit=5", "limit=5&continue=more");
        }
    }

    @Test
    void a_watch_that_is_told_410_lists_again() {
        var watches = new AtomicInteger();
        answer(
                query -> {
                    if (!query.contains("watch=")) {
                        return watches.get() == 0 ? list("", "a") : list("", "b");
                    }
                    return watches.getAndIncrement() == 0
                            ? "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,"
                                    + "\"message\":\"too old\"}}\n"
                            : "hang";
                });

        try (var _ = reflect(new Copy()).start()) {
            await().untilAsserted(() -> assertThat(held).containsOnlyKeys("b"));
        }
    }

    @Test
    void a_listener_that_breaks_does_not_end_the_watch() {
        var broken = new AtomicInteger();
        answer(
                query ->
                        query.contains("watch=")
                                ? event("ADDED", "b", 6) + event("ADDED", "c", 7)
                                : list("", "a"));
        var copy =
                new Copy() {
                    @Override
                    public void changed(Map<String, Object> object) {
                        if (broken.getAndIncrement() == 0) {
                            throw new IllegalStateException("broken on purpose");
                        }
                        super.changed(object);
                    }
                };

        try (var _ = reflect(copy).start()) {
            await().untilAsserted(() -> assertThat(held).containsKeys("b", "c"));
        }
    }

    @Test
    void a_watch_goes_on_from_where_it_was() {
        var watches = new AtomicInteger();
        answer(
                query -> {
                    if (!query.contains("watch=")) {
                        return list("", "a");
                    }
                    return switch (watches.getAndIncrement()) {
                        case 0 -> event("ADDED", "b", 6) + event("DELETED", "a", 8);
                        case 1 -> event("BOOKMARK", "", 9);
                        default -> "hang";
                    };
                });

        try (var _ = reflect(new Copy()).start()) {
            await().untilAsserted(() -> assertThat(asked).hasSizeGreaterThanOrEqualTo(4));
            assertThat(held).containsOnlyKeys("b");
            assertThat(asked.get(1)).endsWith("resourceVersion=5");
            assertThat(asked.get(2)).endsWith("resourceVersion=8");
            assertThat(asked.get(3)).endsWith("resourceVersion=9");
        }
    }

    private Reflector reflect(Reflector.Listener listener) {
        return new Reflector(api, "/api/v1/configmaps", "v1", "ConfigMap", listener);
    }

    private void answer(Answer answer) {
        server.createContext("/", exchange -> handle(exchange, answer));
    }

    private void handle(HttpExchange exchange, Answer answer) throws IOException {
        var query = exchange.getRequestURI().getQuery();
        asked.add(query);
        var text = answer.to(query);
        try (exchange) {
            if (text.equals("500")) {
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            exchange.sendResponseHeaders(200, 0);
            if (text.equals("hang")) {
                exchange.getResponseBody().flush();
                stopped.await();
            }
            exchange.getResponseBody()
                    .write(text.equals("hang") ? new byte[0] : text.getBytes(UTF_8));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static String list(String more, String name) {
        return """
        {"metadata": {"resourceVersion": "5", "continue": "%s"},
         "items": [{"metadata": {"name": "%s", "resourceVersion": "4"}}]}
        """
                .formatted(more, name);
    }

    private static String event(String type, String name, int version) {
        return """
        {"type":"%s","object":{"metadata":{"name":"%s","resourceVersion":"%d"}}}
        """
                .formatted(type, name, version);
    }

    private class Copy implements Reflector.Listener {

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
            assertThat(resourceVersion).isEqualTo("5");
        }

        @Override
        public void changed(Map<String, Object> object) {
            held.put(name(object), object);
        }

        @Override
        public void deleted(Map<String, Object> object) {
            held.remove(name(object));
        }

        private static String name(Map<String, Object> object) {
            return Json.string(object, "metadata", "name");
        }
    }
}
