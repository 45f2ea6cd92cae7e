package io.tiphys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A bare client of the API server: the outside observer of what is live, and the floor of what it
/// costs to change it.
final class Cluster implements AutoCloseable {

    static final String APPLICATIONS = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications";
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern REQUESTS =
            Pattern.compile(
                    "apiserver_request_total\\{.*,resource=\"([^\"]*)\".*,verb=\"([^\"]*)\".*}"
                            + " (\\d+)");

    private final String server;
    private final String authorization;
    private final HttpClient client;
    private volatile boolean closed;

    /// @param server a sandbox, which asks nobody who he is
    Cluster(String server) {
        this.server = server;
        authorization = "";
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /// @param kubeconfig names whoever may do everything, by a token or a certificate
    Cluster(Path kubeconfig) throws IOException {
        var config = Config.fromKubeconfig(kubeconfig.toFile());
        server = config.getMasterUrl().replaceAll("/$", "");
        var token = config.getAutoOAuthToken();
        authorization = token == null ? "" : "Bearer " + token;
        try {
            client =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .sslContext(SSLUtils.sslContext(config))
                            .build();
        } catch (GeneralSecurityException unusable) {
            throw new IOException("The certificates of " + kubeconfig, unusable);
        }
    }

    JsonNode get(String path) throws IOException {
        return JSON.readTree(send("GET", path, "", ""));
    }

    void create(String path, String object) throws IOException {
        send("POST", path, "application/json", object);
    }

    void delete(String path) throws IOException {
        send("DELETE", path, "", "");
    }

    void apply(String path, String object) throws IOException {
        applyAs("bench", path, object);
    }

    /// Asks what an apply would make of the object. Nothing changes.
    void dryRun(String path, String object) throws IOException {
        send(
                "PATCH",
                path + "?fieldManager=bench&force=true&dryRun=All",
                "application/apply-patch+yaml",
                object);
    }

    void applyAs(String manager, String path, String object) throws IOException {
        send(
                "PATCH",
                path + "?fieldManager=" + manager + "&force=true",
                "application/apply-patch+yaml",
                object);
    }

    /// Merges into the status of an object, as its controller does.
    void patchStatus(String path, String object) throws IOException {
        send("PATCH", path + "/status", "application/merge-patch+json", object);
    }

    /// A value of the Secret that senders share with the service.
    String webhookSecret(String key) throws IOException {
        var data = get("/api/v1/namespaces/argocd/secrets/argocd-secret").path("data");
        return new String(
                Base64.getDecoder().decode(data.path(key).asText()), StandardCharsets.UTF_8);
    }

    /// What the API server was asked since it started, by verb and resource.
    Map<String, Long> requests() throws IOException {
        var counts = new TreeMap<String, Long>();
        send("GET", "/metrics", "", "")
                .lines()
                .map(REQUESTS::matcher)
                .filter(Matcher::matches)
                .forEach(
                        line ->
                                counts.merge(
                                        line.group(2) + " " + line.group(1),
                                        Long.parseLong(line.group(3)),
                                        Long::sum));
        return counts;
    }

    Map<String, Long> requestsSince(Map<String, Long> before) throws IOException {
        var since = requests();
        before.forEach((what, count) -> since.merge(what, -count, Long::sum));
        since.values().removeIf(count -> count == 0);
        return since;
    }

    /// Tells of every change from now on, on a thread of its own. Returns once the watch stands.
    void watch(String path, Consumer<JsonNode> observer) throws IOException {
        var version = get(path + "?limit=1").path("metadata").path("resourceVersion").asText();
        var request =
                request(path + "?watch=true&timeoutSeconds=7200&resourceVersion=" + version)
                        .build();
        try {
            var lines = client.send(request, BodyHandlers.ofLines()).body();
            Thread.ofPlatform().daemon().name("watch").start(() -> follow(lines, observer));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }

    private void follow(Stream<String> lines, Consumer<JsonNode> observer) {
        try {
            lines.forEach(line -> observer.accept(parsed(line)));
            if (!closed) {
                System.err.println("The API server has ended a watch: what comes is not counted");
            }
        } catch (UncheckedIOException ended) {
            if (!closed) {
                throw ended;
            }
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException malformed) {
            throw new IllegalStateException("The watch sent what is no JSON", malformed);
        }
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(server + path));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    private String send(String method, String path, String type, String body) throws IOException {
        var request = request(path);
        if (type.isEmpty()) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", type).method(method, BodyPublishers.ofString(body));
        }
        try {
            var answer = client.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IOException(method + " " + path + ": " + answer.body());
            }
            return answer.body();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        closed = true;
        client.shutdownNow();
    }
}
