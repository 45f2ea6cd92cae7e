package io.tiphys.repo.chart;

import static io.tiphys.repo.chart.IndexedChartTest.secret;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.ChartHost;
import io.tiphys.support.TarGz;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryArtefactTest {

    private static final String HELM = "application/vnd.cncf.helm.config.v1+json";
    private static final String CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private static final String TAR = "application/vnd.oci.image.layer.v1.tar";
    private static final String ROOT = "/v2/team/web/";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("ada:canary".getBytes(UTF_8));

    private final ChartHost host = ChartHost.start();
    private final String address = host.url().replace("http://", "").replace("/charts", "");
    private ChartSources sources;

    @BeforeEach
    void fill(@TempDir Path directory) {
        var config = Given.config(directory);
        sources = Given.sources(config);
        push("1.2.0", HELM, CHART, Given.chart("web", "1.2.0"));
        push("1.3.0_build.1", HELM, CHART, Given.chart("web", "1.3.0+build.1"));
        tags("1.2.0", "1.3.0_build.1", "nightly");
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void a_chart_has_the_versions_that_its_tags_say() {
        var web = chart(Map.of());

        assertThat(web.resolve("^1.2", FetchDemand.ANY)).isEqualTo("1.3.0+build.1");
        assertThat(web.resolve("1.2.0", FetchDemand.ANY)).isEqualTo("1.2.0");
        assertThat(web.folder("1.3.0+build.1", "").entries(true))
                .extracting("path")
                .containsExactly("Chart.yaml", "templates/map.yaml");
    }

    @Test
    void an_exact_version_is_asked_for_without_a_list() {
        chart(Map.of()).resolve("1.2.0", FetchDemand.ANY);

        assertThat(host.asked()).extracting("path").containsExactly(ROOT + "manifests/1.2.0");
    }

    @Test
    void an_artefact_is_known_by_its_digest() {
        var tar = new TarGz().with("deploy/map.yaml", "kind: ConfigMap").tar();
        var digest = push("nightly", "application/vnd.oci.empty.v1+json", TAR, tar);
        var artefact = sources.of("oci://" + address + "/team/web", "", plain(Map.of()), false);

        assertThat(artefact.resolve("nightly", FetchDemand.ANY)).isEqualTo(digest);
        assertThat(artefact.resolve(digest, FetchDemand.ANY)).isEqualTo(digest);
        assertThat(artefact.folder(digest, "./deploy").file("map.yaml")).isPresent();
        assertThatThrownBy(() -> artefact.folder(digest, "other"))
                .hasMessageContaining("The path 'other' is no folder in The artefact");
        assertThatThrownBy(() -> artefact.folder(digest, "../.."))
                .hasMessageContaining("leads out");
    }

    @Test
    void a_tag_that_moves_is_followed() {
        var artefact = sources.of("oci://" + address + "/team/web", "", plain(Map.of()), false);
        var before = push("nightly", "none", TAR, new TarGz().with("a", "1").tar());
        assertThat(artefact.resolve("nightly", FetchDemand.ANY)).isEqualTo(before);

        var after = push("nightly", "none", TAR, new TarGz().with("a", "2").tar());

        assertThat(artefact.resolve("nightly", FetchDemand.ANY)).isEqualTo(before);
        host.asked();
        assertThat(artefact.resolve("nightly", FetchDemand.NEWEST)).isEqualTo(after);
        assertThat(host.asked()).hasSize(1);
    }

    @Test
    void a_list_of_tags_may_have_several_pages() {
        host.link(ROOT + "tags/list", "</v2/team/web/tags/more?n=1&last=x>; rel=\"next\"");
        host.file(ROOT + "tags/more", "{\"tags\":[\"1.9.0\"]}".getBytes(UTF_8));
        push("1.9.0", HELM, CHART, Given.chart("web", "1.9.0"));

        assertThat(chart(Map.of()).resolve("1.x", FetchDemand.ANY)).isEqualTo("1.9.0");
    }

    @Test
    void a_list_of_tags_goes_on_nowhere_else() {
        host.link(ROOT + "tags/list", "<http://127.0.0.1:1/v2/team/web/tags/list>; rel=next");

        assertThatThrownBy(() -> chart(Map.of()).resolve("1.x", FetchDemand.ANY))
                .hasMessageContaining("its list of tags goes on elsewhere");
    }

    @Test
    void a_token_is_had_for_a_password_where_the_registry_says_so() {
        host.file("/token", "{\"token\":\"t1\",\"expires_in\":300}".getBytes(UTF_8));
        host.want(
                "Bearer t1",
                "Bearer realm=\"%s\",service=\"reg\",scope=\"repository:team/web:pull\""
                        .formatted(host.url().replace("/charts", "/token")));

        var web = chart(Map.of("username", "ada", "password", "canary"));
        web.folder(web.resolve("1.2.0", FetchDemand.ANY), "");

        assertThat(host.asked())
                .extracting("path", "authorization")
                .containsExactly(
                        tuple(ROOT + "manifests/1.2.0", ""),
                        tuple("/token", BASIC),
                        tuple(ROOT + "manifests/1.2.0", "Bearer t1"),
                        tuple(ROOT + "blobs/" + layer("1.2.0"), "Bearer t1"));
    }

    @Test
    void a_password_goes_to_no_place_that_could_be_overheard() {
        host.want("Bearer t1", "Bearer realm=\"http://tokens.example/token\"");

        assertThatThrownBy(
                        () ->
                                chart(Map.of("username", "ada", "password", "canary"))
                                        .resolve("1.2.0", FetchDemand.ANY))
                .hasMessageContaining("wants a token from what is no encrypted address");
    }

    @Test
    void a_password_is_shown_where_the_registry_asks_for_it() {
        host.want(BASIC, "Basic realm=\"here\"");

        var web = chart(Map.of("username", "ada", "password", "canary"));
        web.folder(web.resolve("1.2.0", FetchDemand.ANY), "");
        assertThat(host.asked()).extracting("authorization").containsExactly("", BASIC, BASIC);

        assertThatThrownBy(
                        () ->
                                chart(Map.of("username", "ada", "password", "wrong-canary"))
                                        .resolve("1.2.0", FetchDemand.ANY))
                .hasMessageContaining("does not accept the credentials of the Secret charts")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> chart(Map.of()).resolve("1.2.0", FetchDemand.ANY))
                .hasMessageContaining("it asks for credentials, and there are none");
    }

    @Test
    void layers_may_lie_elsewhere_where_no_password_follows() {
        try (var storage = ChartHost.start()) {
            storage.file("/blob", Given.chart("web", "1.2.0"));
            host.redirect(
                    ROOT + "blobs/" + layer("1.2.0"), storage.url().replace("/charts", "/blob"));
            host.want(BASIC, "Basic realm=\"here\"");

            var web = chart(Map.of("username", "ada", "password", "canary"));
            web.folder(web.resolve("1.2.0", FetchDemand.ANY), "");

            assertThat(storage.asked()).extracting("authorization").containsExactly("");
        }
    }

    @Test
    void what_a_digest_does_not_name_is_refused() {
        var web = chart(Map.of());
        host.file(ROOT + "blobs/" + layer("1.2.0"), Given.chart("web", "6.6.6"));
        assertThatThrownBy(() -> web.folder(web.resolve("1.2.0", FetchDemand.ANY), ""))
                .hasMessageContaining("is not what its repository says");

        var digest = "sha256:" + "0".repeat(64);
        host.file(ROOT + "manifests/" + digest, "{}".getBytes(UTF_8));
        assertThatThrownBy(() -> web.resolve(digest, FetchDemand.ANY))
                .hasMessageContaining("has the digest sha256:44136fa3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"manifests":[]}                                             | index of several
                    {"layers":[]}                                                | has 0
                    {"layers":[{"mediaType":"a.tar"},{"mediaType":"b.tar"}]}     | has 2
                    {"layers":[{"mediaType":"a.tar","digest":"sha256:0"}]}       | of the type a.tar
                    [                                                            | is no JSON
                    """)
    void a_manifest_must_be_of_one_archive(String manifest, String words) {
        host.file(ROOT + "manifests/1.2.0", manifest.getBytes(UTF_8));
        var web = chart(Map.of());

        assertThatThrownBy(() -> web.folder(web.resolve("1.2.0", FetchDemand.ANY), ""))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining(words);
    }

    @Test
    void what_is_not_there_is_said_with_what_is() {
        assertThatThrownBy(() -> chart(Map.of()).resolve("^2", FetchDemand.ANY))
                .hasMessageContaining(
                        "has no version '^2', or hides it: there are 1.3.0+build.1, 1.2.0,"
                                + " nightly");
        assertThatThrownBy(
                        () ->
                                sources.of(address, "none", plain(Map.of()), false)
                                        .resolve("*", FetchDemand.ANY))
                .hasMessageContaining("it has no artefact none");
        assertThatThrownBy(() -> sources.of(address + "/A b", "", plain(Map.of()), false))
                .hasMessageContaining("a name in lower case");
    }

    @Test
    void an_address_of_the_web_is_a_registrys_if_its_secret_says_so() {
        var credential =
                secret(
                        host.url().replace("/charts", "/team"),
                        Map.of("enableOCI", "true", "insecureOCIForceHttp", "true"));

        assertThat(
                        sources.of(host.url().replace("/charts", "/team"), "web", credential, false)
                                .resolve("1.2.0", FetchDemand.ANY))
                .isEqualTo("1.2.0");
    }

    private Artefact chart(Map<String, String> fields) {
        return sources.of(address + "/team", "web", plain(fields), false);
    }

    private GitCredential plain(Map<String, String> fields) {
        var all = new HashMap<>(fields);
        all.put("insecureOCIForceHttp", "true");
        return secret(address + "/team", all);
    }

    private void tags(String... tags) {
        host.file(
                ROOT + "tags/list",
                "{\"tags\":[\"%s\"]}".formatted(String.join("\",\"", tags)).getBytes(UTF_8));
    }

    private static String layer(String version) {
        return "sha256:" + ChartHost.digest(Given.chart("web", version));
    }

    /// @return the manifest's digest
    private String push(String tag, String config, String type, byte[] layer) {
        var digest = "sha256:" + ChartHost.digest(layer);
        var manifest =
                "{\"config\":{\"mediaType\":\"%s\"},\"layers\":[%s]}"
                        .formatted(
                                config,
                                "{\"mediaType\":\"%s\",\"digest\":\"%s\"}".formatted(type, digest))
                        .getBytes(UTF_8);
        var named = "sha256:" + ChartHost.digest(manifest);
        host.file(ROOT + "blobs/" + digest, layer)
                .file(ROOT + "manifests/" + tag, manifest)
                .file(ROOT + "manifests/" + named, manifest);
        return named;
    }
}
