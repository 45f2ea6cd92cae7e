package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.support.OciRegistry;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.TarGz;
import io.tiphys.support.Tiphys;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What would be chosen of a real registry's tags is shown, and nothing is changed by it.
@ExtendWith(SharedTiphys.class)
class ImagePreviewIT {

    private static final String PATH = "/api/v1/image-updates/preview";

    private final Tiphys tiphys;

    ImagePreviewIT(Tiphys tiphys) {
        this.tiphys = tiphys;
    }

    @Test
    void each_tag_of_a_registry_is_chosen_or_has_its_reason(@TempDir Path folder) throws Exception {
        assumeTrue(OciRegistry.isInstalled(), "needs docker-registry and helm");
        try (var registry = OciRegistry.start(folder)) {
            // Given: to a registry a chart's version is a tag like any other.
            for (var version : new String[] {"1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0"}) {
                registry.push(chart(version), "team");
            }
            var annotations =
                    """
                    {"annotations": {
                      "argocd-image-updater.argoproj.io/image-list": "web=%1$s/team/web:1.x, no tag",
                      "argocd-image-updater.argoproj.io/pull-secret": "secret:argocd/preview#creds",
                      "tiphys.io/web.image-updates": "approval"},
                     "current": {"web": "1.0.0"}}
                    """
                            .formatted(registry.host());

            // When: nobody may ask without the Secret
            var refused = preview(annotations);
            tiphys.repositorySecret(
                    "preview",
                    Map.of(
                            "type",
                            "oci",
                            "url",
                            "oci://" + registry.host() + "/team/web",
                            "insecureOCIForceHttp",
                            "true",
                            "creds",
                            OciRegistry.USER + ":" + OciRegistry.PASSWORD));
            var shown =
                    eventually()
                            .until(() -> preview(annotations), it -> !it.path("items").isEmpty());
            tiphys.cluster().secrets().inNamespace("argocd").withName("preview").delete();

            // Then
            assertThat(refused.path("items")).isEmpty();
            assertThat(refused.path("problems").toString()).contains(registry.host());
            assertThat(shown.path("problems").toString())
                    .contains("no tag: 'no tag' is not an image name")
                    .doesNotContain(OciRegistry.PASSWORD);
            var item = shown.path("items").path(0);
            assertThat(item.path("tag").asText()).isEqualTo("1.1.0");
            assertThat(item.at("/withheld/reason").asText()).isEqualTo("AWAITS_APPROVAL");
            assertThat(item.path("others").toString())
                    .contains("NOT_LAST")
                    .contains("OUTSIDE_CONSTRAINT")
                    .contains("2.0.0");
            assertThat(item.path("others")).hasSize(3);
        }
    }

    @Test
    void an_application_that_is_not_there_is_not_found() {
        var answer =
                tiphys.post(
                        PATH,
                        "{\"application\": \"nobody\"}".getBytes(UTF_8),
                        "Content-Type",
                        "application/json");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("There is no Application argocd/nobody");
    }

    @Test
    void a_request_that_names_nothing_is_told_what_to_name() {
        var answer = tiphys.post(PATH, "{}".getBytes(UTF_8), "Content-Type", "application/json");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("image-list");
    }

    private JsonNode preview(String body) {
        var answer = tiphys.post(PATH, body.getBytes(UTF_8), "Content-Type", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Tiphys.json(answer.body());
    }

    private static byte[] chart(String version) {
        return new TarGz()
                .with(
                        "web/Chart.yaml",
                        "{apiVersion: v2, name: web, version: %s}".formatted(version))
                .bytes();
    }
}
