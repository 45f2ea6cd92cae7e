package io.tiphys.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.tiphys.core.event.DeliveryEvent;
import java.util.concurrent.CompletionStage;
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
    private final Function<DeliveryEvent, CompletionStage<Void>> publish;
    private final SenderLimit limit = new SenderLimit(WRITTEN_PER_SECOND, System::nanoTime);

    DeliveryLog(MeterRegistry registry, Function<DeliveryEvent, CompletionStage<Void>> publish) {
        this.registry = registry;
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
        // The name that dashboards for Argo CD ask for.
        registry.counter("argocd.webhook.requests").increment();
        registry.counter(
                        "tiphys.webhook.deliveries",
                        "provider",
                        provider,
                        "outcome",
                        outcome.label())
                .increment();
    }
}
