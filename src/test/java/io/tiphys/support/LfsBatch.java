package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/// What a Git host says of large files, by the batch API of Git LFS. It has those itself of which
/// it was not told that they are elsewhere.
public final class LfsBatch implements HttpHandler {

    private static final Pattern OID = Pattern.compile("\"oid\":\"([0-9a-f]{64})\"");

    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private volatile String wanted = "";
    private volatile String elsewhere = "";

    /// The text of a pointer.
    public static String pointer(byte[] content) {
        return pointer(ChartHost.digest(content), content.length);
    }

    public static String pointer(String oid, long size) {
        return "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
                .formatted(oid, size);
    }

    /// @return the text of its pointer
    public String has(byte[] content) {
        contents.put(ChartHost.digest(content), content);
        return pointer(content);
    }

    /// Has something else under the digest of a content.
    ///
    /// @return the text of the content's pointer
    public String hasInstead(byte[] content, byte[] other) {
        contents.put(ChartHost.digest(content), other);
        return pointer(content);
    }

    /// Answers with an object, whatever it is, for the content.
    ///
    /// @param object fields in JSON
    public String says(byte[] content, String object) {
        answers.put(ChartHost.digest(content), object);
        return pointer(content);
    }

    /// Lets nobody in without that `Authorization`.
    public void want(String authorization) {
        wanted = authorization;
    }

    /// Sends everybody away.
    public void redirect(String url) {
        elsewhere = url;
    }

    /// The `Authorization` of every request since the last call, empty where there was none.
    public List<String> shown() {
        var all = List.copyOf(shown);
        shown.clear();
        return all;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var question = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            var headers = exchange.getRequestHeaders();
            var authorization = Objects.requireNonNullElse(headers.getFirst("Authorization"), "");
            shown.add(authorization);
            if (!elsewhere.isEmpty()) {
                exchange.getResponseHeaders().set("Location", elsewhere);
                exchange.sendResponseHeaders(307, -1);
            } else if (!wanted.isEmpty() && !wanted.equals(authorization)) {
                exchange.sendResponseHeaders(401, -1);
            } else if (exchange.getRequestMethod().equals("POST")) {
                respond(exchange, batch(exchange, question).getBytes(UTF_8));
            } else {
                var path = exchange.getRequestURI().getPath();
                respond(exchange, contents.get(path.substring(path.lastIndexOf('/') + 1)));
            }
        }
    }

    private String batch(HttpExchange exchange, String question) {
        var matcher = OID.matcher(question);
        if (!matcher.find() || !question.contains("\"operation\":\"download\"")) {
            throw new IllegalArgumentException(question);
        }
        var oid = matcher.group(1);
        var own =
                "\"actions\": {\"download\": {\"href\": \"http://%s%s/%s\"}}"
                        .formatted(
                                exchange.getRequestHeaders().getFirst("Host"),
                                exchange.getRequestURI().getPath(),
                                oid);
        var unknown = "\"error\": {\"code\": 404, \"message\": \"canary\"}";
        return "{\"transfer\": \"basic\", \"objects\": [{\"oid\": \"%s\", %s}]}"
                .formatted(
                        oid, answers.getOrDefault(oid, contents.containsKey(oid) ? own : unknown));
    }

    private static void respond(HttpExchange exchange, byte[] answer) throws IOException {
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
    }
}
