package io.tiphys.channel;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// For whom a piece of work is done, as OpenTelemetry sees it: spans of those who asked for it. It
/// continues the newest, and links to the others that were folded into it.
///
/// @param spans oldest first; empty if nobody traces it
public record Trace(List<SpanContext> spans) {

    public static final Trace NONE = new Trace(List.of());

    /// Of a storm that becomes one piece of work, the oldest are not named.
    static final int MOST = 33;

    /// What anybody who understands `tracestate` has to pass on; a stranger may send more.
    private static final int LONGEST_STATE = 512;

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<UnaryOperator<String>> BY_NAME =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(UnaryOperator<String> headers) {
                    return W3C.fields();
                }

                @Override
                public @Nullable String get(@Nullable UnaryOperator<String> headers, String name) {
                    var value = headers == null ? "" : headers.apply(name);
                    return value.isEmpty() || value.length() > LONGEST_STATE ? null : value;
                }
            };

    /// The work that this thread is doing.
    public static Trace current() {
        return of(Span.current());
    }

    /// What the W3C's headers `traceparent` and `tracestate` say, of a request or of a record.
    ///
    /// @param headers a header's value by its name, empty if it is absent
    public static Trace of(UnaryOperator<String> headers) {
        return of(Span.fromContext(W3C.extract(Context.root(), headers, BY_NAME)));
    }

    static Trace of(Span span) {
        var context = span.getSpanContext();
        return context.isValid() ? new Trace(List.of(context)) : NONE;
    }

    public boolean isNone() {
        return spans.isEmpty();
    }

    /// Of one piece of work that does what both asked for.
    public Trace and(Trace later) {
        if (isNone() || later.isNone()) {
            return isNone() ? later : this;
        }
        var both = new LinkedHashSet<>(spans);
        both.removeAll(later.spans);
        both.addAll(later.spans);
        var newest = new ArrayList<>(both);
        return new Trace(
                List.copyOf(newest.subList(Math.max(0, newest.size() - MOST), newest.size())));
    }

    /// Makes the span to come a part of it.
    void continueWith(SpanBuilder span) {
        if (isNone()) {
            span.setNoParent();
            return;
        }
        span.setParent(Context.root().with(Span.wrap(spans.getLast())));
        spans.subList(0, spans.size() - 1).forEach(span::addLink);
    }

    /// Writes the newest as headers, by their names and values.
    void write(BiConsumer<String, String> headers) {
        if (!isNone()) {
            W3C.inject(
                    Context.root().with(Span.wrap(spans.getLast())),
                    headers,
                    (to, name, value) -> {
                        if (to != null) {
                            to.accept(name, value);
                        }
                    });
        }
    }
}
