package io.tiphys.dev.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tiphys.dev.sandbox.access.User;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the conformance cases, which come as an administrator, cannot ask.
class AccessTest {

    private static ASandbox guarded() {
        return new ASandbox(
                SandboxSettings.inMemory()
                        .withTokens(
                                Map.of(
                                        "jane",
                                        User.of("jane"),
                                        "root",
                                        User.of("root", User.MASTERS))));
    }

    @Test
    void everybody_may_do_everything_unless_there_are_tokens() {
        try (var sandbox = ASandbox.still()) {
            var asked = sandbox.request(ASandbox.CONFIG_MAPS).header("Authorization", "Bearer x");
            assertThat(sandbox.send(asked.GET()).code()).isEqualTo(200);
        }
    }

    @Test
    void the_kubeconfig_is_an_administrators() {
        try (var sandbox = guarded();
                var client =
                        new KubernetesClientBuilder()
                                .withConfig(Config.fromKubeconfig(sandbox.sandbox().kubeconfig()))
                                .build()) {
            assertThat(client.nodes().list().getItems()).hasSize(1);
        }
    }

    @Test
    void a_token_says_who_asks() {
        try (var sandbox = guarded()) {
            assertThat(as(sandbox, "root").code()).isEqualTo(200);
            assertThat(as(sandbox, "jane").message())
                    .startsWith("configmaps is forbidden: User \"jane\" cannot list");
            assertThat(as(sandbox, "joan").code()).isEqualTo(401);
            assertThat(sandbox.get(ASandbox.CONFIG_MAPS).message())
                    .startsWith("configmaps is forbidden: User \"system:anonymous\" cannot list");
        }
    }

    @Test
    void a_refused_request_counts_as_asked_and_as_refused() {
        try (var sandbox = guarded()) {
            as(sandbox, "root");
            as(sandbox, "jane");
            as(sandbox, "joan");
            assertThat(sandbox.sandbox().audit())
                    .containsEntry("list configmaps", 3L)
                    .containsEntry("list configmaps 403", 1L)
                    .containsEntry("list configmaps 401", 1L);
        }
    }

    private static ASandbox.Answer as(ASandbox sandbox, String token) {
        var request = sandbox.request(ASandbox.CONFIG_MAPS);
        return sandbox.send(request.header("Authorization", "Bearer " + token).GET());
    }
}
