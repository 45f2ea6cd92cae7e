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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    private final List<GitDialect> hosts;
    private final List<RegistryDialect> registries;
    private final Function<String, Optional<String>> secrets;
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
        this(config, hosts, registries, secrets::setting, publisher(channel), meters);
    }

    Reception(
            WebhookConfig config,
            List<GitDialect> hosts,
            List<RegistryDialect> registries,
            Function<String, Optional<String>> secrets,
            Publisher publisher,
            DeliveryMeters meters) {
        this.config = config;
        this.hosts = hosts;
        this.registries = registries;
        this.secrets = secrets;
        this.publisher = publisher;
        this.meters = meters;
    }

    /// A delivery of a Git host, which its headers name.
    CompletionStage<Answer> fromGitHost(Headers headers, byte[] body) {
        var host = hosts.stream().filter(it -> !headers.value(it.header()).isEmpty()).findFirst();
        if (host.isEmpty()) {
            var known =
                    hosts.stream()
                            .map(it -> it.header() + " (" + it.provider() + ")")
                            .collect(Collectors.joining(", "));
            return counted(
                    DeliveryMeters.UNKNOWN,
                    Answer.refused(
                            Outcome.UNKNOWN_SENDER,
                            "No header says which Git host this comes from. Known: " + known));
        }
        return take(host.get(), headers, body);
    }

    /// A delivery of a registry, which the path names.
    CompletionStage<Answer> fromRegistry(String provider, Headers headers, byte[] body) {
        var registry = registries.stream().filter(it -> it.provider().equals(provider)).findFirst();
        if (registry.isEmpty()) {
            var known =
                    registries.stream()
                            .map(RegistryDialect::provider)
                            .collect(Collectors.joining(", "));
            return counted(
                    DeliveryMeters.UNKNOWN,
                    Answer.refused(
                            Outcome.UNKNOWN_REGISTRY,
                            "No registry is known by the last part of this path. Known: " + known));
        }
        return take(registry.get(), headers, body);
    }

    /// For a body of which no more is read.
    Answer tooLarge(long limit) {
        meters.count(DeliveryMeters.UNKNOWN, Outcome.TOO_LARGE);
        return Answer.tooLarge(limit);
    }

    private CompletionStage<Answer> take(Dialect dialect, Headers headers, byte[] body) {
        var objection = objection(dialect, headers, body);
        if (objection.isPresent()) {
            return counted(
                    dialect.provider(), Answer.refused(Outcome.UNAUTHORIZED, objection.get()));
        }
        Contents contents;
        try {
            contents = dialect.read(headers, body);
        } catch (MalformedDeliveryException malformed) {
            return counted(
                    dialect.provider(),
                    Answer.refused(Outcome.MALFORMED, String.valueOf(malformed.getMessage())));
        }
        return publish(contents)
                .handle((_, failure) -> answer(dialect, contents, failure))
                .thenCompose(answer -> counted(dialect.provider(), answer));
    }

    /// Why the delivery is not taken as its sender's, empty if it is.
    private Optional<String> objection(Dialect dialect, Headers headers, byte[] body) {
        var secret = secrets.apply(dialect.secretKey());
        if (secret.isEmpty()) {
            return config.allowUnsigned()
                    ? Optional.empty()
                    : Optional.of(
                            ("The key %s is missing in the Secret argocd-secret, so no delivery can"
                                            + " be trusted. Set it there and at the sender, or set"
                                            + " tiphys.webhook.allow-unsigned=true")
                                    .formatted(dialect.secretKey()));
        }
        return dialect.isAuthentic(headers, body, secret.get())
                ? Optional.empty()
                : Optional.of(
                        "%s is missing or does not match the key %s of the Secret argocd-secret"
                                .formatted(dialect.proof(), dialect.secretKey()));
    }

    private CompletableFuture<Void> publish(Contents contents) {
        var acknowledged = new ArrayList<CompletableFuture<Void>>();
        contents.pushes()
                .forEach(it -> acknowledged.add(publisher.publish(it).toCompletableFuture()));
        contents.images()
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
