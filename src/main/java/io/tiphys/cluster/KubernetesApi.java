package io.tiphys.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.tiphys.core.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Speaks to one API server: paths and trees of JSON in, trees of JSON out. Calls block; make them
/// on a virtual thread. What goes wrong is an [ApiFailure].
public final class KubernetesApi implements AutoCloseable {

    /// By this name the API server knows which fields are ours. Argo CD's own, so that a cluster
    /// that it managed goes over without conflicts.
    public static final String FIELD_MANAGER = "argocd-controller";

    private static final long TIMEOUT_SECONDS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader TREE =
            JSON.readerFor(new TypeReference<Map<String, Object>>() {});

    private final KubernetesClient client;
    private final String root;

    KubernetesApi(KubernetesClient client) {
        this.client = client;
        var url = client.getMasterUrl().toString();
        root = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /// @param path from the root, query included: `/api/v1/namespaces/default`
    public Map<String, Object> get(String path) {
        return send("GET", path, null, null);
    }

    public Map<String, Object> create(String path, Map<String, Object> object) {
        return send("POST", path, "application/json", object);
    }

    public Map<String, Object> mergePatch(
            String path, Map<String, ? extends @Nullable Object> patch) {
        return send("PATCH", path, "application/merge-patch+json", patch);
    }

    /// Server-side apply as [#FIELD_MANAGER], taking over fields that others own: what Git declares
    /// wins.
    public Map<String, Object> apply(String path, Map<String, Object> object, boolean dryRun) {
        var query =
                "?fieldManager="
                        + FIELD_MANAGER
                        + "&force=true&fieldValidation=Strict"
                        + (dryRun ? "&dryRun=All" : "");
        return send("PATCH", path + query, "application/apply-patch+yaml", object);
    }

    /// @return the object if it goes later, else the server's word that it is gone
    public Map<String, Object> delete(String path, String propagationPolicy) {
        return send(
                "DELETE",
                path,
                "application/json",
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "DeleteOptions",
                        "propagationPolicy",
                        propagationPolicy));
    }

    /// The lines of a watch, until the server or the reader ends it.
    InputStream watch(String path) {
        var response =
                await(send(request("GET", path, null, null, false), InputStream.class), path);
        if (response.isSuccessful()) {
            return response.body();
        }
        try (var body = response.body()) {
            throw failure(response.code(), body.readNBytes(64 * 1024), path);
        } catch (IOException unreadable) {
            throw new ApiFailure(response.code(), "The watch of " + path + " was refused");
        }
    }

    static byte[] json(Map<String, Object> tree) throws IOException {
        return JSON.writeValueAsBytes(tree);
    }

    static Map<String, Object> parse(byte[] json) throws IOException {
        return TREE.readValue(json);
    }

    static Map<String, Object> parse(String json) throws IOException {
        return TREE.readValue(json);
    }

    /// Where the API server is, for messages.
    public String address() {
        return root;
    }

    @Override
    public void close() {
        client.close();
    }

    private Map<String, Object> send(
            String method,
            String path,
            @Nullable String type,
            @Nullable Map<String, ? extends @Nullable Object> body) {
        var response = await(send(request(method, path, type, body, true), byte[].class), path);
        if (!response.isSuccessful()) {
            throw failure(response.code(), response.body(), path);
        }
        try {
            return parse(response.body());
        } catch (IOException malformed) {
            throw new ApiFailure(
                    response.code(), "The API server's answer for " + path + " is no JSON object");
        }
    }

    private HttpRequest request(
            String method,
            String path,
            @Nullable String type,
            @Nullable Map<String, ? extends @Nullable Object> body,
            boolean timed) {
        var builder = client.getHttpClient().newHttpRequestBuilder().uri(URI.create(root + path));
        if (timed) {
            builder.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } else {
            builder.forStreaming();
        }
        builder.header("Accept", "application/json");
        try {
            if (body == null) {
                builder.method(method, null, null);
            } else {
                builder.method(method, type, JSON.writeValueAsString(body));
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("A tree must have a JSON form", impossible);
        }
        return builder.build();
    }

    private <T> CompletableFuture<HttpResponse<T>> send(HttpRequest request, Class<T> as) {
        try {
            return client.getHttpClient().sendAsync(request, as);
        } catch (IllegalStateException closed) {
            throw new ApiFailure(0, "The connection to " + root + " is closed");
        }
    }

    private <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> sent, String path) {
        try {
            return sent.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ApiFailure(0, "Interrupted while waiting for the API server");
        } catch (ExecutionException failed) {
            var cause = failed.getCause() == null ? failed : failed.getCause();
            throw new ApiFailure(
                    0, "The API server at " + root + " did not answer: " + cause.getMessage());
        } catch (TimeoutException late) {
            sent.cancel(true);
            throw new ApiFailure(0, "The API server did not answer in time: " + path);
        }
    }

    private static ApiFailure failure(int code, byte @Nullable [] body, String path) {
        var message = "";
        if (body != null) {
            try {
                message = Json.string(parse(body), "message");
            } catch (IOException _) {
                // A proxy's page, not the API server's Status: the code has to do.
                message = "";
            }
        }
        return new ApiFailure(
                code,
                message.isEmpty() ? "The API server answered " + code + " to " + path : message);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
