package io.tiphys.webhook;

import io.quarkus.runtime.StartupEvent;
import io.tiphys.channel.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The front door for deliveries: Argo CD's path for Git hosts, one path each for registries. Takes
/// the raw bytes, because signatures are over these, and no more of them than are allowed there.
///
/// Routes of the HTTP server itself, before all others: what REST adds to a request costs more than
/// all that is done with a delivery here, and its limit for bodies hangs up on a sender who still
/// sends, which many report as a broken connection instead of the reason.
@Singleton
class WebhookRoutes {

    private static final String RETRY_AFTER_SECONDS = "5";

    private static final int BEFORE_ALL = Integer.MIN_VALUE;

    private static final int METHOD_NOT_ALLOWED = 405;

    private static final int USUAL_BODY = 64 * 1024;

    /// What a sender may go on sending to be told the reason. It is thrown away as it comes.
    private static final long LARGEST_DRAINED = 256L * 1024 * 1024;

    /// How often it is looked who still sends: so much later than allowed may one be stopped.
    private static final Duration LOOK = Duration.ofSeconds(1);
    /// A DNS name, such as `eventgrid.azure.net`; it goes back as it comes.
    private static final Pattern ORIGIN = Pattern.compile("[A-Za-z0-9.-]{1,253}");

    private final Reception reception;
    private final Tracing tracing;
    private final long maxGitBody;
    private final long maxRegistryBody;
    private final Duration bodyWithin;
    private final SenderLimit senders;

    /// Those of whom not all has come yet. One timer looks at all, since a timer for each delivery
    /// would cost as much as reading it.
    private final Map<HttpServerRequest, Sending> sending = new ConcurrentHashMap<>();

    /// @param since as `System.nanoTime` counts
    private record Sending(long since, Context context) {}

    WebhookRoutes(Reception reception, WebhookConfig config, Tracing tracing) {
        this.reception = reception;
        this.tracing = tracing;
        maxGitBody = config.maxGitBody().asLongValue();
        maxRegistryBody = config.maxRegistryBody().asLongValue();
        bodyWithin = config.bodyWithin();
        senders = new SenderLimit(config.ratePerSender(), System::nanoTime);
    }

    void start(@Observes StartupEvent event, Vertx vertx) {
        vertx.setPeriodic(LOOK.toMillis(), _ -> stopTheSlow());
    }

    void register(@Observes Router router) {
        for (var path : List.of("/api/registry-webhook/:provider", "/webhook")) {
            router.options(path).order(BEFORE_ALL).handler(WebhookRoutes::welcome);
        }
        router.route("/api/webhook")
                .order(BEFORE_ALL)
                .handler(it -> take(it, maxGitBody, reception::fromAnybody));
        router.route("/api/registry-webhook/:provider")
                .order(BEFORE_ALL)
                .handler(
                        it -> {
                            var provider = String.valueOf(it.pathParam("provider"));
                            take(it, maxRegistryBody, in -> reception.fromRegistry(provider, in));
                        });
        router.route("/webhook")
                .order(BEFORE_ALL)
                .handler(it -> take(it, maxRegistryBody, this::asForImageUpdater));
    }

    /// As senders call Argo CD Image Updater, with the registry's name in the URL or a header.
    private CompletionStage<Answer> asForImageUpdater(Delivery delivery) {
        var type = delivery.parameter("type");
        return reception.fromRegistry(
                type.isEmpty() ? delivery.header("X-Registry-Type") : type, delivery);
    }

    /// Before they send any, senders of CloudEvents ask whether deliveries are wanted. Saying so
    /// gives nobody anything: each delivery has to prove itself.
    private static void welcome(RoutingContext context) {
        var origin = orEmpty(context.request().getHeader("WebHook-Request-Origin"));
        if (!ORIGIN.matcher(origin).matches()) {
            context.next();
            return;
        }
        context.response()
                .putHeader(HttpHeaders.ALLOW, HttpMethod.POST.name())
                .putHeader("WebHook-Allowed-Origin", origin)
                .putHeader("WebHook-Allowed-Rate", "*")
                .end();
    }

