package io.tiphys.webhook;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.tiphys.channel.EventChannel;
import io.tiphys.core.event.GitEvent;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.store.Secrets;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    private final DeliveryMeters meters;

    /// Where events go. A stage completes once the broker has the event.
    interface Publisher {

        CompletionStage<Void> publish(GitEvent event);

        CompletionStage<Void> publish(ImageEvent event);
    }

    @Inject
    Reception(
            WebhookConfig config,
            @All List<GitDialect> hosts,
            @All List<RegistryDialect> registries,
            Secrets secrets,
            EventChannel channel,
            DeliveryMeters meters) {
        this(config, hosts, registries, secrets::settings, publisher(channel), meters);
    }

    Reception(
            WebhookConfig config,
            List<GitDialect> hosts,
            List<RegistryDialect> registries,
            Proof.Settings settings,
            Publisher publisher,
            DeliveryMeters meters) {
        this.config = config;
        this.all = Stream.<Dialect>concat(hosts.stream(), registries.stream()).toList();
        this.registries = registries;
        this.settings = settings;
        this.publisher = publisher;
        this.meters = meters;
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
                return take(dialect, delivery);
            }
        }
        return counted(DeliveryMeters.UNKNOWN, Answer.refused(otherwise, message.get()));
    }

    /// For a body of which no more is read.
    Answer tooLarge(long limit) {
        return unread(
                Outcome.TOO_LARGE,
                "The body is larger than the %d bytes that are taken here".formatted(limit));
    }

    /// For a body that does not come.
    Answer tooSlow(Duration within) {
        return unread(
                Outcome.TOO_SLOW,
                "The body did not come within %d seconds".formatted(within.toSeconds()));
    }

    /// For a delivery that is not even looked at.
    Answer tooMany() {
        return unread(Outcome.TOO_MANY, "More deliveries come from this address than are allowed");
    }

    private Answer unread(Outcome outcome, String message) {
        meters.count(DeliveryMeters.UNKNOWN, outcome);
        return Answer.refused(outcome, message);
    }

    private CompletionStage<Answer> take(Dialect dialect, Delivery delivery) {
        var proof = proof(dialect);
        if (proof.mayBlock() && proof.isSetUp(settings)) {
            return CompletableFuture.supplyAsync(
                            () -> objection(proof, delivery), Thread::startVirtualThread)
                    .thenCompose(it -> take(dialect, delivery, it));
        }
        return take(dialect, delivery, objection(proof, delivery));
    }

    private CompletionStage<Answer> take(
            Dialect dialect, Delivery delivery, Optional<String> objection) {
        if (objection.isPresent()) {
            return counted(
                    dialect.provider(), Answer.refused(Outcome.UNAUTHORIZED, objection.get()));
        }
        Contents contents;
        try {
            contents = dialect.read(delivery);
        } catch (MalformedDeliveryException malformed) {
            return counted(
                    dialect.provider(),
                    Answer.refused(Outcome.MALFORMED, String.valueOf(malformed.getMessage())));
        }
        return publish(contents)
                .handle((_, failure) -> answer(dialect, contents, failure))
                .thenCompose(answer -> counted(dialect.provider(), answer));
    }

    /// The strongest that is set up, or else the strongest.
    private Proof proof(Dialect dialect) {
        var proofs = dialect.proofs();
        return proofs.stream()
                .filter(it -> it.isSetUp(settings))
                .findFirst()
                .orElse(proofs.getFirst());
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

    private CompletableFuture<Void> publish(Contents contents) {
        var acknowledged = new ArrayList<CompletableFuture<Void>>();
        contents.gitEvents()
                .forEach(it -> acknowledged.add(publisher.publish(it).toCompletableFuture()));
        contents.imageEvents()
                .forEach(it -> acknowledged.add(publisher.publish(it).toCompletableFuture()));
        return acknowledged.isEmpty()
                ? completedFuture(null)
                : CompletableFuture.allOf(acknowledged.toArray(CompletableFuture<?>[]::new));
    }

    private static Answer answer(Dialect dialect, Contents contents, @Nullable Throwable failure) {
        if (failure == null) {
            return Answer.accepted(contents);
        }
        LOG.debugf(
                failure, "%s delivery %s was not written", dialect.provider(), contents.delivery());
        return Answer.refused(
                Outcome.UNAVAILABLE,
                "The event log did not take the delivery in time. Nothing is lost if it is sent"
                        + " again");
    }

    private CompletionStage<Answer> counted(String provider, Answer answer) {
        meters.count(provider, answer.outcome());
        return completedFuture(answer);
    }

    private static Publisher publisher(EventChannel channel) {
        return new Publisher() {
            @Override
            public CompletionStage<Void> publish(GitEvent event) {
                return channel.publish(event);
            }

            @Override
            public CompletionStage<Void> publish(ImageEvent event) {
                return channel.publish(event);
            }
        };
    }
}
