package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What somebody changes by hand is put back.
@ExtendWith(SharedTiphys.class)
class SelfHealJourneyIT {

    private static final String LABEL = "app.kubernetes.io/name";

    private final Tiphys tiphys;
    private final String commit;

    SelfHealJourneyIT(Tiphys tiphys, SampleClone clone) throws Exception {
        this.tiphys = tiphys;
        commit = clone.tip();
        tiphys.awaitSynced("orders", commit);
    }

    @Test
    void a_deleted_deployment_comes_back() {
        // Given
        var uid = deployment().getMetadata().getUid();

        // When
        tiphys.cluster().apps().deployments().inNamespace("orders").withName("orders").delete();

        // Then
        var deployments = tiphys.cluster().apps().deployments().inNamespace("orders");
        eventually()
                .until(
                        () -> deployments.withName("orders").get(),
                        it -> it != null && !it.getMetadata().getUid().equals(uid));
        tiphys.awaitSynced("orders", commit);
    }

    @Test
    void a_deployment_scaled_by_hand_is_scaled_back() {
        // Given
        var before = deployment();
        int replicas = before.getSpec().getReplicas();

        // When
        edit(it -> it.getSpec().setReplicas(replicas + 5));

        // Then
        awaitGenerations(before, 2);
        eventually().until(() -> deployment().getSpec().getReplicas() == replicas);
        tiphys.awaitSynced("orders", commit);
    }

    @Test
    void an_edited_label_is_put_back_and_the_operation_says_so() {
        // When
        edit(it -> it.getMetadata().getLabels().put(LABEL, "somebody-else"));

        // Then
        eventually()
                .until(() -> "orders".equals(deployment().getMetadata().getLabels().get(LABEL)));
        var state = tiphys.awaitSynced("orders", commit).at("/status/operationState");
        assertThat(state.path("phase").asText()).isEqualTo("Succeeded");
        assertThat(state.at("/operation/initiatedBy/automated").asBoolean()).isTrue();
        assertThat(state.at("/syncResult/resources")).hasSize(1);
    }

    private void edit(java.util.function.Consumer<Deployment> change) {
        tiphys.cluster()
                .apps()
                .deployments()
                .inNamespace("orders")
                .withName("orders")
                .edit(
                        it -> {
                            change.accept(it);
                            return it;
                        });
    }

    /// Shows that the change was made and unmade, and not overlooked.
    private void awaitGenerations(Deployment before, int changes) {
        long wanted = before.getMetadata().getGeneration() + changes;
        eventually().until(() -> deployment().getMetadata().getGeneration() >= wanted);
    }

    private Deployment deployment() {
        return tiphys.deployment("orders", "orders");
    }
}
