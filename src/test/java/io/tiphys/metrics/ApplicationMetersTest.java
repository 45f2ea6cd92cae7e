package io.tiphys.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.tiphys.core.event.ApplicationEvent;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApplicationMetersTest {

    private static final ApplicationId ID = new ApplicationId("argocd", "guestbook");

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void a_finished_sync_is_counted_under_argo_cds_name() {
        var finished = new ApplicationEvent.OperationFinished(ID, "Succeeded", "abc", "", "");
        var tree =
                Map.<String, Object>of(
                        "spec",
                        Map.of("project", "web", "destination", Map.of("server", "https://c")));

        ApplicationMeters.count(registry, finished, tree);
        ApplicationMeters.count(registry, finished, tree);

        assertThat(registry.scrape().lines())
                .contains(
                        "argocd_app_sync_total{dest_server=\"https://c\",dry_run=\"false\","
                                + "name=\"guestbook\",namespace=\"argocd\",phase=\"Succeeded\","
                                + "project=\"web\",} 2.0",
                        "tiphys_application_events_total{type=\"operation-finished\",} 2.0");
    }

    @Test
    void other_events_count_no_sync() {
        ApplicationMeters.count(
                registry,
                new ApplicationEvent.Refreshed(ID, "Synced", "Healthy", "abc", ""),
                Map.of());

        assertThat(registry.scrape())
                .contains("tiphys_application_events_total{type=\"refreshed\",} 1.0")
                .doesNotContain("argocd_app_sync");
    }

    @Test
    void the_information_about_an_application_follows_its_changes() {
        // Given
        var info = new ApplicationInfo(_ -> true);
        registry.getPrometheusRegistry().register(info);
        var outOfSync = entry("OutOfSync");
        var synced = entry("Synced");

        // When
        info.changed(new Change(Optional.empty(), Optional.of(outOfSync)));
        info.changed(new Change(Optional.of(outOfSync), Optional.of(synced)));

        // Then
        assertThat(registry.scrape().lines().filter(line -> line.startsWith("argocd_app_info{")))
                .singleElement()
                .asString()
                .contains("name=\"guestbook\"", "sync_status=\"Synced\"", "} 1.0");
    }

    @Test
    void a_deleted_application_is_gone_from_the_metrics() {
        // Given
        var info = new ApplicationInfo(_ -> true);
        registry.getPrometheusRegistry().register(info);
        var entry = entry("Synced");
        info.changed(new Change(Optional.empty(), Optional.of(entry)));

        // When
        info.changed(new Change(Optional.of(entry), Optional.empty()));

        // Then
        assertThat(registry.scrape()).doesNotContain("guestbook");
    }

    @Test
    void an_application_of_another_replica_is_not_shown() {
        var info = new ApplicationInfo(id -> !id.equals(ID));
        registry.getPrometheusRegistry().register(info);

        info.changed(new Change(Optional.empty(), Optional.of(entry("Synced"))));

        assertThat(registry.scrape()).doesNotContain("guestbook");
    }

    private static Entry entry(String syncStatus) {
        return new Entry.Invalid(
                ID,
                "spec.source.repoURL is required",
                Map.of(
                        "metadata", Map.of("namespace", "argocd", "name", "guestbook"),
                        "status", Map.of("sync", Map.of("status", syncStatus))));
    }
}
