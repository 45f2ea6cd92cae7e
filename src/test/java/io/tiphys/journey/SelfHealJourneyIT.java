package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
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
        // Given
        var before = operation();

        // When
        edit(it -> it.getMetadata().getLabels().put(LABEL, "somebody-else"));

        // Then
        eventually()
                .until(() -> "orders".equals(deployment().getMetadata().getLabels().get(LABEL)));
        // It is told when it has been done.
        var state = eventually().until(this::operation, it -> !it.equals(before));
        tiphys.awaitSynced("orders", commit);
        assertThat(state.path("phase").asText()).isEqualTo("Succeeded");
        assertThat(state.at("/operation/initiatedBy/automated").asBoolean()).isTrue();
        assertThat(state.at("/syncResult/resources")).hasSize(1);
    }

    @Test
    void the_sixth_change_is_put_back_as_the_first() {
        int replicas = deployment().getSpec().getReplicas();

        for (int attempt = 1; attempt <= 6; attempt++) {
            var before = deployment();
            int changed = replicas + attempt;
            patch("{\"spec\": {\"replicas\": %d}}".formatted(changed));
            awaitGenerations(before, 2);
        }

        eventually()
                .until(
                        () -> operation().at("/operation/sync/autoHealAttemptsCount").asInt(),
                        count -> count >= 6);
        var application = tiphys.awaitSynced("orders", commit);
        assertThat(deployment().getSpec().getReplicas()).isEqualTo(replicas);
        assertThat(application.at("/status/conditions")).isEmpty();
    }

    @Test
    void who_sets_a_field_otherwise_again_and_again_is_named_and_healed_less_often() {
        var conditions =
                eventually()
                        .until(
                                () -> {
                                    patch(
                                            "{\"metadata\": {\"labels\": {\"%s\": \"mine\"}}}"
                                                    .formatted(LABEL));
                                    return tiphys.application("orders")
                                            .at("/status/conditions")
                                            .toString();
                                },
                                it -> it.contains("SelfHealWarning"));

        assertThat(conditions)
                .contains(
                        "Deployment orders/orders: metadata.labels." + LABEL + " is set otherwise",
                        " by ");
        tiphys.awaitSynced("orders", commit);
    }

    /// Whatever version it has: it is being put back meanwhile.
    private void patch(String change) {
        tiphys.cluster()
                .apps()
                .deployments()
                .inNamespace("orders")
                .withName("orders")
                .patch(PatchContext.of(PatchType.JSON_MERGE), change);
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

    private JsonNode operation() {
        return tiphys.application("orders").at("/status/operationState");
    }

    private Deployment deployment() {
        return tiphys.deployment("orders", "orders");
    }
}
