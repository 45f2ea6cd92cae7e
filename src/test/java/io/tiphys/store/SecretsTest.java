package io.tiphys.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretsTest {

    private final Map<String, Map<String, Object>> cluster = new HashMap<>();

    @Test
    void a_key_and_all_that_continue_it_count() {
        argocdSecret(
                Map.of(
                        "webhook.github.secret", "old",
                        "webhook.github.secret.next", "new",
                        "webhook.github.secrets", "of another key"));

        assertThat(values("webhook.github.secret")).containsExactlyInAnyOrder("old", "new");
        assertThat(values("webhook.gitlab.secret")).isEmpty();
    }

    @Test
    void without_the_secret_there_are_no_values() {
        assertThat(values("webhook.github.secret")).isEmpty();
    }

    @Test
    void what_is_blank_or_not_base64_is_no_value() {
        cluster.put(
                "argocd-secret",
                Map.of("data", Map.of("webhook.github.secret", "%%%", "webhook.gogs.secret", "")));

        assertThat(values("webhook.github.secret")).isEmpty();
        assertThat(values("webhook.gogs.secret")).isEmpty();
    }

    @Test
    void a_value_may_stand_in_another_secret_that_is_a_part_of_argo_cd() {
        argocdSecret(Map.of("webhook.github.secret", "$hooks:github"));
        secret("hooks", "argocd", Map.of("github", "s3cret"));

        assertThat(values("webhook.github.secret")).containsExactly("s3cret");
    }

    @Test
    void a_value_may_stand_under_another_key() {
        argocdSecret(Map.of("webhook.github.secret", "$shared", "shared", "s3cret"));

        assertThat(values("webhook.github.secret")).containsExactly("s3cret");
    }

    @Test
    void a_secret_that_is_not_a_part_of_argo_cd_is_not_read() {
        argocdSecret(Map.of("webhook.github.secret", "$hooks:github"));
        secret("hooks", "somebody", Map.of("github", "s3cret"));

        assertThat(values("webhook.github.secret")).containsExactly("$hooks:github");
    }

    @Test
    void a_value_that_refers_to_nothing_stands_for_itself() {
        argocdSecret(Map.of("webhook.github.secret", "$money:", "webhook.gogs.secret", "$a:b"));

        assertThat(values("webhook.github.secret")).containsExactly("$money:");
        assertThat(values("webhook.gogs.secret")).containsExactly("$a:b");
    }

    private List<String> values(String key) {
        return Secrets.values(key, name -> Optional.ofNullable(cluster.get(name)));
    }

    private void argocdSecret(Map<String, String> values) {
        secret("argocd-secret", "argocd", values);
    }

    private void secret(String name, String partOf, Map<String, String> values) {
        var data = new HashMap<String, Object>();
        values.forEach(
                (key, value) ->
                        data.put(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
        cluster.put(
                name,
                Map.of(
                        "metadata",
                        Map.of("labels", Map.of("app.kubernetes.io/part-of", partOf)),
                        "data",
                        data));
    }
}
