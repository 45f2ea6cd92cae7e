package io.tiphys.metrics;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.channel.Shard;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Change;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Shows `argocd_app_info`, of each Application where it is looked after, so that the sum over
/// replicas is right. A change costs the labels of one Application, a scrape only writes them
/// out. A Micrometer gauge would not do: taking one away looks at every other, and here each change
/// of a status takes one away.
@Singleton
@SuppressWarnings("deprecation") // The registry that the Quarkus extension brings.
class ApplicationInfo extends Collector {

    private final Map<ApplicationId, ApplicationLabels> labels = new ConcurrentHashMap<>();
    private final Predicate<ApplicationId> ours;

    @Inject
    ApplicationInfo(Shard shard) {
        this(shard::has);
    }

    /// @param ours whether this replica looks after an Application
    ApplicationInfo(Predicate<ApplicationId> ours) {
        this.ours = ours;
    }

    /// The registry that is scraped is reached through the meter registry only: an injected
    /// collector registry is a fresh one for each user.
    void start(
            @Observes StartupEvent event, ApplicationStore store, PrometheusMeterRegistry meters) {
        store.onChange(this::changed);
        // Those that were there before we listened. The store is asked under the map's lock, so a
        // change in between has the last word.
        store.all().forEach(entry -> labels.compute(entry.id(), (id, _) -> read(store, id)));
        meters.getPrometheusRegistry().register(this);
    }

    private static @Nullable ApplicationLabels read(ApplicationStore store, ApplicationId id) {
        return store.find(id).map(entry -> ApplicationLabels.of(entry.tree())).orElse(null);
    }

    void changed(Change change) {
        change.after()
                .ifPresentOrElse(
                        entry -> labels.put(entry.id(), ApplicationLabels.of(entry.tree())),
                        () -> labels.remove(change.id()));
    }

    @Override
    public List<MetricFamilySamples> collect() {
        var family =
                new GaugeMetricFamily(
                        MetricNames.APP_INFO,
                        "Information about an Application",
                        ApplicationLabels.NAMES);
        labels.forEach(
                (id, application) -> {
                    if (ours.test(id)) {
                        family.addMetric(application.values(), 1);
                    }
                });
        return List.of(family);
    }
}
