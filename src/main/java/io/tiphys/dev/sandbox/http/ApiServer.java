package io.tiphys.dev.sandbox.http;

import io.tiphys.dev.sandbox.access.Access;
import io.tiphys.dev.sandbox.access.Question;
import io.tiphys.dev.sandbox.access.Reviews;
import io.tiphys.dev.sandbox.access.User;
import io.tiphys.dev.sandbox.kinds.Catalog;
import io.tiphys.dev.sandbox.registry.Registry;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.table.Tables;
import io.tiphys.dev.sandbox.traffic.Audit;
import io.tiphys.dev.sandbox.traffic.Faults;
import io.tiphys.dev.sandbox.traffic.Faults.Fault;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/// Listens, and shows each request the way: discovery, OpenAPI or resources.
public final class ApiServer {

    private static final Logger LOG = Logger.getLogger(ApiServer.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

    private final Discovery discovery;
    private final OpenApi openApi;
    private final Catalog catalog;
    private final Resources resources;
    private final Access access;
    private final Audit audit;
    private final Faults faults;
    private final Vertx vertx;
    private final HttpServer server;

    public ApiServer(
            Vertx vertx,
            Catalog catalog,
            Store store,
            Registry registry,
            Access access,
            Audit audit,
            Faults faults,
            Tables tables) {
        this.vertx = vertx;
        this.faults = faults;
        this.catalog = catalog;
        this.access = access;
        this.audit = audit;
        discovery = new Discovery(catalog);
        openApi = new OpenApi(catalog);
        resources = new Resources(vertx, store, registry, access, audit, faults, tables);
        var options =
                new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(64 * 1024)
                        .setMaxHeaderSize(64 * 1024);
        server = vertx.createHttpServer(options).requestHandler(this::receive);
    }

    /// Begins to listen.
    ///
    /// @param port 0 for a free one
    /// @return the port that is listened on
    public CompletableFuture<Integer> listen(int port) {
        return server.listen(port, LOOPBACK)
                .map(HttpServer::actualPort)
                .toCompletionStage()
                .toCompletableFuture();
    }

    public CompletableFuture<Void> close() {
        return server.close().toCompletionStage().toCompletableFuture();
    }

    private void receive(HttpServerRequest request) {
        var body = Buffer.buffer();
        request.exceptionHandler(e -> LOG.debugf("a client went away: %s", e.getMessage()));
        request.handler(
                chunk -> {
                    if (body.length() <= MAX_BODY_BYTES) {
                        body.appendBuffer(chunk);
                    }
                });
        request.endHandler(_ -> handle(new Exchange(request, body.getBytes())));
    }

    private void handle(Exchange exchange) {
        answered(
                exchange,
                () -> {
                    if (exchange.body().length > MAX_BODY_BYTES) {
                        throw Refusal.plain(
                                413,
                                "RequestEntityTooLarge",
                                "Request entity too large: limit is " + MAX_BODY_BYTES);
                    }
                    admit(exchange);
                });
    }

    /// Whatever is thrown on the way is the answer.
    private static void answered(Exchange exchange, Runnable work) {
        try {
            work.run();
        } catch (Refusal refusal) {
            exchange.answer(refusal.code(), refusal.status());
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s %s", exchange.method(), exchange.request().uri());
            exchange.answer(500, Refusal.internal("the sandbox failed: " + e).status());
        }
    }

    /// Lets through whoever may ask for this, unless something is to go wrong with it.
    private void admit(Exchange exchange) {
        var request = exchange.request();
        var path = String.valueOf(request.path());
        var asked =
                Question.of(
                        exchange.method(),
                        path,
                        segments(path),
                        exchange.flag("watch"),
                        exchange.query("fieldSelector"));
        var verb = exchange.isApply() ? "apply" : asked.verb();
        var admitted = exchange.by(user(exchange, asked, verb));
        var fault = asked.aboutResource() ? faults.next(verb, asked.shelf()) : null;
        if (fault == null) {
            route(admitted);
        } else if (fault.code() == 0) {
            var millis = Math.max(1, fault.delay().toMillis());
            vertx.setTimer(millis, _ -> answered(admitted, () -> route(admitted)));
        } else {
            fail(exchange, fault);
        }
    }

    private User user(Exchange exchange, Question asked, String verb) {
        try {
            var headers = exchange.request().headers();
            var user = access.user(exchange.header("Authorization"), headers);
            access.check(user, asked);
            return user;
        } catch (Refusal refusal) {
            if (asked.aboutResource()) {
                audit.refuse(verb, asked.shelf(), refusal.code());
            }
            throw refusal;
        }
    }

    private static void fail(Exchange exchange, Fault fault) {
        var reason =
                switch (fault.code()) {
                    case 429 -> "TooManyRequests";
                    case 500 -> "InternalError";
                    case 503 -> "ServiceUnavailable";
                    default -> "";
                };
        var status = Refusal.plain(fault.code(), reason, "made to fail by a test").status();
        var seconds = fault.retryAfter().toSeconds();
        if (!fault.retryAfter().isZero()) {
            exchange.request().response().putHeader("Retry-After", Long.toString(seconds));
            Json.child(status, "details").put("retryAfterSeconds", seconds);
        }
        exchange.answer(fault.code(), status);
    }

    private void route(Exchange exchange) {
        var path = segments(String.valueOf(exchange.request().path()));
        switch (path.isEmpty() ? "" : path.getFirst()) {
            case "healthz", "livez", "readyz" ->
                    exchange.request().response().putHeader("Content-Type", "text/plain").end("ok");
            case "metrics" ->
                    exchange.request()
                            .response()
                            .putHeader("Content-Type", "text/plain; version=0.0.4")
                            .end(audit.metrics());
            case "version" -> exchange.answer(200, Discovery.version());
            case "openapi" -> openApi.answer(exchange, path);
            case "api" -> {
                if (path.size() <= 2) {
                    discovery.core(exchange, path);
                } else {
                    var rest = path.subList(2, path.size());
                    resources.handle(exchange, Target.of(catalog, path.get(1), rest));
                }
            }
            case "apis" -> {
                if (path.size() <= 3) {
                    discovery.groups(exchange, path);
                    return;
                }
                var apiVersion = path.get(1) + "/" + path.get(2);
                if (!Reviews.in(apiVersion).isEmpty()) {
                    review(exchange, apiVersion, path);
                } else if (!catalog.groups().containsKey(path.get(1))) {
                    exchange.pageNotFound();
                } else {
                    var rest = path.subList(3, path.size());
                    resources.handle(exchange, Target.of(catalog, apiVersion, rest));
                }
            }
            default -> exchange.pageNotFound();
        }
    }

    private void review(Exchange exchange, String apiVersion, List<String> path) {
        var asked = Question.of(exchange.method(), "", path, false, "");
        audit.count(asked.verb(), asked.shelf());
        var body = exchange.body().length == 0 ? Json.object() : Resources.object(exchange);
        exchange.answer(201, access.reviews().answer(apiVersion, asked, exchange.user(), body));
    }

    private static List<String> segments(String path) {
        var segments = new ArrayList<String>();
        Arrays.stream(path.split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .map(
                        segment ->
                                URLDecoder.decode(
                                        segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .forEach(segments::add);
        return segments;
    }
}
