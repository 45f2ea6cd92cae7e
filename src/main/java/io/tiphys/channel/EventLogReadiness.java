package io.tiphys.channel;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready to take deliveries: the broker answers, all topics may be used, and events are being read.
@Readiness
@Singleton
class EventLogReadiness implements HealthCheck {

    private final TopicCheck topics;
    private final EventReader reader;

    EventLogReadiness(TopicCheck topics, EventReader reader) {
        this.topics = topics;
        this.reader = reader;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("Event log").up();
        var trouble = topics.trouble();
        if (!trouble.isEmpty()) {
            response.down().withData("topics", trouble);
        }
        reader.troubles().forEach((topic, why) -> response.down().withData(topic, why));
        return response.build();
    }
}
