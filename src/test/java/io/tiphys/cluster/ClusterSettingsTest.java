package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ResourceFilter;
import io.tiphys.core.model.RespectRbac;
import io.tiphys.core.model.Tracking;
import io.tiphys.support.LogListener;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What `argocd-cm` says of resources, in each of several clusters.
class ClusterSettingsTest extends AgainstTwoClusters {

    @Test
    void how_resources_name_their_applications_counts_in_all_clusters_and_in_later_ones() {
        ready(OWN).applier().apply(tracked("here"));

        clusters.track(Tracking.read(Map.of("installationID", "mine")));
        clusters.put(other("good"));
        ready(OTHER).applier().apply(tracked("there"));

        eventually().until(() -> ready(OWN).cache().resources("here", List.of()).isEmpty());
        assertThat(ready(OWN).cache().exists(key("here"))).isTrue();
        assertThat(ready(OTHER).cache().resources("there", List.of())).isEmpty();
    }

    @Test
    void what_the_settings_leave_out_of_a_cluster_is_not_looked_at_there_from_that_moment() {
        // Given
        clusters.put(other("good"));
        ready(OTHER).applier().apply(tracked("there"));
        ready(OWN).applier().apply(tracked("here"));

        // When
        clusters.filter(
                ResourceFilter.read(
                        Map.of(
                                "resource.exclusions",
                                "[{kinds: [ConfigMap], clusters: ['%s']}]".formatted(link.url()))));

        // Then
        assertThat(ready(OTHER).cache().liveState("there", List.of())).isEmpty();
        assertThat(ready(OTHER).cache().excludes("", "ConfigMap")).isTrue();
        assertThat(ready(OWN).cache().liveState("here", List.of())).hasSize(1);
        assertThat(told.getLast().test(OTHER)).isTrue();

        // When
        clusters.filter(ResourceFilter.DEFAULT);

        // Then
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(ready(OTHER).cache().liveState("there", List.of()))
                                        .hasSize(1));
    }

    @Test
    void what_settings_say_of_kinds_counts_for_clusters_that_come_later() {
        // Given
        clusters.filter(
                ResourceFilter.read(Map.of("resource.exclusions", "[{kinds: [ConfigMap]}]")));
        clusters.respect(RespectRbac.NORMAL);
        other.faults().fail(5, "list", "secrets", 403);

        try (var log = new LogListener(Reflector.class)) {
            // When
            clusters.put(other("good"));
            var cluster = ready(OTHER);

            // Then
            assertThat(cluster.cache().excludes("", "ConfigMap")).isTrue();
            eventually().until(() -> other.audit().getOrDefault("list secrets 403", 0L) >= 3);
            assertThat(log.said()).noneMatch(it -> it.contains("secrets"));
        }
    }

    @Test
    void what_becomes_of_kinds_that_may_not_be_listed_counts_for_clusters_that_are_there() {
        // Given
        clusters.put(other("good"));
        var cluster = ready(OTHER);
        other.faults().fail(5, "list", "secrets", 403);

        try (var log = new LogListener(Reflector.class)) {
            // When
            clusters.respect(RespectRbac.NORMAL);
            // All is read anew.
            cluster.cache().track(Tracking.DEFAULT);

            // Then
            eventually().until(() -> other.audit().getOrDefault("list secrets 403", 0L) >= 3);
            assertThat(log.said()).noneMatch(it -> it.contains("secrets"));
        }
    }
}
