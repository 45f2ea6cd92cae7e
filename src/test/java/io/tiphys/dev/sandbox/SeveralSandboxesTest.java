package io.tiphys.dev.sandbox;

import static io.tiphys.dev.sandbox.ASandbox.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.dev.sandbox.access.User;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Two sandboxes on one Vert.x, as a test with two clusters has them.
class SeveralSandboxesTest {

    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String WIDGETS =
            """
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, kind: Widget}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """;

    @Test
    void they_share_nothing() {
        try (var one = ASandbox.still();
                var two = ASandbox.still()) {
            assertThat(one.sandbox().uri()).isNotEqualTo(two.sandbox().uri());
            var began = revision(two);

            one.post(CONFIG_MAPS, "metadata: {name: a}");
            one.post(CRDS, WIDGETS);
            one.sandbox().faults().fail(1, "get", "configmaps", 503);

            assertThat(two.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
            assertThat(two.get("/apis/example.com/v1").code()).isEqualTo(404);
            assertThat(one.get("/apis/example.com/v1").code()).isEqualTo(200);
            assertThat(one.get(CONFIG_MAPS + "/a").code()).isEqualTo(503);
            assertThat(revision(two)).isEqualTo(began);
            assertThat(two.sandbox().audit())
                    .isEqualTo(Map.of("list configmaps", 2L, "get configmaps", 1L));
            assertThat(one.sandbox().audit()).containsEntry("get configmaps 503", 1L);
        }
    }

    @Test
    void one_goes_on_when_the_other_is_closed() {
        try (var one = ASandbox.withLife()) {
            ASandbox.withLife().close();

            assertThat(one.post(CONFIG_MAPS, "metadata: {name: a}").code()).isEqualTo(201);
        }
    }

    @Test
    void a_token_of_one_is_none_of_the_other() {
        var guarded = SandboxSettings.inMemory().withTokens(Map.of("t", User.of("jane")));
        try (var one = new ASandbox(guarded);
                var two = new ASandbox(guarded)) {
            var token = one.sandbox().kubeconfig().replaceAll("(?s).*token: \"(\\w+)\".*", "$1");
            var asked = two.request(CONFIG_MAPS).header("Authorization", "Bearer " + token).GET();

            assertThat(two.send(asked).code()).isEqualTo(401);
        }
    }

    private static String revision(ASandbox sandbox) {
        return sandbox.get(CONFIG_MAPS).text("/metadata/resourceVersion");
    }
}
