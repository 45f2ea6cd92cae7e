package io.tiphys.dev;

import io.tiphys.dev.PushHook.RefUpdate;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPack.RequestPolicy;
import org.eclipse.jgit.util.io.LimitedInputStream;
import org.jboss.logging.Logger;

/// Git's smart HTTP protocol for one repository: Vert.x carries the bytes, JGit does the work, on
/// virtual threads.
final class SmartHttp implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(SmartHttp.class);
    private static final String UPLOAD_PACK = "git-upload-pack";
    private static final String RECEIVE_PACK = "git-receive-pack";
    private static final int AT_ONCE = 16;
    private static final int BUFFER = 32 * 1024;

    private final Repository repository;
    private final URI cloneUrl;
    private final long maxBodySize;
    private final PushHook hook;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore turns = new Semaphore(AT_ONCE);

    SmartHttp(Repository repository, URI cloneUrl, long maxBodySize, PushHook hook) {
        this.repository = repository;
        this.cloneUrl = cloneUrl;
        this.maxBodySize = maxBodySize;
        this.hook = hook;
    }

    /// Called on the event loop for every request.
    void handle(HttpServerRequest request) {
        var body = new RequestBody(request);
        workers.execute(() -> answer(request, body));
    }

    @Override
    public void close() {
        workers.shutdownNow();
        workers.close();
    }

    private void answer(HttpServerRequest request, RequestBody body) {
        try {
            turns.acquire();
            try {
                serve(request, body);
            } finally {
                turns.release();
            }
        } catch (InterruptedException stopping) {
            request.connection().close();
        } catch (IOException | RuntimeException e) {
            LOG.warnf("%s %s failed: %s", request.method(), request.path(), e);
            // With a part of the answer sent, cutting it off is the one way to say so.
            if (request.response().headWritten()) {
                request.connection().close();
            } else {
                refuse(request.response(), 500, "The repository cannot answer this now.");
            }
        } finally {
            body.discard();
        }
    }

    private void serve(HttpServerRequest request, RequestBody body) throws IOException {
        var response = request.response();
        var path = Objects.requireNonNullElse(request.path(), "");
        var service = path.substring(path.lastIndexOf('/') + 1);
        if (path.equals(cloneUrl.getPath() + "/info/refs")) {
            advertise(request, response);
        } else if (!path.equals(cloneUrl.getPath() + "/" + service) || !isService(service)) {
            refuse(response, 404, "There is one repository here: git clone " + cloneUrl);
        } else if (!request.method().equals(HttpMethod.POST)) {
            refuse(response, 405, "This wants a POST.");
        } else if (!isReadable(request)) {
            refuse(response, 415, "The body may be compressed with gzip, not otherwise.");
        } else if (announcedSize(request) > maxBodySize) {
            refuse(response, 413, "A request may hold at most %d bytes.".formatted(maxBodySize))
                    .onComplete(_ -> request.connection().close());
        } else {
            exchange(service, request, body);
        }
    }

    private void advertise(HttpServerRequest request, HttpServerResponse response)
            throws IOException {
        var service = request.getParam("service", "");
        if (!isService(service)) {
            refuse(response, 403, "Only the smart protocol of Git 1.6.6 and newer is spoken.");
            return;
        }
        try (var out = respond(response, service, "advertisement")) {
            var lines = new PacketLineOut(out);
            var advertiser = new PacketLineOutRefAdvertiser(lines);
            if (service.equals(UPLOAD_PACK)) {
                try (var upload = uploadPack(request)) {
                    upload.sendAdvertisedRefs(advertiser, UPLOAD_PACK);
                }
            } else {
                lines.writeString("# service=" + RECEIVE_PACK + "\n");
                lines.end();
                receivePack(request).sendAdvertisedRefs(advertiser);
            }
        }
        response.end();
    }

    private void exchange(String service, HttpServerRequest request, RequestBody body)
            throws IOException {
        try (var in = decoded(request, body);
                var out = respond(request.response(), service, "result")) {
            if (service.equals(UPLOAD_PACK)) {
                try (var upload = uploadPack(request)) {
                    upload.upload(in, out, null);
                }
            } else {
                receivePack(request).receive(in, out, null);
            }
        }
        request.response().end();
    }

    private UploadPack uploadPack(HttpServerRequest request) {
        var upload = new UploadPack(repository);
        upload.setBiDirectionalPipe(false);
        upload.setRequestPolicy(RequestPolicy.ANY);
        var protocol = request.getHeader("Git-Protocol");
        if (protocol != null) {
            upload.setExtraParameters(Arrays.asList(protocol.split(":", -1)));
        }
        return upload;
    }

    private ReceivePack receivePack(HttpServerRequest request) {
        var receive = new ReceivePack(repository);
        receive.setBiDirectionalPipe(false);
        // Force pushes and deletions are what the service has to cope with.
        receive.setAllowNonFastForwards(true);
        receive.setAllowDeletes(true);
        receive.setAllowBranchDeletes(true);
        receive.setAtomic(true);
        var pusher = pusher(request);
        receive.setPostReceiveHook((_, commands) -> tell(commands, pusher));
        return receive;
    }

    private void tell(Collection<ReceiveCommand> commands, String pusher) {
        for (var command : commands) {
            hook.pushed(
                    repository,
                    cloneUrl,
                    new RefUpdate(
                            command.getRefName(),
                            command.getOldId().copy(),
                            command.getNewId().copy(),
                            command.getType() == ReceiveCommand.Type.UPDATE_NONFASTFORWARD,
                            pusher));
        }
    }

    /// Nobody has to log in here; a client that says who it is, is believed.
    private static String pusher(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("Authorization"))
                .filter(header -> header.startsWith("Basic "))
                .map(header -> decodeBase64(header.substring("Basic ".length())))
                .map(credentials -> credentials.split(":", 2)[0])
                .filter(user -> !user.isBlank())
                .orElse("developer");
    }

    private static String decodeBase64(String text) {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    private InputStream decoded(HttpServerRequest request, RequestBody body) throws IOException {
        var plain = isCompressed(request) ? new GZIPInputStream(body) : body;
        return new LimitedInputStream(plain, maxBodySize) {
            @Override
            protected void limitExceeded() throws IOException {
                throw new IOException(
                        "The request holds more than %d bytes".formatted(maxBodySize));
            }
        };
    }

    private static OutputStream respond(
            HttpServerResponse response, String service, String content) {
        response.putHeader("Content-Type", "application/x-" + service + "-" + content);
        response.putHeader("Cache-Control", "no-cache");
        return new BufferedOutputStream(new ResponseBody(response), BUFFER);
    }

    private static Future<Void> refuse(HttpServerResponse response, int status, String reason) {
        return response.setStatusCode(status)
                .putHeader("Content-Type", "text/plain")
                .end(reason + "\n");
    }

    private static boolean isService(String name) {
        return List.of(UPLOAD_PACK, RECEIVE_PACK).contains(name);
    }

    private static boolean isCompressed(HttpServerRequest request) {
        return List.of("gzip", "x-gzip").contains(contentEncoding(request));
    }

    private static boolean isReadable(HttpServerRequest request) {
        return isCompressed(request) || contentEncoding(request).equals("identity");
    }

    private static String contentEncoding(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("Content-Encoding")).orElse("identity");
    }

    private static long announcedSize(HttpServerRequest request) {
        var length = request.getHeader("Content-Length");
        return length == null ? 0 : Long.parseLong(length);
    }
}
