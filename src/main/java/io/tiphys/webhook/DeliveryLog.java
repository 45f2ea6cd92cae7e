package io.tiphys.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tiphys.core.event.DeliveryEvent;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Keeps what became of every delivery: in numbers for all, and in the event log for those from
/// which no event came. Events themselves name the delivery that they came with.
///
/// Providers are ours to name, never the sender's, so that strangers cannot make time series.
final class DeliveryLog {

    /// The provider of a delivery whose sender is not known.
    static final String UNKNOWN = "unknown";

    private static final Logger LOG = Logger.getLogger(DeliveryLog.class);

    /// A stranger who sends without end must not push everything else out of the log.
    private static final int WRITTEN_PER_SECOND = 20;

    private final MeterRegistry registry;
    private final Counter all;

    /// The registry takes its time to find a counter by its tags.
    private final Map<Kind, Counter> counters = new ConcurrentHashMap<>();

    private final Function<DeliveryEvent, CompletionStage<Void>> publish;
    private final SenderLimit limit = new SenderLimit(WRITTEN_PER_SECOND, System::nanoTime);

    private record Kind(String provider, Outcome outcome) {}

    DeliveryLog(MeterRegistry registry, Function<DeliveryEvent, CompletionStage<Void>> publish) {
        this.registry = registry;
        // The name that dashboards for Argo CD ask for.
        all = registry.counter("argocd.webhook.requests");
        this.publish = publish;
    }

    void withEvents(String provider, Answer answer) {
        count(provider, answer.outcome());
    }

    /// @param delivery names it to its sender, empty if it was not read
    void withoutEvents(String delivery, String provider, String sender, Answer answer) {
        count(provider, answer.outcome());
        if (limit.admit(UNKNOWN)) {
            publish.apply(
                            new DeliveryEvent.WithoutEffect(
                                    delivery,
                                    provider,
                                    sender,
                                    answer.outcome().label(),
                                    answer.message()))
                    .whenComplete(
                            (_, failure) -> {
                                if (failure != null) {
                                    LOG.debugf(failure, "A delivery of %s was not kept", provider);
                                }
                            });
        } else {
            registry.counter("tiphys.webhook.deliveries.unlogged").increment();
        }
    }

    private void count(String provider, Outcome outcome) {
        all.increment();
        counters.computeIfAbsent(
                        new Kind(provider, outcome),
                        kind ->
                                registry.counter(
                                        "tiphys.webhook.deliveries",
                                        "provider",
                                        kind.provider,
                                        "outcome",
                                        kind.outcome.label()))
                .increment();
    }
}
