package io.tiphys.dev.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// A running sandbox and the shortest way to ask it something.
final class ASandbox implements AutoCloseable {

    /// What came back.
    record Answer(int code, JsonNode body) {

        String text(String pointer) {
            return body.at(pointer).asText();
        }

        String reason() {
            return text("/reason");
        }

        String message() {
            return text("/message");
        }

        List<String> causes() {
            return Stream.iterate(0, i -> i < body.at("/details/causes").size(), i -> i + 1)
                    .map(i -> body.at("/details/causes/" + i + "/field").asText())
                    .toList();
        }
    }

    static final String MERGE = "application/merge-patch+json";
    static final String JSON_PATCH = "application/json-patch+json";
    static final String STRATEGIC = "application/strategic-merge-patch+json";
    static final String APPLY = "application/apply-patch+yaml";

    static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    static final String PODS = "/api/v1/namespaces/default/pods";

    private static final Vertx VERTX = Vertx.vertx();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Sandbox sandbox;

    ASandbox(SandboxSettings settings) {
        sandbox = Sandbox.start(VERTX, settings);
    }

    static ASandbox withLife() {
        return new ASandbox(SandboxSettings.inMemory());
    }

    /// Nothing moves by itself, so revisions can be counted.
    static ASandbox still() {
        return new ASandbox(new SandboxSettings(0, null, 1000, false));
    }

    Sandbox sandbox() {
        return sandbox;
    }

    HttpClient http() {
        return http;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(sandbox.uri().resolve(path)).header("User-Agent", "test/1");
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, String yaml) {
        return with("POST", path, "application/json", json(yaml));
    }

    Answer put(String path, JsonNode body) {
        return with("PUT", path, "application/json", body.toString());
    }

    Answer patch(String type, String path, String yaml) {
        return with("PATCH", path, type, json(yaml));
    }

    Answer apply(String path, String manager, String yaml) {
        var separator = path.contains("?") ? "&" : "?";
        return with("PATCH", path + separator + "fieldManager=" + manager, APPLY, yaml);
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer with(String method, String path, String type, String body) {
        return send(
                request(path)
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofString(body)));
    }

    /// What is answered, where that is no JSON.
    String text(String path) {
        return exchange(request(path).GET()).body();
    }

    Answer send(HttpRequest.Builder request) {
        var answer = exchange(request);
        return new Answer(answer.statusCode(), tree(answer.body()));
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String json(String yaml) {
        @Nullable Object value = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return MAPPER.valueToTree(value).toString();
    }

    static String deployment(String name, String extra) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s}
        spec:
          replicas: 2
          selector: {matchLabels: {app: %s}}
          template:
            metadata:
              labels: {app: %s}
              %s
            spec:
              containers:
              - {name: main, image: "nginx:1"}
        """
                .formatted(name, name, name, extra);
    }

    @Override
    public void close() {
        sandbox.close();
        http.close();
    }
}
