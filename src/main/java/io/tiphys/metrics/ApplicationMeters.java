package io.tiphys.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tiphys.channel.Received;
import io.tiphys.core.event.ApplicationEvent;
import io.tiphys.core.event.ApplicationEvent.OperationFinished;
import io.tiphys.core.model.Json;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Entry;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Counts what happens to Applications. Replicas share the events, so the sum over them is right.
/// Counts of a deleted Application stay until the next start, as counts do.
@Singleton
public class ApplicationMeters {

    private final ApplicationStore store;
    private final MeterRegistry meters;

    ApplicationMeters(ApplicationStore store, MeterRegistry meters) {
        this.store = store;
        this.meters = meters;
    }

    @Incoming("application-events-metrics")
    public void count(Received<ApplicationEvent> received) {
        var event = received.as(ApplicationEvent.class);
        var tree = store.find(event.application()).map(Entry::tree).orElse(Map.of());
        count(meters, event, tree);
    }

    /// @param tree the Application's custom resource, empty if it is gone
    static void count(MeterRegistry meters, ApplicationEvent event, Map<String, Object> tree) {
        meters.counter(MetricNames.APPLICATION_EVENTS, "type", type(event)).increment();
        if (event instanceof OperationFinished finished) {
            meters.counter(MetricNames.APP_SYNC, tags(finished, tree)).increment();
        }
    }

    private static String type(ApplicationEvent event) {
        return switch (event) {
            case ApplicationEvent.Refreshed _ -> "refreshed";
            case OperationFinished _ -> "operation-finished";
            case ApplicationEvent.ImageWrittenBack _ -> "image-written-back";
            case ApplicationEvent.ImageRefused _ -> "image-refused";
        };
    }

    private static Tags tags(OperationFinished finished, Map<String, Object> tree) {
        var labels = ApplicationLabels.of(tree);
        var dryRun = Json.bool(tree, "status", "operationState", "operation", "sync", "dryRun");
        return Tags.of(
                "namespace", finished.application().namespace(),
                "name", finished.application().name(),
                "project", labels.project(),
                "dest_server", labels.server(),
                "phase", finished.phase(),
                "dry_run", Boolean.toString(dryRun));
    }
}
