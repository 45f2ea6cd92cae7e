package io.tiphys.dev.sandbox.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Selector;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.table.Tables;
import io.tiphys.dev.sandbox.traffic.Faults;
import io.tiphys.dev.sandbox.traffic.Faults.OpenWatch;
import io.tiphys.dev.sandbox.watch.Watch;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Sends a watch over one response, as fast as its reader takes it and no faster.
final class WatchStream implements OpenWatch {

    private static final int BATCH = 200;
    private static final long BOOKMARK_MILLIS = 30_000;

    private final Vertx vertx;
    private final Context context;
    private final HttpServerResponse response;
    private final ResourceType type;
    private final Faults faults;
    private final boolean bookmarks;
    private final boolean partial;
    private final AtomicBoolean woken = new AtomicBoolean();
    private @Nullable Watch watch;
    private @Nullable Tables tables;
    private String include = "";
    private boolean columnsTold;
    private boolean initialEnd;
    private long endTimer = -1;
    private long bookmarkTimer = -1;
    private boolean closed;

    private WatchStream(Vertx vertx, Exchange exchange, ResourceType type, Faults faults) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.response = exchange.request().response();
        this.type = type;
        this.faults = faults;
        this.bookmarks = exchange.flag("allowWatchBookmarks");
        this.partial = exchange.wantsMetadataOnly();
    }

    static void open(
            Vertx vertx,
            Store store,
            Faults faults,
            Tables tables,
            Exchange exchange,
            Target target,
            Selector selector) {
        var initial = exchange.flag("sendInitialEvents");
        ListOptions.checkWatch(exchange);
        var revision = exchange.number("resourceVersion");
        var since = initial || revision == 0 ? null : Long.valueOf(revision);
        var scope = new Watch.Scope(target.type().shelf(), target.namespace(), selector, since);
        var stream = new WatchStream(vertx, exchange, target.type(), faults);
        stream.initialEnd = initial;
        stream.tables = exchange.wantsTable() ? tables : null;
        stream.include = exchange.includeObject();
        stream.begin(store, scope, exchange.number("timeoutSeconds"));
    }

    private void begin(Store store, Watch.Scope scope, long timeoutSeconds) {
        response.setChunked(true).putHeader("Content-Type", "application/json;stream=watch");
        response.closeHandler(_ -> close());
        response.exceptionHandler(_ -> close());
        response.drainHandler(_ -> drain());
        response.writeHead();
        var opened = Watch.open(store, scope, this::wake);
        if (opened == null) {
            end(
                    Refusal.expired(
                            "too old resource version: %s (%d)"
                                    .formatted(scope.since(), store.revision())));
            return;
        }
        watch = opened;
        faults.opened(this);
        var seconds =
                timeoutSeconds > 0
                        ? timeoutSeconds
                        : ThreadLocalRandom.current().nextLong(1800, 3600);
        endTimer = vertx.setTimer(seconds * 1000, _ -> end(null));
        if (bookmarks) {
            bookmarkTimer = vertx.setPeriodic(BOOKMARK_MILLIS, _ -> bookmark(false));
        }
        drain();
    }

    @Override
    public String resource() {
        return type.shelf();
    }

    @Override
    public void cut() {
        context.runOnContext(
                _ -> {
                    close();
                    response.reset();
                });
    }

    @Override
    public void expire() {
        context.runOnContext(
                _ ->
                        end(
                                Refusal.expired(
                                        "The resourceVersion for the provided watch is too old.")));
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(_ -> drain());
        }
    }

    private void drain() {
        woken.set(false);
        while (!closed && watch != null && !response.writeQueueFull()) {
            var events = watch.take(BATCH);
            if (events == null) {
                // Too slow: the reader has to list again, as after any broken connection.
                close();
                response.reset();
                return;
            }
            if (events.isEmpty()) {
                // What came since it was looked comes before that.
                if (initialEnd && !bookmark(true)) {
                    continue;
                }
                initialEnd = false;
                return;
            }
            send(events);
        }
    }

    private void send(List<Watch.Event> events) {
        var buffer = Buffer.buffer();
        for (var event : events) {
            buffer.appendString("{\"type\":\"" + event.kind() + "\",\"object\":")
                    .appendBytes(view(event.object()))
                    .appendString("}\n");
        }
        response.write(buffer);
    }

    private byte[] view(Stored object) {
        if (tables != null) {
            return Json.bytes(table(tables, object));
        }
        return partial ? Views.metadataOnly(object) : Views.in(type, object);
    }

    private ObjectNode table(Tables writer, Stored object) {
        var metadata = Json.object().put("resourceVersion", Long.toString(object.revision()));
        var table =
                writer.table(
                        type,
                        List.of(object),
                        metadata,
                        !columnsTold,
                        it -> Views.inRow(include, type, it));
        columnsTold = true;
        return table;
    }

    /// @return false if it would not be true, as there is more to send
    private boolean bookmark(boolean initial) {
        if (closed || watch == null) {
            return false;
        }
        var revision = watch.caughtUp();
        if (revision < 0) {
            return false;
        }
        var object = Json.object().put("kind", partial ? "PartialObjectMetadata" : type.kind());
        object.put("apiVersion", partial ? "meta.k8s.io/v1" : type.apiVersion());
        var metadata = object.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(revision));
        metadata.putNull("creationTimestamp");
        if (initial) {
            Json.child(metadata, "annotations").put("k8s.io/initial-events-end", "true");
        }
        var event = Json.object().put("type", "BOOKMARK");
        event.set(
                "object",
                tables == null
                        ? object
                        : table(tables, Stored.of(new Key("", "", ""), revision, object)));
        response.write(Buffer.buffer(Json.bytes(event)).appendString("\n"));
        return true;
    }

    private void end(@Nullable Refusal reason) {
        if (closed) {
            return;
        }
        if (reason != null) {
            var event = Json.object().put("type", "ERROR");
            event.set("object", reason.status());
            response.write(Buffer.buffer(Json.bytes(event)).appendString("\n"));
        } else if (bookmarks) {
            bookmark(false);
        }
        close();
        response.end();
    }

    private void close() {
        closed = true;
        faults.closed(this);
        vertx.cancelTimer(endTimer);
        vertx.cancelTimer(bookmarkTimer);
        if (watch != null) {
            watch.close();
        }
    }
}
