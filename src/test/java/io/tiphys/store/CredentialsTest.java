package io.tiphys.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.RepositoryAddress;
import io.tiphys.core.model.RepositorySecret;
import io.tiphys.store.Credentials.Use;
import io.tiphys.store.crd.RepositorySecretReader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {

    private static final Use APP = new Use("HTTPS://Git.example:8443/team/app", "default");
    private static final Use OTHER = new Use("https://other.example/team/app", "default");
    private static final Use SSH = new Use("git@git.example:team/app", "default");

    private final Map<String, RepositorySecret> secrets = new HashMap<>();
    private final Map<String, Map<String, String>> settings = new HashMap<>();
    private final Credentials credentials =
            new Credentials(secrets::values, name -> settings.getOrDefault(name, Map.of()));
    private final List<Set<Use>> changes = new ArrayList<>();

    @Test
    void a_secret_counts_at_once_and_only_those_it_serves_are_told_of() {
        credentials.onChange(changes::add);
        assertThat(credentials.reading(APP)).isEqualTo(GitCredential.NONE);
        assertThat(credentials.reading(OTHER)).isEqualTo(GitCredential.NONE);

        put("app", "repo-creds", "https://git.example:8443", "old");
        assertThat(credentials.reading(APP).origin()).isEqualTo("app");
        put("app", "repo-creds", "https://git.example:8443", "new");

        assertThat(changes).containsExactly(Set.of(APP), Set.of(APP));
        assertThat(credentials.writing(APP).origin()).isEqualTo("app");
    }

    @Test
    void what_stays_the_same_is_not_told_of() {
        put("app", "repository", APP.url(), "old");
        credentials.reading(APP);
        credentials.onChange(changes::add);

        put("app", "repository", APP.url(), "old");
        put("unrelated", "repository", "https://git.example/team/other", "x");

        assertThat(changes).isEmpty();
    }

    @Test
    void hosts_are_known_by_the_config_maps_of_argo_cd() {
        credentials.onChange(changes::add);
        List.of(APP, OTHER, SSH).forEach(credentials::reading);

        settings.put("argocd-tls-certs-cm", Map.of("git.example", "a certificate"));
        settings.put("argocd-ssh-known-hosts-cm", Map.of("ssh_known_hosts", "a line"));
        credentials.reconsider();

        assertThat(credentials.reading(APP).authorities()).isEqualTo("a certificate");
        assertThat(credentials.reading(SSH).knownHosts()).isEqualTo("a line");
        assertThat(credentials.reading(OTHER)).isEqualTo(GitCredential.NONE);
        assertThat(changes).containsExactly(Set.of(APP, SSH));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    helm, repository, https://charts.example/stable, https://charts.example/stable, yes
                    helm, repo-creds, https://charts.example,        https://charts.example/stable, yes
                    '',   repository, https://charts.example/stable, https://charts.example/stable, yes
                    git,  repository, https://charts.example/stable, https://charts.example/stable, no
                    helm, repository, https://charts.example/stable, https://charts.example/other,  no
                    helm, repository, reg.example:5000/team,         reg.example:5000/team,         yes
                    helm, repository, reg.example:5000/team,         oci://reg.example:5000/team,   yes
                    oci,  repository, oci://reg.example/team,        reg.example/team,              yes
                    oci,  repo-creds, oci://reg.example,             oci://reg.example/team/app,    yes
                    oci,  repo-creds, reg.example/te,                oci://reg.example/team/app,    yes
                    oci,  repo-creds, oci://reg.example,             oci://reg.example.org/team,    no
                    oci,  repo-creds, oci://reg.example,             oci://reg.example:5000/team,   no
                    oci,  repo-creds, oci://reg.example,             https://reg.example/team,      no
                    """)
    void charts_are_read_with_secrets_for_charts(
            String kind, String label, String secret, String repository, String fits) {
        settings.put("argocd-tls-certs-cm", Map.of("reg.example", "a certificate"));
        put("charts", label, secret, "x", kind);

        var use = new Use(repository, "default", false);

        assertThat(credentials.reading(use).origin()).isEqualTo(fits.equals("yes") ? "charts" : "");
        assertThat(credentials.reading(use).authorities())
                .isEqualTo(
                        RepositoryAddress.ofCharts(repository).host().equals("reg.example")
                                ? "a certificate"
                                : "");
    }

    @Test
    void git_is_not_read_with_secrets_for_charts() {
        put("charts", "repository", APP.url(), "x", "helm");

        assertThat(credentials.reading(APP)).isEqualTo(GitCredential.NONE);
        assertThat(credentials.reading(new Use(APP.url(), APP.project(), false)).origin())
                .isEqualTo("charts");
    }

    @Test
    void a_secret_without_a_label_or_an_address_is_none_of_ours() {
        assertThat(RepositorySecretReader.read(secret("a", "cluster", "https://x", "p"))).isEmpty();
        assertThat(RepositorySecretReader.read(secret("a", "", "https://x", "p"))).isEmpty();
        assertThat(RepositorySecretReader.read(secret("a", "repository", " ", "p"))).isEmpty();
    }

    private void put(String name, String label, String url, String password) {
        put(name, label, url, password, "");
    }

    private void put(String name, String label, String url, String password, String type) {
        var secret = Json.with(secret(name, label, url, password), base64(type), "data", "type");
        secrets.put(name, RepositorySecretReader.read(secret).orElseThrow());
        credentials.reconsider();
    }

    private static Map<String, Object> secret(
            String name, String type, String url, String password) {
        return Map.of(
                "metadata",
                Map.of("name", name, "labels", Map.of("argocd.argoproj.io/secret-type", type)),
                "data",
                Map.of("url", base64(url), "password", base64(password)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
