package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A push reaches the cluster.
@ExtendWith(SharedTiphys.class)
class PushJourneyIT {

    private static final String DEPLOYMENT = "guestbook/deployment.yaml";

    private final Tiphys tiphys;
    private final SampleClone clone;

    PushJourneyIT(Tiphys tiphys, SampleClone clone) throws Exception {
        this.tiphys = tiphys;
        this.clone = clone;
        tiphys.awaitSynced("guestbook", clone.tip());
    }

    @Test
    void a_pushed_replica_count_reaches_the_deployment() throws Exception {
        // Given
        int replicas = replicas() + 1;
        int history = tiphys.application("guestbook").at("/status/history").size();

        // When
        var commit = scale(replicas);
        clone.push();

        // Then
        eventually().until(this::replicas, count -> count == replicas);
        var status = tiphys.awaitSynced("guestbook", commit).path("status");
        assertThat(status.at("/operationState/phase").asText()).isEqualTo("Succeeded");
        assertThat(status.at("/operationState/syncResult/revision").asText()).isEqualTo(commit);
        var newest = status.path("history").get(status.path("history").size() - 1);
        assertThat(newest.path("revision").asText()).isEqualTo(commit);
        assertThat(status.path("history").size()).isEqualTo(Math.min(history + 1, 10));
    }

    @Test
    void only_what_the_push_changed_is_applied() throws Exception {
        // Given
        var service = resourceVersion("Service");

        // When
        var commit = scale(replicas() + 1);
        clone.push();

        // Then
        var status = tiphys.awaitSynced("guestbook", commit).path("status");
        var applied = status.at("/operationState/syncResult/resources");
        assertThat(applied).hasSize(1);
        assertThat(applied.get(0).path("kind").asText()).isEqualTo("Deployment");
        assertThat(resourceVersion("Service")).isEqualTo(service);
    }

    @Test
    void a_removed_file_prunes_its_resource() throws Exception {
        // Given
        clone.write(
                        "guestbook/extra.yaml",
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata:
                          name: extra
                        data:
                          KEY: value
                        """)
                .push("Add a map");
        var maps = tiphys.cluster().configMaps().inNamespace("guestbook");
        eventually().until(() -> maps.withName("extra").get() != null);

        // When
        var commit = clone.delete("guestbook/extra.yaml").push("Remove the map");

        // Then
        eventually().until(() -> maps.withName("extra").get() == null);
        var status = tiphys.awaitSynced("guestbook", commit).path("status");
        assertThat(status.path("resources").toString()).doesNotContain("extra");
        assertThat(maps.withName("guestbook").get()).isNotNull();
    }

    @Test
    void two_pushes_in_a_row_end_at_the_newest() throws Exception {
        // Given
        int replicas = replicas();

        // When
        scale(replicas + 1);
        clone.push();
        var newest = scale(replicas + 2);
        clone.push();

        // Then
        tiphys.awaitSynced("guestbook", newest);
        assertThat(replicas()).isEqualTo(replicas + 2);
    }

    private String scale(int replicas) throws Exception {
        return clone.edit(
                        DEPLOYMENT,
                        text -> text.replaceFirst("replicas: \\d+", "replicas: " + replicas))
                .commit("Run " + replicas);
    }

    private int replicas() {
        return tiphys.deployment("guestbook", "guestbook").getSpec().getReplicas();
    }

    private String resourceVersion(String kind) {
        return tiphys.cluster()
                .genericKubernetesResources("v1", kind)
                .inNamespace("guestbook")
                .withName("guestbook")
                .get()
                .getMetadata()
                .getResourceVersion();
    }
}
