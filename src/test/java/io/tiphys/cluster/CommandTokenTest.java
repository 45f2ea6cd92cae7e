package io.tiphys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tiphys.core.model.ClusterLogin;
import io.tiphys.core.model.Hidden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Commands that give tokens, run for real.
class CommandTokenTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir Path directory;

    private Instant now = NOON;

    @Test
    void a_token_is_asked_for_once_until_shortly_before_it_expires() throws IOException {
        var login =
                login(
                        """
                        echo run >> runs
                        echo '{"status": {"token": "t'$(wc -l < runs)'",
                          "expirationTimestamp": "2026-01-01T12:10:00Z"}}'
                        """);

        assertThat(login.authorization().text()).isEqualTo("Bearer t1");
        now = NOON.plus(Duration.ofMinutes(8));
        assertThat(login.authorization().text()).isEqualTo("Bearer t1");
        now = NOON.plus(Duration.ofMinutes(9));
        assertThat(login.authorization().text()).isEqualTo("Bearer t2");
    }

    @Test
    void a_token_that_was_refused_is_asked_for_anew() throws IOException {
        var login =
                login(
                        """
                        echo run >> runs
                        echo '{"status": {"token": "t'$(wc -l < runs)'"}}'
                        """);
        var first = login.authorization();

        assertThat(login.renew(first)).isTrue();

        assertThat(login.authorization().text()).isEqualTo("Bearer t2");
        assertThat(login.renew(first)).isTrue();
        assertThat(login.authorization().text()).isEqualTo("Bearer t2");
    }

    @Test
    void the_command_gets_its_variables_and_who_asks_but_not_what_this_process_has()
            throws IOException {
        var login =
                login(
                        """
                        env > env
                        echo '{"status": {"token": "t"}}'
                        """);

        login.authorization();

        var env = Files.readString(directory.resolve("env"));
        assertThat(env)
                .contains(
                        "CLOUD=canary",
                        "\"interactive\":false",
                        "\"server\":\"https://k8s.example\"",
                        "client.authentication.k8s.io/v1beta1");
        assertThat(env.lines().map(it -> it.replaceFirst("=.*", "")))
                .allMatch(
                        it ->
                                it.matches(
                                        "CLOUD|KUBERNETES_.*|PATH|HOME|LANG|TMPDIR|PWD|OLDPWD|SHLVL|_"
                                            + "|.*_(PROXY|proxy)|(AWS|AZURE|GOOGLE|CLOUDSDK)_.*"));
    }

    static List<Arguments> failures() {
        return List.of(
                arguments("echo no canary >&2; exit 3", "failed with code 3: no (hidden)"),
                arguments("echo token", "answered something that is no JSON object"),
                arguments("echo '{}'", "answered without a token"),
                arguments("echo '{\"status\": {\"token\": \"a b\"}}'", "answered without a token"),
                arguments(
                        "echo '{\"status\": {\"clientCertificateData\": \"x\"}}'",
                        "answered with a certificate, and only tokens are understood"),
                arguments(
                        "echo '{\"status\": {\"token\": \"t\", \"expirationTimestamp\":"
                                + " \"noon\"}}'",
                        "answered with an expirationTimestamp that is no time"),
                arguments("head -c 300000 /dev/zero", "wrote more than 262144 bytes"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_command_that_gives_no_token_is_named_with_what_went_wrong(String script, String how)
            throws IOException {
        var login = login(script);

        assertThatThrownBy(login::authorization)
                .isInstanceOf(ApiFailure.class)
                .hasMessage("The command sh of the Secret prod " + how);
    }

    @Test
    void a_command_that_is_not_there_is_missed_with_the_hint_of_how_to_get_it() {
        var login =
                login(
                        new ClusterLogin.Command(
                                List.of("no-such-command-here"),
                                Map.of(),
                                "client.authentication.k8s.io/v1",
                                "Install it from the cloud's pages",
                                false));

        assertThatThrownBy(login::authorization)
                .isInstanceOf(ApiFailure.class)
                .hasMessage(
                        "The command no-such-command-here of the Secret prod is not installed here:"
                                + " Install it from the cloud's pages");
    }

    @Test
    void a_command_that_failed_is_left_alone_for_a_moment() throws IOException {
        var login = login("echo run >> runs; exit 1");

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(login::authorization).isInstanceOf(ApiFailure.class);
        }
        assertThat(Files.readAllLines(directory.resolve("runs"))).hasSize(1);

        now = NOON.plus(Duration.ofMinutes(1));
        assertThatThrownBy(login::authorization).isInstanceOf(ApiFailure.class);
        assertThat(Files.readAllLines(directory.resolve("runs"))).hasSize(2);
    }

    private Login login(String script) throws IOException {
        var file = directory.resolve("login.sh");
        Files.writeString(file, "cd '%s'\n%s".formatted(directory, script));
        return login(
                new ClusterLogin.Command(
                        List.of("sh", file.toString()),
                        Map.of("CLOUD", new Hidden("canary")),
                        "client.authentication.k8s.io/v1beta1",
                        "",
                        true));
    }

    private Login login(ClusterLogin.Command command) {
        return new TokenLogin(new CommandToken(command, "prod", "https://k8s.example"), () -> now);
    }
}
