package io.tiphys.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.core.model.RepositorySecret.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialChoiceTest {

    private static final String URL = "https://git.example/team/app";

    private final List<RepositorySecret> secrets = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    https://git.example/team/app,       https://git.example/team/app,       yes
                    https://git.example/team/app,       https://Git.Example/Team/App.git,   yes
                    https://git.example/team/app.git,   https://git.example/team/app/,      yes
                    https://git.example:443/team/app,   https://git.example/team/app,       yes
                    git@git.example:team/app.git,       ssh://git@git.example/team/app,     yes
                    ssh://git@git.example:22/team/app,  git@git.example:team/app,           yes
                    git@git.example:team/app,           git@git.example:/team/app,          yes
                    https://git.example/team/app,       https://git.example/team/apps,      no
                    https://git.example/team/app,       https://git.example/team,           no
                    https://git.example/team/app,       http://git.example/team/app,        no
                    https://git.example/team/app,       git@git.example:team/app,           no
                    https://git.example/team/app,       https://git.example:8443/team/app,  no
                    https://git.example/team/app,       https://git.example.org/team/app,   no
                    https://git.example/team/app,       https://me@git.example/team/app,    no
                    git@git.example:team/app,           bot@git.example:team/app,           no
                    """)
    void the_secret_of_a_repository_is_for_that_repository(
            String secret, String repository, String fits) {
        secret("one", Kind.REPOSITORY, secret, "", Map.of("username", "u", "sshPrivateKey", "k"));

        assertThat(origin(repository, "default")).isEqualTo(fits.equals("yes") ? "one" : "");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    https://git.example,              https://git.example/team/app,             yes
                    https://git.example/,             https://git.example/team/app,             yes
                    https://git.example/team,         https://git.example/team/app.git,         yes
                    https://git.example/team,         https://git.example/team-two/app,         yes
                    https://git.example/team/,        https://git.example/team-two/app,         no
                    https://git.example/team/app.git, https://git.example/team/app,             yes
                    https://git.example,              https://git.example.evil.org/team/app,    no
                    https://git.example,              https://git.example@evil.org/team/app,    no
                    https://git.example,              https://git.example:pass@evil.org/app,    no
                    https://git.example,              https://git.example:8443/team/app,        no
                    https://git.example,              https://evil.org/https://git.example/app, no
                    https://git.example,              http://git.example/team/app,              no
                    https://git.exam,                 https://git.example/team/app,             no
                    git@git.example:team,             git@git.example:team/app,                 yes
                    git@git.example:team,             ssh://git@git.example/team/app,           yes
                    ssh://git@git.example,            ssh://git@git.example:7999/team/app,      yes
                    ssh://git@git.example/team,       ssh://git@git.example:7999/team/app,      no
                    ssh://git@git.example,            ssh://git@git.example.org/team/app,       no
                    ssh://git@git.example,            ssh://git@git.example:7999@evil.org/app,  no
                    git@git.example:team,             https://git.example/team/app,             no
                    """)
    void a_template_is_for_what_begins_with_it_on_the_same_server(
            String template, String repository, String fits) {
        secret("all", Kind.TEMPLATE, template, "", Map.of("username", "u", "sshPrivateKey", "k"));

        assertThat(origin(repository, "default")).isEqualTo(fits.equals("yes") ? "all" : "");
    }

    @Test
    void the_longest_template_wins() {
        template("a", "https://git.example");
        template("b", "https://git.example/team/ap");
        template("c", "https://git.example/team");

        assertThat(origin(URL, "default")).isEqualTo("b");
    }

    @Test
    void a_repositorys_own_credentials_win_over_a_template() {
        template("all", "https://git.example/team/app");
        secret("own", Kind.REPOSITORY, URL, "", Map.of("password", "p"));

        assertThat(origin(URL, "default")).isEqualTo("own");
    }

    @Test
    void a_repository_without_credentials_has_its_settings_and_the_templates_credentials() {
        secret("own", Kind.REPOSITORY, URL, "", Map.of("insecure", "true"));
        secret(
                "all",
                Kind.TEMPLATE,
                "https://git.example",
                "",
                Map.of("bearerToken", "t", "proxy", "http://proxy:1", "insecure", "true"));

        var credential = reading(URL, "default");

        assertThat(credential.origin()).isEqualTo("own, all");
        assertThat(credential.login()).isEqualTo(new Login.Bearer(new Hidden("t")));
        assertThat(credential.insecure()).isTrue();
        assertThat(credential.proxy().text()).isEqualTo("http://proxy:1");
    }

    @Test
    void a_template_does_not_decide_whether_a_host_is_believed() {
        secret(
                "all",
                Kind.TEMPLATE,
                "https://git.example",
                "",
                Map.of("username", "u", "insecure", "true"));

        assertThat(reading(URL, "default").insecure()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    blue,  blues
                    red,   everybodys
                    green, everybodys
                    """)
    void a_projects_own_secret_wins_and_nobody_else_gets_it(String project, String expected) {
        secret("blues", Kind.REPOSITORY, URL, "blue", Map.of("username", "u"));
        secret("everybodys", Kind.REPOSITORY, URL, "", Map.of("username", "u"));

        assertThat(origin(URL, project)).isEqualTo(expected);
    }

    @Test
    void another_projects_secrets_are_not_used() {
        secret("own", Kind.REPOSITORY, URL, "blue", Map.of("username", "u"));
        secret("all", Kind.TEMPLATE, "https://git.example", "blue", Map.of("username", "u"));
        secret("push", Kind.WRITE_REPOSITORY, URL, "blue", Map.of("username", "u"));

        assertThat(reading(URL, "red")).isEqualTo(GitCredential.NONE);
        assertThat(CredentialChoice.writing(URL, "red", secrets)).isEqualTo(GitCredential.NONE);
    }

    @Test
    void pushing_is_done_with_what_is_for_writing_alone() {
        template("read", "https://git.example");
        assertThat(CredentialChoice.writing(URL, "default", secrets).origin()).isEqualTo("read");

        secret("all", Kind.WRITE_TEMPLATE, "https://git.example", "", Map.of("username", "w"));
        assertThat(CredentialChoice.writing(URL, "default", secrets).origin()).isEqualTo("all");

        secret("push", Kind.WRITE_REPOSITORY, URL, "", Map.of("username", "w"));
        assertThat(CredentialChoice.writing(URL, "default", secrets).origin()).isEqualTo("push");
        assertThat(origin(URL, "default")).isEqualTo("read");
    }

    @Test
    void what_is_for_charts_is_not_for_git() {
        secret("helm", Kind.TEMPLATE, URL, "", Map.of("username", "u", "type", "helm"));
        assertThat(origin(URL, "default")).isEmpty();

        secret("git", Kind.TEMPLATE, URL, "", Map.of("username", "u", "type", "git"));
        assertThat(origin(URL, "default")).isEqualTo("git");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    stable, blue, https://blue.example
                    stable, red,  https://all.example
                    blues,  blue, https://blue.example/own
                    blues,  red,  ''
                    git,    blue, ''
                    '',     blue, ''
                    """)
    void a_repository_of_charts_has_a_name_for_those_who_may_use_its_secret(
            String name, String project, String address) {
        charts("a", "https://all.example", "", "helm", "stable");
        charts("b", "https://blue.example", "blue", "oci", "stable");
        charts("c", "https://blue.example/own", "blue", "helm", "blues");
        charts("d", "https://git.example/app", "", "git", "git");
        charts("e", "https://git.example/app", "", "", "git");

        assertThat(CredentialChoice.named(name, project, secrets).orElse("")).isEqualTo(address);
    }

    private void charts(String secret, String url, String project, String type, String name) {
        secret(
                secret,
                Kind.REPOSITORY,
                url,
                project,
                Map.of("url", url, "type", type, "name", name));
    }

    @Test
    void the_scheme_decides_which_of_several_credentials_is_shown() {
        var both = Map.of("username", "u", "password", "p", "sshPrivateKey", "k");
        secret("https", Kind.REPOSITORY, URL, "", both);
        secret("ssh", Kind.REPOSITORY, "git@git.example:team/app", "", both);

        assertThat(reading(URL, "default").login())
                .isEqualTo(new Login.Password(new Hidden("u"), new Hidden("p"), false));
        assertThat(reading("git@git.example:team/app", "default").login())
                .isEqualTo(new Login.SshKey(new Hidden("k")));
    }

    @ParameterizedTest
    @CsvSource({
        "bearerToken, Bearer",
        "password, Password",
        "githubAppPrivateKey, GitHubApp",
        "gcpServiceAccountKey, GoogleAccount",
        "azureServicePrincipalClientSecret, AzurePrincipal",
        "tlsClientCertData, Nobody",
    })
    void each_field_has_its_way_to_log_in(String field, String login) {
        secret("own", Kind.REPOSITORY, URL, "", Map.of(field, "x"));

        assertThat(reading(URL, "default").login().getClass().getSimpleName()).isEqualTo(login);
    }

    @Test
    void the_services_own_identity_in_azure_is_a_way_to_log_in() {
        secret("own", Kind.REPOSITORY, URL, "", Map.of("useAzureWorkloadIdentity", "true"));
        template("all", "https://git.example");

        assertThat(reading(URL, "default").login()).isEqualTo(new Login.AzureWorkload());
    }

    @Test
    void nothing_that_is_secret_is_printed() {
        var fields = new HashMap<String, String>();
        for (var field :
                List.of(
                        "username",
                        "password",
                        "bearerToken",
                        "sshPrivateKey",
                        "githubAppPrivateKey",
                        "gcpServiceAccountKey",
                        "azureServicePrincipalClientSecret",
                        "tlsClientCertData",
                        "tlsClientCertKey",
                        "proxy")) {
            fields.put(field, "canary");
        }
        for (var field :
                List.of(
                        "bearerToken",
                        "username",
                        "password",
                        "githubAppPrivateKey",
                        "gcpServiceAccountKey",
                        "")) {
            secret("https", Kind.REPOSITORY, URL, "", fields);
            secret("ssh", Kind.REPOSITORY, "git@git.example:app", "", fields);

            assertThat(secrets.toString()).doesNotContain("canary");
            assertThat(reading(URL, "").toString()).doesNotContain("canary");
            assertThat(reading("git@git.example:app", "").toString()).doesNotContain("canary");
            secrets.clear();
            fields.remove(field);
        }
    }

    private GitCredential reading(String url, String project) {
        return CredentialChoice.reading(url, project, secrets);
    }

    @Test
    void large_files_and_depth_are_settings_of_the_repository_itself() {
        var settings = Map.of("username", "u", "enableLfs", "true", "depth", "3");
        secret("template", Kind.TEMPLATE, "https://git.example", "", settings);
        var templated = CredentialChoice.reading(URL, "default", secrets);
        secret("own", Kind.REPOSITORY, URL, "", Map.of("enableLfs", "1", "depth", " 5 "));
        var own = CredentialChoice.reading(URL, "default", secrets);

        assertThat(templated.largeFiles()).isFalse();
        assertThat(templated.depth()).isEmpty();
        assertThat(own.largeFiles()).isTrue();
        assertThat(own.depth()).isEqualTo("5");
        assertThat(own.login()).isEqualTo(templated.login());
    }

    private String origin(String url, String project) {
        return reading(url, project).origin();
    }

    private void template(String name, String url) {
        secret(name, Kind.TEMPLATE, url, "", Map.of("username", "u"));
    }

    private void secret(
            String name, Kind kind, String url, String project, Map<String, String> fields) {
        var hidden = new HashMap<String, Hidden>();
        fields.forEach((key, value) -> hidden.put(key, new Hidden(value)));
        secrets.add(new RepositorySecret(name, kind, RepositoryAddress.of(url), project, hidden));
    }
}
