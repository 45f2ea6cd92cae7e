package io.tiphys.dev;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jgit.lib.Repository;
import org.jboss.logging.Logger;

/// Posts a signed `push` delivery to a webhook for every ref that a push moved, as GitHub does: in
/// the background, once. A delivery that fails is lost, and the receiver is none the wiser.
public final class GitHubPushDelivery implements PushHook, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(GitHubPushDelivery.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_PAYLOAD_SIZE = 25 * 1024 * 1024;
    private static final int WAITING = 1000;
    private static final int EXCERPT = 200;

    private final URI target;
    private final Supplier<String> secret;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();

    /// One at a time: deliveries leave in the order of the pushes.
    private final ExecutorService courier =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(WAITING),
                    Thread.ofVirtual().name("push-delivery").factory(),
                    (_, _) -> LOG.warn("A push delivery was dropped: too many wait already"));

    /// The secret is asked for at each delivery, as it may be changed at any time.
    public GitHubPushDelivery(URI target, Supplier<String> secret) {
        this.target = target;
        this.secret = secret;
    }

    @Override
    public void pushed(Repository repository, URI cloneUrl, RefUpdate update) {
        courier.execute(() -> deliver(repository, cloneUrl, update));
    }

    /// Drops what has not been delivered yet.
    @Override
    public void close() {
        courier.shutdownNow();
        courier.close();
        client.close();
    }

    private void deliver(Repository repository, URI cloneUrl, RefUpdate update) {
        var id = UUID.randomUUID();
        try {
            var payload = GitHubPushPayload.of(repository, cloneUrl, update);
            if (payload.length > MAX_PAYLOAD_SIZE) {
                giveUp(id, update, "it is larger than GitHub delivers");
                return;
            }
            var answer = client.send(request(id, payload), BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                giveUp(id, update, answer.statusCode() + " " + excerpt(answer.body()));
            }
        } catch (IOException | RuntimeException e) {
            giveUp(id, update, e.toString());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest request(UUID id, byte[] payload) {
        return HttpRequest.newBuilder(target)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("User-Agent", "GitHub-Hookshot/tiphys")
                .header("X-GitHub-Event", "push")
                .header("X-GitHub-Delivery", id.toString())
                .header("X-Hub-Signature-256", "sha256=" + signature(payload))
                .POST(BodyPublishers.ofByteArray(payload))
                .build();
    }

    private String signature(byte[] payload) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            var key = secret.get().getBytes(StandardCharsets.UTF_8);
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            return HexFormat.of().formatHex(mac.doFinal(payload));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HMAC-SHA256", e);
        }
    }

    private void giveUp(UUID id, RefUpdate update, String reason) {
        LOG.warnf(
                "The delivery %s of the push to %s at %s failed and is not repeated: %s",
                id, update.ref(), update.after().name(), reason);
    }

    private static String excerpt(String body) {
        return body.substring(0, Math.min(EXCERPT, body.length())).strip();
    }
}
