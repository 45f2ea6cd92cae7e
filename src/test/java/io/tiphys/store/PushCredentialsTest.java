package io.tiphys.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.store.crd.ApplicationReader;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushCredentialsTest {

    private static final String REPOSITORY = "https://git.example/team/app";

    private final Map<String, Map<String, Object>> secrets = new HashMap<>();
    private final PushCredentials pushing =
            new PushCredentials(
                    new Credentials(
                            List::of,
                            name ->
                                    name.equals("argocd-tls-certs-cm")
                                            ? Map.of("git.example", "PEM")
                                            : Map.of()),
                    name -> Optional.ofNullable(secrets.get(name)),
                    "argocd");

    @Test
    void a_secret_that_an_application_names_is_pushed_with_and_the_host_is_known_as_ever() {
        put("creds", Map.of("username", "ada", "password", "canary"));

        var credential = of("argocd", "creds");

        assertThat(credential.login())
                .isEqualTo(new Login.Password(new Hidden("ada"), new Hidden("canary"), false));
        assertThat(credential.authorities()).isEqualTo("PEM");
        assertThat(of("argocd", "")).isEqualTo(GitCredential.NONE.trusting("", "PEM"));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "url, https://git.example/team/app.git, ",
        "url, https://git.example/team, ",
        "project, red, ",
        "url, https://git.example/other, is for another repository than " + REPOSITORY,
        "url, https://git.example.evil/team, is for another repository than " + REPOSITORY,
        "project, blue, is for another project than red",
    })
    void a_secret_that_says_what_it_is_for_is_for_nothing_else(
            String field, String value, String problem) {
        put("creds", Map.of("username", "ada", "password", "canary", field, value));

        if (problem == null) {
            assertThat(of("argocd", "creds").isNobodys()).isFalse();
        } else {
            assertThatThrownBy(() -> of("argocd", "creds"))
                    .isInstanceOf(RefusedEditException.class)
                    .hasMessage("write-back-method: the Secret creds " + problem)
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void what_cannot_be_used_is_told() {
        put("key", Map.of("sshPrivateKey", "canary"));

        assertThatThrownBy(() -> of("argocd", "absent"))
                .hasMessage("write-back-method: the Secret absent is not there");
        assertThatThrownBy(() -> of("team", "key"))
                .hasMessage("write-back-method: the Secret key must be in the namespace argocd");
        assertThatThrownBy(() -> of("argocd", "key"))
                .hasMessage(
                        "write-back-method: the Secret key has no credentials for such an address");
    }

    private GitCredential of(String namespace, String secret) {
        return pushing.of(
                REPOSITORY,
                application(namespace),
                Optional.of(secret).filter(it -> !it.isEmpty()));
    }

    private void put(String name, Map<String, String> fields) {
        var data = new HashMap<String, Object>();
        fields.forEach(
                (key, value) ->
                        data.put(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
        secrets.put(name, Map.of("metadata", Map.of("name", name), "data", data));
    }

    private static Application application(String namespace) {
        return ApplicationReader.read(
                Map.of(
                        "metadata",
                        Map.of("namespace", namespace, "name", "app"),
                        "spec",
                        Map.of(
                                "project",
                                "red",
                                "source",
                                Map.of("repoURL", REPOSITORY, "path", "."),
                                "destination",
                                Map.of("server", "https://kubernetes.default.svc"))));
    }
}
