package io.tiphys.webhook;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.tiphys.channel.Trace;
import io.tiphys.channel.Tracing;
import io.vertx.core.AsyncResult;
import io.vertx.ext.web.RoutingContext;

/// The span of a delivery's request, as OpenTelemetry's conventions for HTTP have it, but for what
/// may be a secret or a stranger's to make up: the query of the URL, and headers.
final class RequestSpan {

    private static final AttributeKey<String> METHOD =
            AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
    private static final AttributeKey<Long> STATUS =
            AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private static final int SERVER_ERROR = 500;

    private RequestSpan() {}

    /// Begins it where its sender's own ends, if the sender says so. It ends with the answer, or
    /// when the sender hangs up.
    ///
    /// @return what the delivery is taken in; the root where tracing is off
    static Context begin(Tracing tracing, RoutingContext context) {
        if (!tracing.isOn()) {
            return Context.root();
        }
        var request = context.request();
        var method = request.method().name();
        var route = String.valueOf(requireNonNull(context.currentRoute()).getPath());
        var attributes =
                Attributes.builder()
                        .put(METHOD, method)
                        .put(ROUTE, route)
                        .put(SCHEME, request.scheme())
                        .put(PATH, request.path())
                        .put(CLIENT, request.remoteAddress().hostAddress())
                        .build();
        var trace =
                Trace.of(
                        name -> {
                            var value = request.getHeader(name);
                            return value == null ? "" : value;
                        });
        var span = tracing.begin(SpanKind.SERVER, method + " " + route, trace, attributes);
        context.addEndHandler(answered -> end(span, context, answered));
        return Context.root().with(span);
    }

    private static void end(Span span, RoutingContext context, AsyncResult<Void> answered) {
        var status = context.response().getStatusCode();
        if (answered.failed()) {
            failed(span, "hung up");
        } else {
            span.setAttribute(STATUS, (long) status);
            if (status >= SERVER_ERROR) {
                failed(span, String.valueOf(status));
            }
        }
        span.end();
    }

    private static void failed(Span span, String kind) {
        span.setStatus(StatusCode.ERROR).setAttribute(ERROR_TYPE, kind);
    }
}
