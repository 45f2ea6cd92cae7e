package io.tiphys.core.tree;

import static io.tiphys.core.tree.Trees.live;
import static io.tiphys.core.tree.Trees.uid;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.LiveResource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnershipTest {

    @Test
    void a_resource_belongs_to_those_that_its_references_name() {
        var deployment = live("apps/v1", "Deployment", "web");
        var replicaSet = live("apps/v1", "ReplicaSet", "web-1", deployment);

        assertThat(Ownership.owns(deployment, replicaSet)).isTrue();
        assertThat(Ownership.owns(replicaSet, deployment)).isFalse();
        assertThat(Ownership.of(deployment)).isEmpty();
    }

    @Test
    void who_was_made_anew_under_the_owners_name_owns_nothing_of_it() {
        var replicaSet =
                live("apps/v1", "ReplicaSet", "web-1", live("apps/v1", "Deployment", "web"));
        var renewed =
                live("apps/v1", "Deployment", "web", Map.of("metadata", Map.of("uid", "another")));

        assertThat(Ownership.owns(renewed, replicaSet)).isFalse();
    }

    @Test
    void an_owner_of_that_name_in_another_namespace_is_another() {
        var elsewhere =
                live(
                        "apps/v1",
                        "Deployment",
                        "web",
                        Map.of("metadata", Map.of("namespace", "target")));
        var replicaSet = live("apps/v1", "ReplicaSet", "web-1", elsewhere);

        assertThat(Ownership.owns(elsewhere, replicaSet)).isFalse();
    }

    @Test
    void an_owner_without_a_namespace_owns_in_all() {
        var provider =
                live(
                        "pkg.example.org/v1",
                        "Provider",
                        "cloud",
                        Map.of("metadata", Map.of("namespace", "")));

        assertThat(Ownership.owns(provider, live("apps/v1", "Deployment", "web", provider)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "data-web-0, true",
        "data-web-12, true",
        "logs-web-0, true",
        "data-web-, false",
        "data-web-x, false",
        "data-web, false",
        "other-web-0, false",
        "data-web-canary-0, false",
        "more-data-web-0, false",
    })
    void a_stateful_set_owns_the_claims_of_its_templates(String claim, boolean owned) {
        assertThat(Ownership.owns(statefulSet("web"), claim(claim))).isEqualTo(owned);
    }

    @Test
    void hyphens_may_stand_in_both_names_of_a_claim() {
        assertThat(Ownership.owns(statefulSet("my-web"), claim("data-my-web-0"))).isTrue();
        assertThat(Ownership.candidates(claim("my-data-my-web-0").key()))
                .extracting(Owner::name)
                .containsExactly("data-my-web", "my-web", "web");
    }

    @Test
    void a_claim_that_may_have_an_owner_names_none() {
        assertThat(Ownership.of(claim("data-web-0"))).isEmpty();
        assertThat(Ownership.candidates(live("v1", "Secret", "data-web-0").key())).isEmpty();
    }

    @Test
    void endpoints_belong_to_the_service_of_their_name() {
        assertThat(Ownership.owns(live("v1", "Service", "web"), live("v1", "Endpoints", "web")))
                .isTrue();
        assertThat(Ownership.owns(live("v1", "Service", "api"), live("v1", "Endpoints", "web")))
                .isFalse();
    }

    @Test
    void a_token_belongs_to_its_service_account() {
        var account = live("v1", "ServiceAccount", "builder");
        var annotations =
                Map.of(
                        "kubernetes.io/service-account.name",
                        "builder",
                        "kubernetes.io/service-account.uid",
                        uid("ServiceAccount", "builder"));
        var metadata = Map.<String, Object>of("annotations", annotations);

        assertThat(Ownership.owns(account, secret("kubernetes.io/service-account-token", metadata)))
                .isTrue();
        assertThat(Ownership.owns(account, secret("Opaque", metadata))).isFalse();
        assertThat(Ownership.of(secret("kubernetes.io/service-account-token", Map.of()))).isEmpty();
    }

    @Test
    void a_cluster_service_version_belongs_to_the_operator_group_that_it_names() {
        var version =
                live(
                        "operators.coreos.com/v1alpha1",
                        "ClusterServiceVersion",
                        "db.v1",
                        Map.of(
                                "metadata",
                                Map.of("annotations", Map.of("olm.operatorGroup", "all"))));

        assertThat(Ownership.owns(live("operators.coreos.com/v1", "OperatorGroup", "all"), version))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "1", "null"})
    void references_that_are_none_are_passed_over(String garbage) {
        var metadata = Map.<String, Object>of("ownerReferences", List.of(garbage));
        var nameless = Map.<String, Object>of("ownerReferences", List.of(Map.of("kind", "A")));

        assertThat(Ownership.of(live("v1", "Pod", "a", Map.of("metadata", metadata)))).isEmpty();
        assertThat(Ownership.of(live("v1", "Pod", "a", Map.of("metadata", nameless)))).isEmpty();
        assertThat(Ownership.of(LiveResource.of(Map.of("kind", "Pod")))).isEmpty();
    }

    private static LiveResource statefulSet(String name) {
        return live(
                "apps/v1",
                "StatefulSet",
                name,
                Map.of(
                        "spec",
                        Map.of(
                                "volumeClaimTemplates",
                                List.of(
                                        Map.of("metadata", Map.of("name", "data")),
                                        Map.of("metadata", Map.of("name", "logs"))))));
    }

    private static LiveResource claim(String name) {
        return live("v1", "PersistentVolumeClaim", name);
    }

    private static LiveResource secret(String type, Map<String, Object> metadata) {
        return live("v1", "Secret", "token", Map.of("type", type, "metadata", metadata));
    }
}
