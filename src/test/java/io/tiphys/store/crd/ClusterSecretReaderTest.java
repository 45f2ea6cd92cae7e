package io.tiphys.store.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.ClusterLogin;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.Hidden;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSecretReaderTest {

    @Test
    void every_field_is_read() {
        var cluster =
                read(
                        Map.of(
                                "name", "prod",
                                "server", "https://prod.example/",
                                "namespaces", "shop, web,,",
                                "clusterResources", "true",
                                "project", "team",
                                "shard", "2",
                                "config",
                                        """
                                        {"bearerToken": "canary", "disableCompression": true,
                                         "proxyUrl": "http://ada:canary@proxy:3128",
                                         "tlsClientConfig": {"insecure": false,
                                           "serverName": "inside", "caData": "UEVN",
                                           "certData": "Q0VSVA==", "keyData": "S0VZ"}}
                                        """));

        assertThat(cluster.secret()).isEqualTo("prod-secret");
        assertThat(cluster.name()).isEqualTo("prod");
        assertThat(cluster.server()).isEqualTo("https://prod.example");
        assertThat(cluster.namespaces()).containsExactly("shop", "web");
        assertThat(cluster.clusterResources()).isTrue();
        assertThat(cluster.project()).isEqualTo("team");
        assertThat(cluster.shard()).isEqualTo("2");
        assertThat(cluster.problem()).isEmpty();
        var access = cluster.access();
        assertThat(access.login()).isEqualTo(new ClusterLogin.Bearer(new Hidden("canary")));
        assertThat(access.authorities()).isEqualTo("PEM");
        assertThat(access.clientCertificate().text()).isEqualTo("CERT");
        assertThat(access.clientKey().text()).isEqualTo("KEY");
        assertThat(access.serverName()).isEqualTo("inside");
        assertThat(access.proxy().text()).isEqualTo("http://ada:canary@proxy:3128");
        assertThat(cluster.toString()).doesNotContain("canary", "KEY");
    }

    @Test
    void what_is_left_out_is_empty_and_a_cluster_without_a_name_is_called_by_its_address() {
        var cluster = read(Map.of("server", "https://prod.example"));

        assertThat(cluster.name()).isEqualTo("https://prod.example");
        assertThat(cluster.namespaces()).isEmpty();
        assertThat(cluster.access().login()).isEqualTo(new ClusterLogin.None());
        assertThat(cluster.problem()).isEmpty();
    }

    @Test
    void what_was_applied_last_is_no_annotation_to_be_shown() {
        var secret = secret("cluster", Map.of("server", "https://prod.example"));
        secret.put(
                "metadata",
                Map.of(
                        "name", "prod-secret",
                        "labels", Map.of("argocd.argoproj.io/secret-type", "cluster"),
                        "annotations",
                                Map.of(
                                        "team", "web",
                                        "kubectl.kubernetes.io/last-applied-configuration",
                                                "canary")));

        var cluster = ClusterSecretReader.read(secret).orElseThrow();

        assertThat(cluster.annotations()).containsExactly(Map.entry("team", "web"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"repository", "repo-creds", "", "Cluster"})
    void other_secrets_are_no_clusters(String type) {
        assertThat(ClusterSecretReader.read(secret(type, Map.of("server", "https://a")))).isEmpty();
    }

    @Test
    void who_asks_is_read_in_every_form() {
        assertThat(login("{\"username\": \"ada\", \"password\": \"canary\"}"))
                .isEqualTo(new ClusterLogin.Basic("ada", new Hidden("canary")));
        assertThat(
                        login(
                                """
                                {"execProviderConfig": {"command": "gke-auth", "args": ["a", "b"],
                                  "env": {"K": "canary"}, "provideClusterInfo": true,
                                  "apiVersion": "client.authentication.k8s.io/v1",
                                  "installHint": "hint"}}
                                """))
                .isEqualTo(
                        new ClusterLogin.Command(
                                List.of("gke-auth", "a", "b"),
                                Map.of("K", new Hidden("canary")),
                                "client.authentication.k8s.io/v1",
                                "hint",
                                true));
        assertThat(
                        login(
                                """
                                {"awsAuthConfig": {"clusterName": "prod", "roleARN": "arn:x",
                                  "profile": "p"}}
                                """))
                .isInstanceOfSatisfying(
                        ClusterLogin.Command.class,
                        it ->
                                assertThat(it.command())
                                        .containsExactly(
                                                "argocd-k8s-auth",
                                                "aws",
                                                "--cluster-name",
                                                "prod",
                                                "--role-arn",
                                                "arn:x",
                                                "--profile",
                                                "p"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "canary{ | config is no JSON object",
                "[] | config is no JSON object",
                "{} canary | config is no JSON object",
                "{\"bearerToken\": 7} | config: bearerToken must be a text",
                "{\"tlsClientConfig\": \"canary\"} | config: tlsClientConfig must be an object",
                "{\"tlsClientConfig\": {\"caData\": \"canary!\"}} | config: tlsClientConfig.caData"
                        + " is no base64",
                "{\"tlsClientConfig\": {\"insecure\": \"yes\"}} | config: insecure must be true or"
                        + " false",
                "{\"execProviderConfig\": {\"args\": []}} | config: execProviderConfig.command is"
                        + " missing",
                "{\"execProviderConfig\": {\"command\": \"x\", \"args\": \"canary\"}} | config:"
                        + " execProviderConfig.args must be a list",
                "{\"execProviderConfig\": {\"command\": \"x\", \"args\": [1]}} | config:"
                        + " execProviderConfig.args must be texts",
                "{\"execProviderConfig\": {\"command\": \"x\", \"env\": {\"A\": 1}}} | config:"
                        + " env.A must be a text",
            })
    void a_config_that_cannot_be_read_is_told_without_what_stands_in_it(
            String config, String problem) {
        var cluster = read(Map.of("server", "https://prod.example", "config", config));

        assertThat(cluster.problem()).contains(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "'', server must begin with https://",
        "prod.example, server must begin with https://",
        "ftp://prod.example, server must begin with https://",
        "https://, server is no URL",
        "'https://a b', server is no URL",
        "https://:6443, server names no host",
        "https://ada:pw@prod.example, server must be an address alone",
        "https://prod.example?x=y, server must be an address alone",
        "http://169.254.169.254, server is an address of this machine's link",
        "'https://[fe80::1]', server is an address of this machine's link",
        "'http://[::ffff:169.254.169.254]', server is an address of this machine's link",
        "'http://[::ffff:A9FE:A9FE]', server is an address of this machine's link",
        "http://2852039166, server is an address of this machine's link",
        "http://0xA9FEA9FE, server is an address of this machine's link",
    })
    void an_address_that_is_none_is_a_problem(String server, String problem) {
        assertThat(read(Map.of("server", server)).problem()).contains(problem);
    }

    private static ClusterLogin login(String config) {
        return read(Map.of("server", "https://prod.example", "config", config)).access().login();
    }

    private static ClusterSecret read(Map<String, String> fields) {
        return Optional.of(secret("cluster", fields))
                .flatMap(ClusterSecretReader::read)
                .orElseThrow();
    }

    private static Map<String, Object> secret(String type, Map<String, String> fields) {
        var data = new HashMap<String, Object>();
        fields.forEach(
                (key, value) ->
                        data.put(
                                key,
                                Base64.getEncoder()
                                        .encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        var secret = new HashMap<String, Object>();
        secret.put(
                "metadata",
                Map.of(
                        "name",
                        "prod-secret",
                        "labels",
                        Map.of("argocd.argoproj.io/secret-type", type)));
        secret.put("data", data);
        return secret;
    }
}
