package io.tiphys.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/// Takes traces as any collector does that speaks OTLP over HTTP, and keeps them.
public final class TraceCollector implements AutoCloseable {

    /// Stands for a span that was not sent here.
    public static final String SOMEBODY_ELSE = "somebody else";

    private final List<byte[]> exports = new CopyOnWriteArrayList<>();
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    public TraceCollector() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            exports.add(body);
            for (var resource : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
                resource.getScopeSpansList().forEach(it -> spans.addAll(it.getSpansList()));
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /// What makes a service send its traces here, without delay.
    public Map<String, String> settings() {
        return Map.of(
                "otel.exporter.otlp.endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "otel.bsp.schedule.delay",
                "50");
    }

    /// All that came, as text, whatever it stands for.
    public String text() {
        var text = new StringBuilder();
        exports.forEach(it -> text.append(new String(it, ISO_8859_1)));
        return text.toString();
    }

    public Span await(Predicate<Span> wanted) {
        return Tiphys.eventually()
                .until(() -> spans.stream().filter(wanted).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    /// Waits for a span by its name and the names of those that it came of, up to the first of its
    /// trace.
    public Span await(String... lineage) {
        return await(_ -> true, lineage);
    }

    /// The same, of those spans alone.
    public Span await(Predicate<Span> wanted, String... lineage) {
        return await(it -> wanted.test(it) && lineage(it).equals(List.of(lineage)));
    }

    private List<String> lineage(Span span) {
        var names = new ArrayList<String>();
        for (var next = span; ; next = parent(next).orElseThrow()) {
            names.add(next.getName());
            if (next.getParentSpanId().isEmpty()) {
                return names;
            }
            if (parent(next).isEmpty()) {
                names.add(SOMEBODY_ELSE);
                return names;
            }
        }
    }

    private Optional<Span> parent(Span span) {
        return spans.stream().filter(it -> isParent(it, span)).findFirst();
    }

    /// Waits for the span that one came of, which may end and be told of later.
    public Span awaitParent(Span span) {
        return await(it -> isParent(it, span));
    }

    private static boolean isParent(Span span, Span of) {
        return span.getTraceId().equals(of.getTraceId())
                && span.getSpanId().equals(of.getParentSpanId());
    }

    /// An attribute's text or number, empty if the span has none of this name.
    public static String attribute(Span span, String name) {
        return span.getAttributesList().stream()
                .filter(it -> it.getKey().equals(name))
                .map(it -> it.getValue())
                .map(it -> it.hasIntValue() ? Long.toString(it.getIntValue()) : it.getStringValue())
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
