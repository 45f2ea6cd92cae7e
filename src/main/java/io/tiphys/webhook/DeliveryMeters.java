package io.tiphys.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/// Counts deliveries. Providers are ours to name, never the sender's, so that strangers cannot make
/// time series.
@Singleton
class DeliveryMeters {

    /// The provider of a delivery whose sender is not known.
    static final String UNKNOWN = "unknown";

    private final MeterRegistry registry;

    DeliveryMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void count(String provider, Outcome outcome) {
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