    private void take(
            RoutingContext context,
            long limit,
            Function<Delivery, CompletionStage<Answer>> receive) {
        var request = context.request();
        if (!request.method().equals(HttpMethod.POST)) {
            request.response()
                    .setStatusCode(METHOD_NOT_ALLOWED)
                    .putHeader(HttpHeaders.ALLOW, HttpMethod.POST.name())
                    .end();
            return;
        }
        var trace = RequestSpan.begin(tracing, context);
        var loop = context.vertx().getOrCreateContext();
        sending.put(request, new Sending(System.nanoTime(), loop));
        request.exceptionHandler(_ -> sending.remove(request));
        if (!senders.admit(sender(request))) {
            refuse(request, reception.tooMany(sender(request)));
            return;
        }
        long announced = announced(request);
        if (announced > limit) {
            refuse(request, reception.tooLarge(sender(request), limit));
            return;
        }
        var body = new Body((int) Math.min(announced, USUAL_BODY));
        request.handler(
                chunk -> {
                    if (body.length + chunk.length() > limit) {
                        refuse(request, reception.tooLarge(sender(request), limit));
                    } else {
                        body.add(chunk);
                    }
                });
        request.endHandler(
                _ -> {
                    sending.remove(request);
                    try (var _ = trace.makeCurrent()) {
                        receive.apply(delivery(request, body.whole()))
                                .thenAccept(
                                        answer -> loop.runOnContext(_ -> answer(request, answer)));
                    }
                });
        request.resume();
    }

    /// What has come of a body. What is announced is a claim: memory follows what comes.
    private static final class Body {

        private byte[] bytes;
        private int length;

        Body(int expected) {
            bytes = new byte[expected];
        }

        void add(Buffer chunk) {
            int end = length + chunk.length();
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
            }
            chunk.getBytes(bytes, length);
            length = end;
        }

        byte[] whole() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }
    }

    private void stopTheSlow() {
        long now = System.nanoTime();
        sending.forEach(
                (request, one) -> {
                    if (now - one.since > bodyWithin.toNanos() && sending.remove(request) != null) {
                        one.context.runOnContext(_ -> stop(request));
                    }
                });
    }

    /// Nothing more is read of somebody who may never end.
    private void stop(HttpServerRequest request) {
        if (request.response().ended()) {
            request.connection().close();
        } else {
            answer(request, reception.tooSlow(sender(request), bodyWithin))
                    .onComplete(_ -> request.connection().close());
        }
    }

    /// A sender who hears nothing before all is sent gets the reason at once, and may go on: the
    /// rest is thrown away as it comes.
    private void refuse(HttpServerRequest request, Answer answer) {
        answer(request, answer);
        request.handler(
                _ -> {
                    if (request.bytesRead() > LARGEST_DRAINED) {
                        request.connection().close();
                    }
                });
        request.endHandler(_ -> sending.remove(request));
        request.resume();
    }

    private static Future<Void> answer(HttpServerRequest request, Answer answer) {
        var response = request.response();
        if (response.closed()) {
            // The sender hung up.
            return Future.succeededFuture();
        }
        response.setStatusCode(answer.outcome().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        if (answer.outcome().mayComeAgain()) {
            response.putHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        return response.end(new JsonObject(answer.body()).toBuffer());
    }

    /// Zero where the request does not say, or says nonsense that the server refuses by itself.
    private static long announced(HttpServerRequest request) {
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static Delivery delivery(HttpServerRequest request, byte[] body) {
        return new Delivery(
                sender(request),
                name -> orEmpty(request.getHeader(name)),
                name -> request.query() == null ? "" : orEmpty(request.getParam(name)),
                body);
    }

    private static String sender(HttpServerRequest request) {
        return String.valueOf(request.remoteAddress().hostAddress());
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
