package io.tiphys.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrackingIdTest {

    private static final ResourceKey WEB = new ResourceKey("apps", "Deployment", "shop", "web");
    private static final ResourceKey ROLE =
            new ResourceKey("rbac.authorization.k8s.io", "ClusterRole", "", "system:shop:reader");

    @Test
    void a_resource_that_names_itself_belongs_to_the_application() {
        assertThat(TrackingId.of(WEB, annotated("shop:apps/Deployment:shop/web")))
                .contains(new TrackingId("shop", WEB));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop:apps/Deployment:shop/other",
                "shop:apps/Deployment:elsewhere/web",
                "shop:apps/Deployment:/web",
                "shop:apps/ReplicaSet:shop/web",
                "shop:/Deployment:shop/web",
            })
    void a_copied_annotation_does_not_count(String id) {
        assertThat(TrackingId.of(WEB, annotated(id))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "::", "shop", "shop:apps/Deployment", ":a/b:c/d", "::::///"})
    void garbage_belongs_to_nobody(String id) {
        assertThat(TrackingId.of(WEB, annotated(id))).isEmpty();
    }

    @Test
    void a_resource_without_metadata_belongs_to_nobody() {
        assertThat(TrackingId.of(WEB, Map.of())).isEmpty();
        assertThat(TrackingId.of(WEB, Map.of("metadata", "text"))).isEmpty();
    }

    @Test
    void a_cluster_scoped_resource_may_name_the_destinations_namespace_as_argo_cd_has_it() {
        var prefix = "shop:rbac.authorization.k8s.io/ClusterRole:";

        assertThat(TrackingId.of(ROLE, annotated(prefix + "shop/system:shop:reader")))
                .contains(new TrackingId("shop", ROLE));
        assertThat(TrackingId.of(ROLE, annotated(prefix + "/system:shop:reader")))
                .contains(new TrackingId("shop", ROLE));
        assertThat(TrackingId.of(ROLE, annotated(prefix + "shop/system:shop:writer"))).isEmpty();
    }

    @Test
    void stamping_makes_a_manifest_the_applications_and_keeps_the_rest() {
        var manifest = new Manifest(annotated("other:x/Y:z/z"), "web.yaml");

        var stamped = new TrackingId("shop", WEB).stamp(manifest);

        assertThat(TrackingId.of(WEB, stamped.object())).contains(new TrackingId("shop", WEB));
        assertThat(stamped.annotations()).containsEntry("kept", "yes");
        assertThat(stamped.origin()).isEqualTo("web.yaml");
        assertThat(manifest.annotations()).containsValue("other:x/Y:z/z");
    }

    @Test
    void an_application_outside_the_control_planes_namespace_carries_its_own() {
        var id = new ApplicationId("team", "shop");

        assertThat(TrackingId.applicationName(id, "argocd")).isEqualTo("team_shop");
        assertThat(TrackingId.applicationName(id, "team")).isEqualTo("shop");
    }

    private static Map<String, Object> annotated(String id) {
        return Map.of(
                "metadata",
                Map.of("annotations", Map.of(Annotations.TRACKING_ID, id, "kept", "yes")));
    }

    @ParameterizedTest
    @CsvSource({"argocd, shop, shop", "team, shop, team_shop", "team, my_shop, team_my_shop"})
    void an_application_is_found_by_its_name(String namespace, String name, String tracked) {
        var application = new ApplicationId(namespace, name);

        assertThat(TrackingId.applicationName(application, "argocd")).isEqualTo(tracked);
        assertThat(TrackingId.application(tracked, "argocd")).isEqualTo(application);
    }
}
