package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// A real registry on this machine that lets nobody in without a password, and charts pushed to it
/// by Helm.
public final class OciRegistry implements AutoCloseable {

    public static final String USER = "ada";
    public static final String PASSWORD = "canary-registry";

    private static final int BCRYPT_COST = 4;
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    private final Path folder;
    private final Process process;
    private final String host;

    private OciRegistry(Path folder, Process process, String host) {
        this.folder = folder;
        this.process = process;
        this.host = host;
    }

    /// Whether there is what it takes.
    public static boolean isInstalled() {
        return Installed.isOnPath("docker-registry") && Installed.isOnPath("helm");
    }

    /// One that tells services of every push, each of them.
    public static OciRegistry start(Path folder, Tiphys... listeners) throws IOException {
        var endpoints =
                Stream.of(listeners)
                        .map(
                                it ->
                                        """
                                            - name: "%1$s"
                                              url: "%1$s"
                                              headers: {Authorization: ["Bearer %2$s"]}
                                              timeout: 10s
                                              threshold: 3
                                              backoff: 1s
                                        """
                                                .formatted(
                                                        it.endpoint("api") + Deliveries.REGISTRY,
                                                        it.secret("webhook.distribution.secret")))
                        .collect(Collectors.joining());
        return start(
                folder, endpoints.isEmpty() ? "" : "notifications:\n  endpoints:\n" + endpoints);
    }

    private static OciRegistry start(Path folder, String notifications) throws IOException {
        int port = FreePort.take();
        var hash =
                OpenBSDBCrypt.generate(
                        "2y",
                        PASSWORD.toCharArray(),
                        "tiphys-for-tests".getBytes(UTF_8),
                        BCRYPT_COST);
        var users = Files.writeString(folder.resolve("htpasswd"), USER + ":" + hash + "\n");
        var config =
                Files.writeString(
                        folder.resolve("registry.yml"),
                        """
                        version: 0.1
                        log: {level: error}
                        storage: {filesystem: {rootdirectory: "%s"}}
                        http: {addr: "127.0.0.1:%d"}
                        auth: {htpasswd: {realm: test, path: "%s"}}
                        %s
                        """
                                .formatted(folder.resolve("data"), port, users, notifications));
        var process =
                new ProcessBuilder("docker-registry", "serve", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("registry.log").toFile())
                        .start();
        var registry = new OciRegistry(folder, process, "127.0.0.1:" + port);
        await().failFast("docker-registry ended: " + folder, () -> !process.isAlive())
                .ignoreExceptions()
                .until(() -> registry.status("/v2/") == 401);
        return registry;
    }

    private int status(String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + host + path)).build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }
    }

    /// Host and port.
    public String host() {
        return host;
    }

    /// Pushes a packed chart below a path of the registry.
    public void push(byte[] chart, String path) throws IOException, InterruptedException {
        var file = Files.write(folder.resolve("pushed.tgz"), chart);
        run(
                "helm",
                "push",
                file.toString(),
                "oci://" + host + "/" + path,
                "--plain-http",
                "--username",
                USER,
                "--password",
                PASSWORD);
    }

    /// Pushes an image without files.
    ///
    /// @param name without the registry
    /// @return its digest
    public String pushImage(String name, String tag) throws IOException, InterruptedException {
        var configuration = "{\"os\": \"linux\", \"architecture\": \"amd64\"}".getBytes(UTF_8);
        return pushManifest(
                name,
                tag,
                """
                {"schemaVersion": 2, "mediaType": "%s", "layers": [], "annotations": {"tag": "%s"},
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                            "digest": "%s", "size": %d}}
                """
                        .formatted(
                                MANIFEST,
                                tag,
                                pushBlob(name, configuration),
                                configuration.length));
    }

    /// @return its digest
    public String pushBlob(String name, byte[] content) throws IOException, InterruptedException {
        var digest = "sha256:" + ChartHost.digest(content);
        try (var client = HttpClient.newHttpClient()) {
            var upload = "http://%s/v2/%s/blobs/uploads/".formatted(host, name);
            var begun = send(client, "POST", URI.create(upload), MANIFEST, new byte[0], 202);
            var location = begun.headers().firstValue("Location").orElseThrow();
            send(
                    client,
                    "PUT",
                    URI.create(upload).resolve(location + "&digest=" + digest),
                    "application/octet-stream",
                    content,
                    201);
        }
        return digest;
    }

    /// Pushes a manifest, or an index of several.
    ///
    /// @param reference a tag; empty for none
    /// @return its digest
    public String pushManifest(String name, String reference, String json)
            throws IOException, InterruptedException {
        var digest = "sha256:" + ChartHost.digest(json.getBytes(UTF_8));
        try (var client = HttpClient.newHttpClient()) {
            send(
                    client,
                    "PUT",
                    URI.create(
                            "http://%s/v2/%s/manifests/%s"
                                    .formatted(
                                            host, name, reference.isEmpty() ? digest : reference)),
                    json.contains(INDEX) ? INDEX : MANIFEST,
                    json.getBytes(UTF_8),
                    201);
        }
        return digest;
    }

    /// Has `skopeo` push an image without files, another one for each tag.
    ///
    /// @param name without the registry
    public void copyImage(String name, String tag) throws IOException, InterruptedException {
        var image = Files.createTempDirectory(folder, "image");
        var configuration =
                """
                {"os": "linux", "architecture": "amd64", "config": {"Labels": {"tag": "%s"}},
                 "rootfs": {"type": "layers", "diff_ids": []}}
                """
                        .formatted(tag)
                        .getBytes(UTF_8);
        var digest = ChartHost.digest(configuration);
        Files.write(image.resolve(digest), configuration);
        Files.writeString(image.resolve("version"), "Directory Transport Version: 1.1\n");
        Files.writeString(
                image.resolve("manifest.json"),
                """
                {"schemaVersion": 2, "mediaType": "%s", "layers": [],
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                            "digest": "sha256:%s", "size": %d}}
                """
                        .formatted(MANIFEST, digest, configuration.length));
        run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "--quiet",
                "--dest-tls-verify=false",
                "--dest-creds",
                USER + ":" + PASSWORD,
                "dir:" + image,
                "docker://%s/%s:%s".formatted(host, name, tag));
    }

    private static HttpResponse<String> send(
            HttpClient client, String method, URI uri, String type, byte[] body, int expected)
            throws IOException, InterruptedException {
        var login = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(UTF_8));
        var request =
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .headers("Authorization", "Basic " + login, "Content-Type", type);
        var answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new IOException("%s %s: %s".formatted(method, uri, answer.body()));
        }
        return answer;
    }

    private void run(String... command) throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true);
        builder.environment().put("HOME", folder.toString());
        var running = builder.start();
        var said = new String(running.getInputStream().readAllBytes(), UTF_8);
        if (running.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
