package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static io.tiphys.support.Tiphys.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.EventLog;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// An Application whose `targetRevision` is a constraint follows the tags that the host tells of.
@ExtendWith(SharedTiphys.class)
class TagTrackingIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: %1$s, namespace: argocd}
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", path: %1$s, targetRevision: %2$s, tagPrefix: %1$s-}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final EventLog log;

    TagTrackingIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
        log = new EventLog(tiphys);
    }

    @Test
    void the_newest_tag_is_what_runs_and_only_who_allows_it_is_asked() throws Exception {
        // Given
        var first = commit(1);
        clone.pushTag("tracked-1.0.0");
        clone.pushTag("other-2.0.0");
        tiphys.create(APPLICATION.formatted("tracked", "1.x"));
        tiphys.create(APPLICATION.formatted("other", "2.x"));
        tiphys.awaitSynced("tracked", first);
        tiphys.awaitSynced("other", first);

        // When
        var second = commit(2);
        clone.pushTag("tracked-1.1.0");

        // Then
        tiphys.awaitSynced("tracked", second);
        assertThat(value()).isEqualTo("2");
        assertThat(refs("tracked")).contains("refs/tags/tracked-1.1.0");

        // When
        var third = commit(3);
        clone.pushTag("tracked-2.0.0");
        clone.pushTag("other-2.1.0");

        // Then
        tiphys.awaitSynced("other", third);
        assertThat(refs("tracked")).doesNotContain("refs/tags/tracked-2.0.0");
        assertThat(refs("other")).doesNotContain("refs/tags/tracked-1.1.0");

        // When
        clone.deleteTag("tracked-1.1.0");

        // Then
        eventually()
                .until(
                        () ->
                                tiphys.application("tracked")
                                        .at("/status/sync/revision")
                                        .asText()
                                        .equals(first));
    }

    private String commit(int value) throws Exception {
        return clone.write("tracked/map.yaml", map("tracked", value))
                .write("other/map.yaml", map("other", value))
                .push("Value " + value);
    }

    private static String map(String name, int value) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s}
        data: {value: "%d"}
        """
                .formatted(name, value);
    }

    private String value() {
        return tiphys.cluster()
                .configMaps()
                .inNamespace("default")
                .withName("tracked")
                .get()
                .getData()
                .get("value");
    }

    /// The refs whose pushes an Application was refreshed for.
    private List<String> refs(String application) {
        var causes =
                log.records("tiphys.commands").stream()
                        .filter(it -> it.key().equals("argocd/" + application))
                        .map(it -> json(new String(it.value(), StandardCharsets.UTF_8)))
                        .map(it -> it.path("cause").asText())
                        .filter(it -> !it.isEmpty())
                        .toList();
        return log.records("tiphys.git-events").stream()
                .map(it -> new String(it.value(), StandardCharsets.UTF_8))
                // Others write what is no event.
                .filter(it -> causes.stream().anyMatch(it::contains))
                .map(Tiphys::json)
                .filter(it -> causes.contains(it.path("id").asText()))
                .map(it -> it.path("ref").asText())
                .toList();
    }
}
