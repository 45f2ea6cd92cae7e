package io.tiphys.webhook;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.Origin;
import io.tiphys.channel.TooLargeException;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.store.Secrets;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes deliveries: size, sender, authentication over the raw bytes, parsing, publishing, in that
/// order, so that a stranger costs little. Never blocks.
///
/// Made at start: the first delivery must not find that the secrets are still to be read, nor wait
/// on its event loop for the broker to be looked up.
@Startup
@Singleton
class Reception {

    private static final Logger LOG = Logger.getLogger(Reception.class);

    private final WebhookConfig config;
    private final List<Dialect> all;
    private final List<RegistryDialect> registries;
    private final Proof.Settings settings;
    private final Publisher publisher;
    private final DeliveryLog log;
    private final InstantSource clock;

    /// Where events go. A stage completes once the broker has the event.
    interface Publisher {

        CompletionStage<Void> publish(GitEvent event, Origin origin);

        CompletionStage<Void> publish(ImageEvent event, Origin origin);
    }

    @Inject
    Reception(
            WebhookConfig config,
            @All List<GitDialect> hosts,
            @All List<RegistryDialect> registries,
            Secrets secrets,
            EventChannel channel,
            MeterRegistry meters) {
        this(
                config,
                hosts,
                registries,
                both(secrets::settings, config.secrets()),
                publisher(channel),
                new DeliveryLog(meters, channel::publish),
                InstantSource.system());
    }

    Reception(
            WebhookConfig config,
            List<GitDialect> hosts,
            List<RegistryDialect> registries,
            Proof.Settings settings,
            Publisher publisher,
            DeliveryLog log,
            InstantSource clock) {
        this.config = config;
        this.all = Stream.<Dialect>concat(hosts.stream(), registries.stream()).toList();
        this.registries = registries;
        this.settings = settings;
        this.publisher = publisher;
        this.log = log;
        this.clock = clock;
    }

    /// A delivery on the path that all share: the URL's parameter `type` says who sent it, or else
    /// its headers do.
    CompletionStage<Answer> fromAnybody(Delivery delivery) {
        var type = delivery.parameter("type");
        return take(
                all,
                type.isEmpty() ? it -> it.recognises(delivery) : it -> it.isCalled(type),
                delivery,
                Outcome.UNKNOWN_SENDER,
                () ->
                        "Neither a header nor the parameter type of the URL says who sends this."
                                + " Known: "
                                + all.stream()
                                        .map(Reception::named)
                                        .collect(Collectors.joining(", ")));
    }

    /// A delivery of a registry, by the name that a path or a parameter gives it.
    CompletionStage<Answer> fromRegistry(String provider, Delivery delivery) {
        return take(
                registries,
                it -> it.isCalled(provider),
                delivery,
                Outcome.UNKNOWN_REGISTRY,
                () ->
                        "No registry is known by this name. Known: "
                                + registries.stream()
                                        .map(Dialect::provider)
                                        .collect(Collectors.joining(", ")));
    }

    private static String named(Dialect dialect) {
        return dialect.mark().isEmpty()
                ? dialect.provider()
                : dialect.provider() + " (" + dialect.mark() + ")";
    }

    private CompletionStage<Answer> take(
            List<? extends Dialect> dialects,
            Predicate<Dialect> isMeant,
            Delivery delivery,
            Outcome otherwise,
            Supplier<String> message) {
        for (var dialect : dialects) {
            if (isMeant.test(dialect)) {
                return CompletableFuture.completedStage(dialect)
                        .thenCompose(it -> take(it, delivery))
                        .exceptionally(failure -> failed(dialect, delivery, failure));
            }
        }
        return completedFuture(
                withoutEvents(
                        DeliveryLog.UNKNOWN, delivery, Answer.refused(otherwise, message.get())));
    }

    /// For a body of which no more is read.
    Answer tooLarge(String sender, long limit) {
        return unread(
                sender,
                Outcome.TOO_LARGE,
                "The body is larger than the %d bytes that are taken here".formatted(limit));
    }

    /// For a body that does not come.
    Answer tooSlow(String sender, Duration within) {
        return unread(
                sender,
                Outcome.TOO_SLOW,
                "The body did not come within %d seconds".formatted(within.toSeconds()));
    }

    /// For a delivery that is not even looked at.
    Answer tooMany(String sender) {
        return unread(
                sender,
                Outcome.TOO_MANY,
                "More deliveries come from this address than are allowed");
    }

    private Answer unread(String sender, Outcome outcome, String message) {
        var answer = Answer.refused(outcome, message);
        log.withoutEvents("", DeliveryLog.UNKNOWN, sender, answer);
        return answer;
    }

    private Answer withoutEvents(String provider, Delivery delivery, Answer answer) {
        log.withoutEvents("", provider, delivery.sender(), answer);
        return answer;
    }

