package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static io.tiphys.support.Tiphys.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.EventLog;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a newcomer finds after the first command.
@ExtendWith(SharedTiphys.class)
class FirstStartIT {

    private final Tiphys tiphys;

    FirstStartIT(Tiphys tiphys) {
        this.tiphys = tiphys;
    }

    @Test
    void five_addresses_are_told_and_answer(SampleClone clone) throws Exception {
        // When
        var told = json(Files.readString(tiphys.data().resolve("endpoints.json")));

        // Then
        assertThat(told.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("api", "web", "sampleRepository", "kubeconfig", "kafka");
        for (var address : told) {
            eventually().until(() -> tiphys.log().contains(address.asText()));
        }
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                json(tiphys.get("/api/v1/applications").body())
                                                        .path("items")
                                                        .findValuesAsText("name"))
                                        .contains("guestbook", "orders"));
        assertThat(clone.read("README.md")).isNotBlank();
        assertThat(tiphys.cluster().namespaces().withName("argocd").get()).isNotNull();
        assertThat(new EventLog(tiphys).records("tiphys.commands")).isNotNull();
    }

    @Test
    void the_page_is_served() {
        // When
        var page = tiphys.send(HttpRequest.newBuilder(URI.create(tiphys.endpoint("web"))).build());

        // Then
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).contains("text/html");
        assertThat(page.body()).contains("Tiphys").contains("app.js");
        assertThat(tiphys.get("/app.js").statusCode()).isEqualTo(200);
    }

    @Test
    void health_metrics_and_version_answer() {
        eventually().until(() -> tiphys.get("/q/health").statusCode() == 200);
        assertThat(json(tiphys.get("/q/health").body()).path("status").asText()).isEqualTo("UP");
        eventually().until(() -> tiphys.get("/metrics").body().contains("argocd_app_info"));
        assertThat(json(tiphys.get("/api/version").body()).path("Version").asText())
                .startsWith("v");
    }

    @Test
    @Timeout(120)
    void the_stream_delivers_what_is_there_and_what_changes(SampleClone clone) throws Exception {
        // Given
        tiphys.awaitSynced("guestbook", clone.tip());
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        tiphys.endpoint("api")
                                                + "/api/v1/stream/applications?name=guestbook"))
                        .header("Accept", "text/event-stream")
                        .build();

        // When
        try (var lines = tiphys.http().send(request, BodyHandlers.ofLines()).body()) {
            var events = lines.filter(line -> line.startsWith("data:")).iterator();
            var first = json(events.next().substring("data:".length()));
            var commit =
                    clone.edit("guestbook/configmap.yaml", text -> text + "\n# streamed\n")
                            .push("Say something");

            // Then
            assertThat(first.at("/result/application/metadata/name").asText())
                    .isEqualTo("guestbook");
            var revision = "";
            while (!revision.equals(commit)) {
                var event = json(events.next().substring("data:".length()));
                revision = event.at("/result/application/status/sync/revision").asText();
            }
        }
    }
}
