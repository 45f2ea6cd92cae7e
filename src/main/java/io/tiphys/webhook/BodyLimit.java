package io.tiphys.webhook;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Refuses a delivery that announces too large a body before any of it is read, with a reason. The
/// server's own limit gives none and hangs up while the sender still sends, which many senders
/// report as a broken connection instead of the answer. That limit still stops a body that
/// announces no length.
@Singleton
class BodyLimit {

    /// Before the server's own limit.
    private static final int PRIORITY = 100;

    /// What a sender may go on sending to be told the reason. It is thrown away as it comes.
    private static final long LARGEST_DRAINED = 256L * 1024 * 1024;

    private final WebhookConfig config;
    private final DeliveryMeters meters;

    BodyLimit(WebhookConfig config, DeliveryMeters meters) {
        this.config = config;
        this.meters = meters;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    void check(RoutingContext context) {
        var request = context.request();
        long limit = limit(String.valueOf(request.path()));
        if (limit < 0) {
            context.next();
            return;
        }
        long announced = announced(request);
        if (announced <= limit) {
            context.next();
            return;
        }
        meters.count(DeliveryMeters.UNKNOWN, Outcome.TOO_LARGE);
        var answer = Answer.tooLarge(limit);
        var response =
                request.response()
                        .setStatusCode(answer.outcome().status())
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        var written = response.end(new JsonObject(answer.body()).toBuffer());
        if (announced <= LARGEST_DRAINED) {
            request.handler(_ -> {});
            request.resume();
        } else {
            written.onComplete(_ -> request.connection().close());
        }
    }

    private long limit(String path) {
        if (path.startsWith("/api/registry-webhook")) {
            return config.maxRegistryBody().asLongValue();
        }
        return path.startsWith("/api/webhook") ? config.maxGitBody().asLongValue() : -1;
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
}
