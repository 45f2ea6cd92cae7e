package io.tiphys.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Speaks to one API server: paths and trees of JSON in, trees of JSON out. Calls block; make them
/// on a virtual thread. What goes wrong is an [ApiFailure].
public final class KubernetesApi implements AutoCloseable {

    /// By this name the API server knows which fields are ours. Argo CD's own, so that a cluster
    /// that it managed goes over without conflicts.
    public static final String FIELD_MANAGER = "argocd-controller";

    private static final long TIMEOUT_SECONDS = 30;

    /// For the smallest question that there is.
    private static final long PROBE_SECONDS = 5;

    private static final int UNAUTHORIZED = 401;

    /// Requests under way at once, whoever they are for. An API server takes 600 by default, from
    /// all of its clients together (`--max-requests-inflight`, `--max-mutating-requests-inflight`).
    private static final int MOST_AT_ONCE = 256;

    private final KubernetesClient client;
    private final Login login;
    private final Circuit circuit;
    private final Semaphore places;
    private final boolean compressed;
    private final String root;

    /// Whom every request is made as; empty for whom the credentials are of.
    private final String user;

    /// One that is what the client's own configuration says.
    KubernetesApi(KubernetesClient client) {
        this(client, () -> Hidden.EMPTY, true);
    }

    /// @param compressed whether long answers may come compressed
    KubernetesApi(KubernetesClient client, Login login, boolean compressed) {
        this(client, login, compressed, new Circuit(), new Semaphore(MOST_AT_ONCE, true), "");
    }