    /// A fault of ours: whoever sent it must not wait for an answer in vain.
    private Answer failed(Dialect dialect, Delivery delivery, Throwable failure) {
        LOG.errorf(failure, "A delivery of %s could not be taken", dialect.provider());
        return withoutEvents(
                dialect.provider(),
                delivery,
                Answer.refused(
                        Outcome.FAILED, "The delivery could not be taken; the reason is logged"));
    }

    private CompletionStage<Answer> take(Dialect dialect, Delivery delivery) {
        var proof = proof(dialect);
        if (proof.mayBlock() && proof.isSetUp(settings)) {
            Executor thread = Thread::startVirtualThread;
            return CompletableFuture.supplyAsync(
                            () -> objection(proof, delivery), Context.current().wrap(thread))
                    .thenCompose(it -> take(dialect, delivery, it));
        }
        return take(dialect, delivery, objection(proof, delivery));
    }

    private CompletionStage<Answer> take(
            Dialect dialect, Delivery delivery, Optional<String> objection) {
        if (objection.isPresent()) {
            return completedFuture(
                    withoutEvents(
                            dialect.provider(),
                            delivery,
                            Answer.refused(Outcome.UNAUTHORIZED, objection.get())));
        }
        Contents contents;
        try {
            contents = dialect.read(delivery);
        } catch (MalformedDeliveryException malformed) {
            return completedFuture(
                    withoutEvents(
                            dialect.provider(),
                            delivery,
                            Answer.refused(
                                    Outcome.MALFORMED, String.valueOf(malformed.getMessage()))));
        }
        if (contents.gitEvents().isEmpty() && contents.imageEvents().isEmpty()) {
            var answer = Answer.accepted(contents);
            log.withoutEvents(contents.delivery(), dialect.provider(), delivery.sender(), answer);
            return completedFuture(answer);
        }
        return publish(contents, delivery.sender())
                .handle((_, failure) -> answer(dialect, contents, failure));
    }

    /// The strongest that is set up, or else the strongest.
    private Proof proof(Dialect dialect) {
        for (var proof : dialect.proofs()) {
            if (proof.isSetUp(settings)) {
                return proof;
            }
        }
        return dialect.proofs().getFirst();
    }

    /// Why the delivery is not taken as its sender's, empty if it is.
    private Optional<String> objection(Proof proof, Delivery delivery) {
        if (!proof.isSetUp(settings)) {
            return config.allowUnsigned()
                    ? Optional.empty()
                    : Optional.of(
                            ("The key %s is missing in the Secret argocd-secret, so no delivery can"
                                            + " be trusted. Set it there and at the sender, or set"
                                            + " tiphys.webhook.allow-unsigned=true")
                                    .formatted(proof.key()));
        }
        return proof.holds(delivery, settings)
                ? Optional.empty()
                : Optional.of(
                        "%s is missing or does not match the key %s of the Secret argocd-secret"
                                .formatted(proof.inWords(), proof.key()));
    }

    private CompletableFuture<Void> publish(Contents contents, String sender) {
        var origin = new Origin(contents.delivery(), sender, clock.instant().toString());
        var acknowledged = new ArrayList<CompletableFuture<Void>>();
        for (var event : contents.gitEvents()) {
            acknowledged.add(publisher.publish(event, origin).toCompletableFuture());
        }
        for (var event : contents.imageEvents()) {
            acknowledged.add(publisher.publish(event, origin).toCompletableFuture());
        }
        return CompletableFuture.allOf(acknowledged.toArray(CompletableFuture<?>[]::new));
    }

    /// One that was not written is not in the log either: the log is what does not take it.
    private Answer answer(Dialect dialect, Contents contents, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.debugf(
                    failure,
                    "%s delivery %s was not written",
                    dialect.provider(),
                    contents.delivery());
        }
        var answer = failure == null ? Answer.accepted(contents) : refusal(failure);
        log.withEvents(dialect.provider(), answer);
        return answer;
    }

    private static Answer refusal(Throwable failure) {
        var reason = failure instanceof CompletionException ? failure.getCause() : failure;
        return reason instanceof TooLargeException
                ? Answer.refused(
                        Outcome.TOO_LARGE,
                        "An event of this delivery is larger than the event log takes; the same"
                                + " again would be refused again")
                : Answer.refused(
                        Outcome.UNAVAILABLE,
                        "The event log did not take the delivery in time. Nothing is lost if it is"
                                + " sent again");
    }

    /// What stands in the Secret, and what is configured beside it.
    static Proof.Settings both(Proof.Settings secret, Map<String, String> configured) {
        return key -> {
            var more = configured.get(key);
            return more == null
                    ? secret.values(key)
                    : Stream.concat(secret.values(key).stream(), Stream.of(more)).toList();
        };
    }

    private static Publisher publisher(EventChannel channel) {
        return new Publisher() {
            @Override
            public CompletionStage<Void> publish(GitEvent event, Origin origin) {
                return channel.publish(event, origin);
            }

            @Override
            public CompletionStage<Void> publish(ImageEvent event, Origin origin) {
                return channel.publish(event, origin);
            }
        };
    }
}
