package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.CONFIG_MAPS;
import static io.tiphys.dev.sandbox.ASandbox.MERGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WatchesTest {

    private static final int WATCHES = 100;
    private static final String DEPLOYMENTS =
            CONFIG_MAPS.replace("/api/v1", "/apis/apps/v1").replace("configmaps", "deployments");
    private static final String DEPLOYMENT =
            """
            metadata: {name: busy}
            spec:
              selector: {matchLabels: {app: busy}}
              template:
                metadata: {labels: {app: busy}}
                spec: {containers: [{name: main, image: "registry.example/main:1"}]}
            """;

    private static ASandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = new ASandbox(new SandboxSettings(0, null, 20, false));
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    /// The lines of a watch, as type and name.
    private static Stream<String> watch(String query) throws IOException, InterruptedException {
        var request = sandbox.request(CONFIG_MAPS + "?watch=true&" + query).build();
        return sandbox.http()
                .send(request, BodyHandlers.ofLines())
                .body()
                .map(
                        line -> {
                            var event = ASandbox.tree(line);
                            return event.path("type").asText()
                                    + " "
                                    + event.at("/object/metadata/name").asText()
                                    + event.at("/object/reason").asText();
                        });
    }

    private static String revision() {
        return sandbox.get(CONFIG_MAPS).text("/metadata/resourceVersion");
    }

    private static List<String> next(Iterator<String> events, int count) {
        return Stream.generate(events::next).limit(count).toList();
    }

    @Test
    void a_watch_goes_on_where_a_list_ended() throws Exception {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: before}}");
        try (var lines = watch("resourceVersion=" + revision())) {
            sandbox.post(CONFIG_MAPS, "{metadata: {name: w}}");
            sandbox.patch(MERGE, CONFIG_MAPS + "/w", "{data: {a: b}}");
            sandbox.delete(CONFIG_MAPS + "/w");
            assertThat(next(lines.iterator(), 3))
                    .containsExactly("ADDED w", "MODIFIED w", "DELETED w");
        }
    }

    @Test
    void a_watch_from_nowhere_begins_with_what_is_there() throws Exception {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: there, labels: {from: nowhere}}}");
        try (var lines = watch("labelSelector=from%3Dnowhere")) {
            assertThat(next(lines.iterator(), 1)).containsExactly("ADDED there");
        }
    }

    /// What controllers do comes from another thread than what clients do.
    @Test
    void the_end_of_what_is_there_is_told_whatever_controllers_do_meanwhile() throws Exception {
        try (var alive = ASandbox.withLife()) {
            alive.post(DEPLOYMENTS, DEPLOYMENT);
            var query =
                    CONFIG_MAPS.replace("configmaps", "pods")
                            + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
                            + "&resourceVersionMatch=NotOlderThan&timeoutSeconds=2";
            for (int i = 0; i < WATCHES; i++) {
                alive.patch(
                        MERGE,
                        DEPLOYMENTS + "/busy",
                        "{spec: {replicas: %d}}".formatted(i % 2 * 10));
                var request = alive.request(query).build();
                try (var lines = alive.http().send(request, BodyHandlers.ofLines()).body()) {
                    assertThat(lines.anyMatch(it -> it.contains("k8s.io/initial-events-end")))
                            .isTrue();
                }
            }
        }
    }

    @Test
    void leaving_a_selector_looks_like_a_deletion() throws Exception {
        sandbox.post(CONFIG_MAPS, "{metadata: {name: moving, labels: {team: a}}}");
        try (var lines = watch("labelSelector=team+in+(a,b)&resourceVersion=" + revision())) {
            sandbox.patch(MERGE, CONFIG_MAPS + "/moving", "{metadata: {labels: {team: b}}}");
            sandbox.patch(MERGE, CONFIG_MAPS + "/moving", "{metadata: {labels: {team: c}}}");
            sandbox.patch(MERGE, CONFIG_MAPS + "/moving", "{metadata: {labels: {team: a}}}");
            assertThat(next(lines.iterator(), 3))
                    .containsExactly("MODIFIED moving", "DELETED moving", "ADDED moving");
        }
    }

    @Test
    void a_watch_from_a_forgotten_revision_is_told_to_begin_again() throws Exception {
        var old = revision();
        for (int i = 0; i < 30; i++) {
            sandbox.post(CONFIG_MAPS, "{metadata: {generateName: many-}}");
        }
        try (var lines = watch("resourceVersion=" + old)) {
            assertThat(lines.toList()).containsExactly("ERROR Expired");
        }
    }

    @Test
    void a_watch_ends_when_its_time_is_up_with_a_last_bookmark() throws Exception {
        var query = "timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=" + revision();
        try (var lines = watch(query)) {
            assertThat(lines.toList()).containsExactly("BOOKMARK ");
        }
    }

    @Test
    void a_revision_that_is_no_number_is_refused() {
        assertThat(sandbox.get(CONFIG_MAPS + "?watch=true&resourceVersion=x").code())
                .isEqualTo(500);
    }

    @Test
    void a_reader_that_falls_too_far_behind_loses_its_connection() throws Exception {
        var uri = sandbox.sandbox().uri();
        var path = "/api/v1/namespaces/kube-public/secrets";
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(8 * 1024);
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            var request = "GET " + path + "?watch=true HTTP/1.1\r\nHost: sandbox\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            var large = "{\"metadata\": {\"generateName\": \"big-\"}, \"data\": {\"a\": \"%s\"}}";
            var secret = large.formatted("eHh4".repeat(75_000));
            for (int i = 0; i < 60; i++) {
                sandbox.with("POST", path, "application/json", secret);
            }
            assertThat(readToEnd(socket.getInputStream())).isLessThan(60L * 300_000);
        }
    }

    private static long readToEnd(InputStream in) throws IOException {
        try {
            return in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketException _) {
            return 0;
        }
    }

    @Test
    void a_list_is_answered_page_by_page_as_it_was_at_the_first() {
        var path = "/api/v1/namespaces/kube-public/configmaps";
        for (var name : List.of("a", "b", "c")) {
            sandbox.post(path, "{metadata: {name: %s}}".formatted(name));
        }
        var first = sandbox.get(path + "?limit=2");
        assertThat(first.body().path("items")).hasSize(2);
        assertThat(first.body().at("/metadata/remainingItemCount").asInt()).isEqualTo(1);
        sandbox.delete(path + "/c");
        var rest = sandbox.get(path + "?limit=2&continue=" + first.text("/metadata/continue"));
        assertThat(rest.body().path("items").findValuesAsText("name")).contains("c");
        assertThat(rest.text("/metadata/resourceVersion"))
                .isEqualTo(first.text("/metadata/resourceVersion"));
        assertThat(rest.body().at("/metadata/continue").isMissingNode()).isTrue();
    }

    @Test
    void selectors_choose_by_label_and_field() {
        var path = "/api/v1/namespaces/kube-system/configmaps";
        sandbox.post(path, "{metadata: {name: x, labels: {tier: web, env: prod}}}");
        sandbox.post(path, "{metadata: {name: y, labels: {tier: db}}}");
        assertThat(names(path + "?labelSelector=tier+in+(web,cache),env")).containsExactly("x");
        assertThat(names(path + "?labelSelector=!env")).containsExactly("y");
        assertThat(names(path + "?labelSelector=tier!%3Dweb")).containsExactly("y");
        assertThat(names(path + "?labelSelector=tier+notin+(db)")).containsExactly("x");
        assertThat(names(path + "?fieldSelector=metadata.name%3Dy")).containsExactly("y");
        assertThat(sandbox.get(path + "?fieldSelector=data.a%3Db").code()).isEqualTo(400);
        assertThat(sandbox.get(path + "?labelSelector=a(b").code()).isEqualTo(400);
    }

    private static List<String> names(String path) {
        return sandbox.get(path).body().path("items").findValues("metadata").stream()
                .map(metadata -> metadata.path("name").asText())
                .toList();
    }
}
