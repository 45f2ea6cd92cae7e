package io.tiphys.channel;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.tiphys.core.model.ApplicationId;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.ConfigProvider;

/// Tells a collector of traces, in OpenTelemetry's terms, what becomes of each delivery: its
/// request, the records that it is written to, who handles them, and the runs that come of it.
///
/// Off unless `otel.exporter.otlp.endpoint` says where to: then no span is made, no header written,
/// and OpenTelemetry's SDK not started. Whatever else can be set is OpenTelemetry's own.
///
/// Spans name repository and Application, and what kind of thing failed. Nothing else of a payload
/// is there, no header, no query of a URL, no message of a failure: secrets may be in these.
@Singleton
public class Tracing {

    private static final String PREFIX = "otel.";
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String TRACES_ENDPOINT = "otel.exporter.otlp.traces.endpoint";
    private static final String DISABLED = "otel.sdk.disabled";

    private static final List<String> PROTOCOLS =
            List.of("otel.exporter.otlp.protocol", "otel.exporter.otlp.traces.protocol");

    /// What the JDK's own HTTP client can speak.
    private static final String PROTOCOL = "http/protobuf";

    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "otel.service.name", "tiphys",
                    "otel.exporter.otlp.protocol", PROTOCOL,
                    // Prometheus has them.
                    "otel.metrics.exporter", "none",
                    "otel.logs.exporter", "none",
                    // A record's key may be a stranger's.
                    "otel.attribute.value.length.limit", "256");

    private static final AttributeKey<String> APPLICATION =
            AttributeKey.stringKey("tiphys.application");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /// A collector that is not there must not hold up the end.
    private static final int LAST_EXPORT_SECONDS = 2;

    private final Optional<OpenTelemetrySdk> sdk;
    private final Tracer tracer;

    @Inject
    Tracing() {
        this(ForeignSettings.below(PREFIX, ConfigProvider.getConfig()));
    }

    /// @param settings by OpenTelemetry's names; off where there is no endpoint among them
    /// @throws IllegalArgumentException if they ask for another protocol than is spoken here
    public Tracing(Map<String, String> settings) {
        boolean on =
                (settings.containsKey(ENDPOINT) || settings.containsKey(TRACES_ENDPOINT))
                        && !Boolean.parseBoolean(settings.get(DISABLED));
        sdk = on ? Optional.of(start(settings)) : Optional.empty();
        tracer =
                sdk.map(OpenTelemetry.class::cast)
                        .orElseGet(OpenTelemetry::noop)
                        .getTracer("io.tiphys");
    }

    private static OpenTelemetrySdk start(Map<String, String> settings) {
        var all = new HashMap<>(DEFAULTS);
        all.putAll(settings);
        for (var name : PROTOCOLS) {
            var protocol = all.getOrDefault(name, PROTOCOL);
            if (!protocol.equals(PROTOCOL)) {
                throw new IllegalArgumentException(
                        "%s is %s, but traces go by %s alone, mostly to port 4318"
                                .formatted(name, protocol, PROTOCOL));
            }
        }
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> all)
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
    }

    public boolean isOn() {
        return sdk.isPresent();
    }

    /// Begins a span that is a part of a trace, or the first of a new one; whoever begins it ends
    /// it.
    public Span begin(SpanKind kind, String name, Trace trace, Attributes attributes) {
        var span = tracer.spanBuilder(name).setSpanKind(kind).setAllAttributes(attributes);
        trace.continueWith(span);
        return span.startSpan();
    }

    /// Does what a record asks for as a part of the record's trace.
    public void handle(Received<?> received, Runnable work) {
        if (isOn()) {
            within(
                    RecordSpans.handled(this, received),
                    () -> {
                        work.run();
                        return true;
                    });
        } else {
            work.run();
        }
    }

    /// Does something for an Application as a part of a trace. What nobody traces, such as a sweep,
    /// is only done.
    public <T> T run(String name, ApplicationId application, Trace trace, Supplier<T> work) {
        if (trace.isNone()) {
            return work.get();
        }
        var attributes = Attributes.of(APPLICATION, application.toString());
        return within(begin(SpanKind.INTERNAL, name, trace, attributes), work);
    }

    private static <T> T within(Span span, Supplier<T> work) {
        try (var _ = span.makeCurrent()) {
            return work.get();
        } catch (RuntimeException | Error failure) {
            failed(span, "It could not be done", failure);
            throw failure;
        } finally {
            span.end();
        }
    }

    /// Says of what this thread is doing that it failed.
    ///
    /// @param kind of failure, one of few
    public static void failed(String kind) {
        Span.current().setStatus(StatusCode.ERROR, kind).setAttribute(ERROR_TYPE, kind);
    }

    /// Without the failure's message: that may repeat what a stranger wrote.
    static void failed(Span span, String what, Throwable failure) {
        span.setStatus(StatusCode.ERROR, what)
                .setAttribute(ERROR_TYPE, failure.getClass().getName());
    }

    @PreDestroy
    public void close() {
        sdk.ifPresent(
                it ->
                        it.getSdkTracerProvider()
                                .shutdown()
                                .join(LAST_EXPORT_SECONDS, TimeUnit.SECONDS));
    }
}
