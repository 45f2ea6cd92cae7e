package io.tiphys.dev.sandbox.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.dev.sandbox.access.User;
import io.tiphys.dev.sandbox.wire.Json;
import io.tiphys.dev.sandbox.wire.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// One request with its body, and the answer to it.
///
/// @param user who asks; nobody in particular until that is found out
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
record Exchange(HttpServerRequest request, byte[] body, User user) {

    private static final String JSON = "application/json";

    /// An answer of more bytes is compressed for who accepts that, as kube-apiserver does.
    private static final int LONG = 128 * 1024;

    Exchange(HttpServerRequest request, byte[] body) {
        this(request, body, User.ANONYMOUS);
    }

    Exchange by(User someone) {
        return new Exchange(request, body, someone);
    }

    String method() {
        return request.method().name();
    }

    String query(String name) {
        var value = request.getParam(name);
        return value == null ? "" : value;
    }

    boolean flag(String name) {
        return List.of("true", "1", "").contains(query(name)) && request.params().contains(name);
    }

    long number(String name) {
        var text = query(name);
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw Refusal.badRequest(
                    "Invalid value: \"%s\": %s must be a number".formatted(text, name));
        }
    }

    String header(String name) {
        var value = request.getHeader(name);
        return value == null ? "" : value;
    }

    /// The media type of the body, without its parameters.
    String contentType() {
        var type = header("Content-Type");
        var end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    boolean isApply() {
        return method().equals("PATCH") && contentType().startsWith("application/apply-patch");
    }

    boolean wantsMetadataOnly() {
        return accepted().contains("as=PartialObjectMetadata");
    }

    boolean wantsTable() {
        return accepted().contains("as=Table");
    }

    /// What goes with each row of a table: `None`, `Metadata` or `Object`.
    String includeObject() {
        return switch (query("includeObject")) {
            case "", "Metadata" -> "Metadata";
            case "None" -> "None";
            case "Object" -> "Object";
            case String other ->
                    throw Refusal.badRequest(
                            "Unable to convert to Table as requested: includeObject: Invalid value:"
                                    + " \"%s\": must be 'Metadata', 'Object', 'None', or empty"
                                            .formatted(other));
        };
    }

    /// The first of the accepted media types that can be served.
    private String accepted() {
        return Arrays.stream(header("Accept").split(",", -1))
                .filter(Exchange::isServed)
                .findFirst()
                .orElse("");
    }

    private static boolean isServed(String mediaType) {
        var json =
                mediaType.contains(JSON)
                        || mediaType.contains("*/*")
                        || mediaType.contains("application/*");
        return json
                && (!mediaType.contains("as=")
                        || mediaType.contains("as=PartialObjectMetadata")
                        || (mediaType.contains("as=Table") && !mediaType.contains("v1beta1")));
    }

    void checkAccept() {
        var fine = header("Accept").isEmpty() || !accepted().isEmpty();
        if (!fine) {
            throw Refusal.plain(
                    406,
                    "NotAcceptable",
                    "406: Not Acceptable\n\nAvailable representations: application/json,"
                            + " application/json;stream=watch");
        }
    }

    void answer(int code, JsonNode node) {
        answer(code, Json.bytes(node));
    }

    void answer(int code, byte[] json) {
        answer(code, Buffer.buffer(json));
    }

    void answer(int code, Buffer json) {
        answer(code, JSON, json);
    }

    void answer(int code, String type, Buffer body) {
        var response = request.response().setStatusCode(code).putHeader("Content-Type", type);
        if (body.length() > LONG && acceptsGzip()) {
            response.putHeader("Content-Encoding", "gzip")
                    .putHeader("Vary", "Accept-Encoding")
                    .end(compressed(body));
        } else {
            response.end(body);
        }
    }

    private boolean acceptsGzip() {
        return Arrays.stream(header("Accept-Encoding").split(",", -1))
                .anyMatch(it -> it.strip().equals("gzip"));
    }

    private static Buffer compressed(Buffer body) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new FastGzip(bytes)) {
            gzip.write(body.getBytes());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private static final class FastGzip extends GZIPOutputStream {

        FastGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /// Where no API is served, the server answers as any web server does.
    void pageNotFound() {
        request.response()
                .setStatusCode(404)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end("404 page not found\n");
    }

    void warn(List<String> warnings) {
        for (var warning : warnings) {
            var quoted = warning.replace("\\", "\\\\").replace("\"", "\\\"");
            request.response().headers().add("Warning", "299 - \"" + quoted + "\"");
        }
    }
}
