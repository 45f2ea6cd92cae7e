package io.tiphys.api;

import io.tiphys.store.ApplicationStore;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready once the Applications were read from the cluster: before that every answer would be wrong.
@Readiness
@Singleton
public class ApplicationsListed implements HealthCheck {

    private final ApplicationStore store;

    ApplicationsListed(ApplicationStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("applications-listed")
                .status(store.awaitListed(0))
                .build();
    }
}