    private KubernetesApi(
            KubernetesClient client,
            Login login,
            boolean compressed,
            Circuit circuit,
            Semaphore places,
            String user) {
        this.client = client;
        this.login = login;
        this.compressed = compressed;
        this.circuit = circuit;
        this.places = places;
        this.user = user;
        var url = client.getMasterUrl().toString();
        root = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /// The same connection, by which another user speaks: what is out of reach for one is so for
    /// the other.
    KubernetesApi as(String user) {
        return new KubernetesApi(client, login, compressed, circuit, places, user);
    }

    /// @param path from the root, query included: `/api/v1/namespaces/default`
    public Map<String, Object> get(String path) {
        return tree("GET", path, null, null);
    }

    /// A page of a collection, of whose objects no trees are made.
    ///
    /// @param path of the collection
    /// @param limit of objects on the page
    /// @param more as the page before has it; empty for the first
    /// @param apiVersion and `kind` of the objects, which a list may leave out
    ListPage list(String path, int limit, String more, String apiVersion, String kind) {
        var query = "?limit=" + limit + (more.isEmpty() ? "" : "&continue=" + encode(more));
        return read(
                send("GET", path + query, null, null),
                path,
                json -> ListPage.read(json, apiVersion, kind));
    }

    public Map<String, Object> create(String path, Map<String, Object> object) {
        return tree("POST", path, "application/json", object);
    }

    public Map<String, Object> mergePatch(
            String path, Map<String, ? extends @Nullable Object> patch) {
        return tree("PATCH", path, "application/merge-patch+json", patch);
    }

    /// Server-side apply as [#FIELD_MANAGER], taking over fields that others own: what Git declares
    /// wins.
    ///
    /// @param query as [#writing] gives it
    public Map<String, Object> apply(String path, Map<String, Object> object, String query) {
        return tree("PATCH", path + query + "&force=true", "application/apply-patch+yaml", object);
    }

    /// Puts the object in the place of the one that is there.
    ///
    /// @param object with the `resourceVersion` of that one
    public Map<String, Object> replace(String path, Map<String, Object> object) {
        return tree("PUT", path, "application/json", object);
    }

    /// The query of a write as [#FIELD_MANAGER].
    ///
    /// @param strict whether fields that the kind does not have are refused
    static String writing(boolean strict, boolean dryRun) {
        return "?fieldManager="
                + FIELD_MANAGER
                + "&fieldValidation="
                + (strict ? "Strict" : "Ignore")
                + (dryRun ? "&dryRun=All" : "");
    }

    /// @return the object if it goes later, else the server's word that it is gone
    public Map<String, Object> delete(String path, String propagationPolicy) {
        return tree(
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

    /// The lines of a watch, until the server or the reader ends it, or the circuit breaks.
    InputStream watch(String path) {
        var response =
                send(
                        it -> request("GET", path, null, null, it).forStreaming(),
                        InputStream.class,
                        path);
        try {
            if (response.isSuccessful()) {
                return new BreakableStream(response.body(), circuit);
            }
            try (var body = response.body()) {
                throw ApiAnswer.failure(response.code(), body.readNBytes(64 * 1024), path);
            }
        } catch (IOException unreadable) {
            throw new ApiFailure(response.code(), "The watch of " + path + " was refused");
        }
    }

    /// Asks for the server's version whatever the circuit says; neither waits for long.
    ///
    /// @throws ApiFailure if it does not answer as an API server does
    String probe() {
        var path = "/version";
        var head = login.authorization();
        var response = probe(path, head);
        if (response.code() == UNAUTHORIZED && login.renew(head)) {
            response = probe(path, login.authorization());
        }
        if (!response.isSuccessful()) {
            throw ApiAnswer.failure(response, path);
        }
        var version = Json.string(read(response, path, ApiJson::parse), "gitVersion");
        if (version.isEmpty()) {
            throw new ApiFailure(
                    response.code(), "What answers at %s is no API server".formatted(root));
        }
        return version;
    }

    private HttpResponse<byte[]> probe(String path, Hidden head) {
        var request = request("GET", path, null, null, head);
        return await(send(timed(request, PROBE_SECONDS), byte[].class), PROBE_SECONDS, path);
    }

    /// Of the connection to this server, for who watches over it.
    Circuit circuit() {
        return circuit;
    }

    /// Where the API server is, for messages.
    public String address() {
        return root;
    }

    @Override
    public void close() {
        client.close();
    }

    private Map<String, Object> tree(
            String method,
            String path,
            @Nullable String type,
            @Nullable Map<String, ? extends @Nullable Object> body) {
        return read(send(method, path, type, body), path, ApiJson::parse);
    }

    /// @return what was answered, which was no failure
    private HttpResponse<byte[]> send(
            String method,
            String path,
            @Nullable String type,
            @Nullable Map<String, ? extends @Nullable Object> body) {
        var response =
                send(
                        head -> {
                            var request = request(method, path, type, body, head);
                            if (compressed && method.equals("GET")) {
                                request.header("Accept-Encoding", ApiAnswer.GZIP);
                            }
                            return timed(request, TIMEOUT_SECONDS);
                        },
                        byte[].class,
                        path);
        if (!response.isSuccessful()) {
            throw ApiAnswer.failure(response, path);
        }
        return response;
    }

    /// Makes of an answer what it says.
    private interface Reader<T> {
        T read(byte[] json) throws IOException;
    }

    private <T> T read(HttpResponse<byte[]> response, String path, Reader<T> reader) {
        try {
            var json = ApiAnswer.inflated(response);
            if (json.length > ApiAnswer.LONGEST) {
                throw new ApiFailure(
                        ApiFailure.TOO_LONG,
                        "The API server's answer for %s has more than %d MiB"
                                .formatted(path, ApiAnswer.LONGEST >> 20));
            }
            return reader.read(json);
        } catch (IOException malformed) {
            circuit.trouble();
            throw new ApiFailure(
                    response.code(), "The API server's answer for " + path + " is no JSON object");
        }
    }

    /// @param request given who asks
    private <T> HttpResponse<T> send(
            Function<Hidden, HttpRequest.Builder> request, Class<T> as, String path) {
        circuit.check();
        var head = login.authorization();
        var response = exchange(impersonating(request.apply(head)), as, path);
        if (response.code() == UNAUTHORIZED && login.renew(head)) {
            response = exchange(impersonating(request.apply(login.authorization())), as, path);
        }
        if (response.code() >= 500 || response.code() == UNAUTHORIZED) {
            circuit.trouble();
        }
        return response;
    }

    private HttpRequest.Builder impersonating(HttpRequest.Builder request) {
        return user.isEmpty() ? request : request.header("Impersonate-User", user);
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, Class<T> as, String path) {
        try {
            places.acquire();
        } catch (InterruptedException interrupted) {
            throw interrupted();
        }
        try {
            return answer(request, as, path);
        } finally {
            places.release();
        }
    }

    private <T> HttpResponse<T> answer(HttpRequest.Builder request, Class<T> as, String path) {
        var sent = send(request, as);
        Runnable end = () -> sent.cancel(true);
        try {
            circuit.enter(end);
            return await(sent, TIMEOUT_SECONDS, path);
        } catch (ApiFailure unanswered) {
            sent.cancel(true);
            circuit.trouble();
            throw unanswered;
        } finally {
            circuit.leave(end);
        }
    }

    private HttpRequest.Builder request(
            String method,
            String path,
            @Nullable String type,
            @Nullable Map<String, ? extends @Nullable Object> body,
            Hidden head) {
        var builder = client.getHttpClient().newHttpRequestBuilder().uri(URI.create(root + path));
        builder.header("Accept", "application/json");
        if (!head.isEmpty()) {
            builder.header("Authorization", head.text());
        }
        try {
            if (body == null) {
                builder.method(method, null, null);
            } else {
                builder.method(method, type, ApiJson.text(body));
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("A tree must have a JSON form", impossible);
        }
        return builder;
    }

    private static HttpRequest.Builder timed(HttpRequest.Builder request, long seconds) {
        return request.timeout(seconds, TimeUnit.SECONDS);
    }

    private <T> CompletableFuture<HttpResponse<T>> send(HttpRequest.Builder request, Class<T> as) {
        try {
            return client.getHttpClient().sendAsync(request.build(), as);
        } catch (IllegalStateException closed) {
            throw new ApiFailure(0, "The connection to " + root + " is closed");
        }
    }

    private <T> HttpResponse<T> await(
            CompletableFuture<HttpResponse<T>> sent, long seconds, String path) {
        try {
            return sent.get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw interrupted();
        } catch (CancellationException broken) {
            throw circuit.failure();
        } catch (ExecutionException failed) {
            var cause = failed.getCause() == null ? failed : failed.getCause();
            throw new ApiFailure(
                    0, "The API server at " + root + " did not answer: " + cause.getMessage());
        } catch (TimeoutException late) {
            sent.cancel(true);
            throw new ApiFailure(0, "The API server did not answer in time: " + path);
        }
    }

    private static ApiFailure interrupted() {
        Thread.currentThread().interrupt();
        return new ApiFailure(0, "Interrupted while waiting for the API server");
    }

    /// For a value in the query of a path.
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
