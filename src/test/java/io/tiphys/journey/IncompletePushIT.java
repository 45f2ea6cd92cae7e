package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static io.tiphys.support.Tiphys.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Where a Git host does not say which files a push changed, Git is asked, and who declared other
/// paths is left alone.
@ExtendWith(SharedTiphys.class)
class IncompletePushIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: %1$s
              namespace: argocd
              annotations: {argocd.argoproj.io/manifest-generate-paths: .}
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", path: %1$s, targetRevision: main}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
            """;

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final Deliveries deliveries;
    private final EventLog log;

    IncompletePushIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
        log = new EventLog(tiphys);
    }

    @Test
    void only_those_whose_files_changed_are_refreshed() throws Exception {
        // Given
        var start =
                clone.write("one/map.yaml", map("one", 0))
                        .write("two/map.yaml", map("two", 0))
                        .push("Two folders");
        tiphys.create(APPLICATION.formatted("one"));
        tiphys.create(APPLICATION.formatted("two"));
        eventually().until(() -> tiphys.application("two").at("/status/sync").has("status"));
        var ofOne = clone.write("one/map.yaml", map("one", 1)).push("Change one");
        var ofTwo = clone.write("two/map.yaml", map("two", 1)).push("Change two");
        // Until the host's own deliveries are handled, nobody here knows these commits.
        eventually()
                .until(
                        () ->
                                tiphys.application("two")
                                        .at("/status/sync/revision")
                                        .asText()
                                        .equals(ofTwo));

        // When
        var first = UUID.randomUUID().toString();
        var second = UUID.randomUUID().toString();
        assertThat(pushed(first, ofOne, start)).isEqualTo(202);
        assertThat(pushed(second, ofTwo, ofOne)).isEqualTo(202);

        // Then
        eventually().until(() -> causes("one").contains(first + ":refs/heads/main"));
        eventually().until(() -> causes("two").contains(second + ":refs/heads/main"));
        assertThat(causes("two")).doesNotContain(first + ":refs/heads/main");
        assertThat(causes("one")).doesNotContain(second + ":refs/heads/main");
    }

    /// Back again: a move that the sample's own host reported already would be a repetition.
    private int pushed(String delivery, String before, String after) {
        var body = Deliveries.push(tiphys.endpoint("sampleRepository"), before, after);
        return deliveries.fromGitHub(delivery, body).statusCode();
    }

    /// The events for which an Application was refreshed.
    private List<String> causes(String application) {
        return log.records("tiphys.commands").stream()
                .filter(it -> it.key().equals("argocd/" + application))
                .map(it -> json(new String(it.value(), StandardCharsets.UTF_8)))
                .map(it -> it.path("cause").asText())
                .toList();
    }

    private static String map(String name, int value) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: incomplete-%s}
        data: {value: "%d"}
        """
                .formatted(name, value);
    }
}
