package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PullSecretTest {

    private static final Login ADA =
            new Login.Password(new Hidden("ada"), new Hidden("canary:1"), false);

    @Test
    void a_field_holds_a_user_and_a_password() {
        var secret = PullSecret.parse("secret:argocd/registry#creds");

        assertThat(secret).isEqualTo(new PullSecret("argocd", "registry", "creds"));
        assertThat(secret.login("r.example", Map.of("creds", "ada:canary:1\n"))).isEqualTo(ADA);
        assertThatThrownBy(() -> secret.login("r.example", Map.of("other", "ada:canary")))
                .hasMessage("the Secret registry has no user and password there");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '§',
            value = {
                "r.example § {\"auths\": {\"r.example\": {\"auth\": \"YWRhOmNhbmFyeTox\"}}}",
                "r.example § {\"auths\": {\"https://r.example\": {\"auth\":"
                        + " \"YWRhOmNhbmFyeTox\"}}}",
                "docker.io § {\"auths\": {\"https://index.docker.io/v1/\": {\"username\": \"ada\","
                        + " \"password\": \"canary:1\"}}}",
            })
    void a_configuration_of_dockers_has_a_login_for_each_registry(String host, String json) {
        var secret = PullSecret.parse("pullsecret:argocd/regcred");

        assertThat(secret.login(host, Map.of(".dockerconfigjson", json))).isEqualTo(ADA);
        assertThatThrownBy(() -> secret.login("other", Map.of(".dockerconfigjson", json)))
                .hasMessage("the Secret regcred has no login for the registry other");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{canary",
                "[canary]",
                "canary",
                "{\"auths\": {\"r\": {\"auth\": \"canary!\"}}}"
            })
    void what_cannot_be_read_is_told_without_showing_it(String json) {
        var secret = PullSecret.parse("pullsecret:argocd/regcred");

        assertThatThrownBy(() -> secret.login("r", Map.of(".dockerconfigjson", json)))
                .isInstanceOf(RefusedEditException.class)
                .message()
                .startsWith("the Secret regcred ")
                .doesNotContain("canary");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "env:CANARY",
                "ext:/canary.sh",
                "canary",
                "pullsecret:canary",
                "secret:a/canary"
            })
    void other_forms_are_refused_without_showing_them(String text) {
        assertThatThrownBy(() -> PullSecret.parse(text))
                .isInstanceOf(InvalidTagFilterException.class)
                .message()
                .doesNotContain("canary")
                .doesNotContain("CANARY");
    }
}
