package io.tiphys.dev.sandbox.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.storage.Selector;
import io.tiphys.dev.sandbox.storage.Store;
import io.tiphys.dev.sandbox.storage.Stored;
import io.tiphys.dev.sandbox.table.Tables;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers lists, whole or page by page. The pages of one list all show the revision of the first;
/// the lists still being paged are kept, and the oldest is dropped (410) once there are too many.
final class Lists {

    private static final int MAX_PAGED = 64;

    private record Paged(String shelf, String namespace, List<Stored> objects, long revision) {}

    private final Store store;
    private final Tables tables;
    private final Map<String, Paged> paged =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Paged> eldest) {
                    return size() > MAX_PAGED;
                }
            };
    private long nextId;

    Lists(Store store, Tables tables) {
        this.store = store;
        this.tables = tables;
    }

    void answer(Exchange exchange, Target target, Selector selector) {
        var limit = exchange.number("limit");
        var token = exchange.query("continue");
        ListOptions.check(exchange);
        var exact = exchange.query("resourceVersionMatch").equals("Exact");
        checkRevision(exchange.number("resourceVersion"));
        var type = target.type();
        var id = "";
        int from = 0;
        Paged list;
        if (token.isEmpty()) {
            list =
                    exact
                            ? at(exchange.number("resourceVersion"), target, selector)
                            : whole(target, selector);
            if (limit > 0 && limit < list.objects().size()) {
                id = remember(list);
            }
        } else {
            var position = position(token);
            id = Json.text(position, "list");
            from = Json.integer(position, 0, "from");
            list = recall(id, target);
        }
        var to =
                limit > 0
                        ? (int) Math.min(list.objects().size(), from + limit)
                        : list.objects().size();
        var metadata = Json.object().put("resourceVersion", Long.toString(list.revision()));
        if (to < list.objects().size()) {
            metadata.put("continue", token(id, to, list.revision()));
            if (selector.isAll()) {
                metadata.put("remainingItemCount", list.objects().size() - to);
            }
        }
        var page = list.objects().subList(from, to);
        if (exchange.wantsTable()) {
            var include = exchange.includeObject();
            exchange.answer(
                    200,
                    tables.table(type, page, metadata, true, it -> Views.inRow(include, type, it)));
        } else {
            exchange.answer(200, body(exchange, type, page, metadata));
        }
    }

    private void checkRevision(long wanted) {
        var present = store.revision();
        if (wanted > present) {
            throw Refusal.plain(
                    504,
                    "Timeout",
                    "Timeout: Too large resource version: %d, current: %d"
                            .formatted(wanted, present));
        }
    }

    private Paged whole(Target target, Selector selector) {
        var snapshot = store.list(target.type().shelf(), target.namespace());
        var objects =
                selector.isAll()
                        ? snapshot.objects()
                        : snapshot.objects().stream().filter(selector::matches).toList();
        return new Paged(target.type().shelf(), target.namespace(), objects, snapshot.revision());
    }

    /// As it stood at a revision, from what stands now and the changes since.
    private Paged at(long revision, Target target, Selector selector) {
        return store.together(
                () -> {
                    var objects = new TreeMap<Key, Stored>();
                    var shelf = target.type().shelf();
                    store.list(shelf, target.namespace())
                            .objects()
                            .forEach(object -> objects.put(object.key(), object));
                    var changes = store.since(revision);
                    if (changes == null) {
                        throw Refusal.expired(
                                "The provided resource version is no longer available: "
                                        + revision);
                    }
                    for (var change : changes.reversed()) {
                        var key = change.after().key();
                        var within =
                                key.shelf().equals(shelf)
                                        && (target.namespace().isEmpty()
                                                || key.namespace().equals(target.namespace()));
                        var before = change.before();
                        if (within && before == null) {
                            objects.remove(key);
                        } else if (within && before != null) {
                            objects.put(key, before);
                        }
                    }
                    var selected = objects.values().stream().filter(selector::matches).toList();
                    return new Paged(shelf, target.namespace(), selected, revision);
                });
    }

    private String remember(Paged list) {
        synchronized (paged) {
            var id = Long.toString(++nextId);
            paged.put(id, list);
            return id;
        }
    }

    private Paged recall(String id, Target target) {
        @Nullable Paged list;
        synchronized (paged) {
            list = paged.get(id);
        }
        if (list == null
                || !list.shelf().equals(target.type().shelf())
                || !list.namespace().equals(target.namespace())) {
            throw Refusal.expired(
                    "The provided continue parameter is too old to display a consistent list"
                            + " result. You must start a new list without the continue parameter.");
        }
        return list;
    }

    private static String token(String list, int from, long revision) {
        var position = Json.object().put("list", list).put("from", from).put("rv", revision);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(position));
    }

    private static ObjectNode position(String token) {
        try {
            return Json.foreignObject(Base64.getUrlDecoder().decode(token), false);
        } catch (IllegalArgumentException | Refusal e) {
            throw Refusal.badRequest(
                    "invalid continue token: continue key is not valid: " + e.getMessage());
        }
    }

    private static Buffer body(
            Exchange exchange, ResourceType type, List<Stored> objects, JsonNode metadata) {
        var partial = exchange.wantsMetadataOnly();
        var kind = partial ? "PartialObjectMetadataList" : type.listKind();
        var apiVersion = partial ? "meta.k8s.io/v1" : type.apiVersion();
        var body =
                Buffer.buffer(
                        "{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":%s,\"items\":["
                                .formatted(kind, apiVersion, metadata));
        var separator = "";
        for (var object : objects) {
            body.appendString(separator);
            separator = ",";
            if (partial) {
                body.appendBytes(Views.metadataOnly(object));
            } else if (type.custom()) {
                body.appendBytes(Views.in(type, object));
            } else {
                appendWithoutKind(body, type, object);
            }
        }
        return body.appendString("]}");
    }

    /// The items of a built-in list do not say what they are.
    private static void appendWithoutKind(Buffer body, ResourceType type, Stored object) {
        var known =
                "{\"apiVersion\":\"%s\",\"kind\":\"%s\",".formatted(type.apiVersion(), type.kind());
        var start = known.getBytes(StandardCharsets.UTF_8).length;
        body.appendByte((byte) '{').appendBytes(object.json(), start, object.json().length - start);
    }

    /// All objects that a collection's deletion is about.
    List<Stored> select(Target target, Selector selector) {
        return new ArrayList<>(whole(target, selector).objects());
    }

    /// Answers with what was deleted.
    void deleted(Exchange exchange, Target target, List<Stored> objects) {
        var metadata = Json.object().put("resourceVersion", Long.toString(store.revision()));
        exchange.answer(200, body(exchange, target.type(), objects, metadata));
    }
}
