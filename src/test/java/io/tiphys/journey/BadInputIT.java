package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static io.tiphys.support.Tiphys.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.support.Deliveries;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What is wrong is told to whoever can mend it, and its neighbours go on.
@ExtendWith(SharedTiphys.class)
class BadInputIT {

    private static final byte[] PUSH =
            Deliveries.push("http://127.0.0.1/none.git", "0".repeat(40), "1".repeat(40));

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final Deliveries deliveries;

    BadInputIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
    }

    @Test
    void a_wrong_signature_is_refused() {
        assertRefused(
                deliveries.fromGitHub("d", PUSH, "sha256=" + "0".repeat(64)),
                401,
                "X-Hub-Signature-256",
                "webhook.github.secret");
    }

    @Test
    void a_cut_off_body_is_refused_though_it_is_signed() {
        assertRefused(
                deliveries.fromGitHub("d", Arrays.copyOf(PUSH, PUSH.length / 2)), 400, "JSON");
    }

    @Test
    void a_body_of_60_megabytes_is_refused() {
        assertRefused(
                deliveries.fromGitHub("d", new byte[60 * 1024 * 1024], "sha256=0"), 413, "larger");
    }

    @Test
    void a_body_that_is_nested_without_end_is_refused_though_it_is_signed() {
        var body = ("{\"other\": " + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);

        assertRefused(deliveries.fromGitHub("d", body), 400, "nested");
    }

    @Test
    void headers_of_40_kilobytes_are_refused() {
        var answer = tiphys.post(Deliveries.GIT_HOST, PUSH, "X-GitHub-Event", "p".repeat(40_000));

        assertThat(answer.statusCode()).isEqualTo(431);
    }

    @Test
    void an_unknown_git_host_is_refused() {
        assertRefused(
                tiphys.post(Deliveries.GIT_HOST, PUSH, "X-Nobody-Event", "push"),
                400,
                "X-GitHub-Event");
    }

    @Test
    void an_unknown_registry_is_refused() {
        assertRefused(
                tiphys.post("/api/registry-webhook/nobody", "{}".getBytes(StandardCharsets.UTF_8)),
                404,
                "distribution");
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer.body()).path("message").asText()).contains(words);
    }

    @Test
    void a_repository_that_does_not_exist_is_named() throws Exception {
        var none = tiphys.endpoint("sampleRepository").replace("/sample.git", "/none.git");
        create("no-repository", none, "main", "guestbook", "");
        assertCondition("no-repository", "ComparisonError", none, "no Git repository");
        neighboursGoOn();
    }

    @Test
    void a_path_that_does_not_exist_is_named_and_heals_when_it_is_made() throws Exception {
        create("no-path", "@SAMPLE@", "main", "not-yet", "");
        assertCondition("no-path", "ComparisonError", "not-yet");
        neighboursGoOn();

        // When
        var commit =
                clone.update().write("not-yet/map.yaml", configMap("late")).push("Make the path");

        // Then
        tiphys.awaitSynced("no-path", commit);
        assertThat(tiphys.application("no-path").at("/status/conditions")).isEmpty();
    }

    @Test
    void a_file_that_does_not_parse_is_named_with_its_line_and_heals() throws Exception {
        clone.branch("broken")
                .write("broken/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [}\n")
                .push("Break a file");
        create("no-yaml", "@SAMPLE@", "broken", "broken", "");
        assertCondition("no-yaml", "ComparisonError", "map.yaml", "line 3");

        // When
        var commit = clone.write("broken/map.yaml", configMap("mended")).push("Mend it");

        // Then
        tiphys.awaitSynced("no-yaml", commit);
    }

    @Test
    void neighbours_of_a_file_that_does_not_parse_go_on() throws Exception {
        clone.branch("broken-too")
                .write("broken/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: [\n")
                .push("Break a file");
        create("no-yaml-either", "@SAMPLE@", "broken-too", "broken", "");
        assertCondition("no-yaml-either", "ComparisonError", "map.yaml");
        try (var other = tiphys.cloneSample()) {
            neighboursGoOn(other);
        }
    }

    @Test
    void a_destination_that_is_not_known_is_named() throws Exception {
        var application = yaml("no-cluster", "@SAMPLE@", "main", "guestbook", "");
        tiphys.create(
                application.replace("https://kubernetes.default.svc", "https://elsewhere:6443"));
        assertCondition(
                "no-cluster", "InvalidSpecError", "cluster .https://elsewhere:6443. not found");
        neighboursGoOn();
    }

    @Test
    void a_tool_that_is_not_supported_is_named() throws Exception {
        create("no-plugin", "@SAMPLE@", "main", "guestbook", "plugin: {name: x}");
        assertCondition("no-plugin", "ComparisonError", "spec.source.plugin.name", "none is x");
        neighboursGoOn();
    }

    private void neighboursGoOn() throws Exception {
        neighboursGoOn(clone.update());
    }

    private void neighboursGoOn(SampleClone other) throws Exception {
        var commit =
                other.edit("guestbook/configmap.yaml", text -> text + "# and on\n")
                        .edit("api/service.yaml", text -> text + "# and on\n")
                        .push("Go on");
        tiphys.awaitSynced("guestbook", commit);
        tiphys.awaitSynced("orders", commit);
    }

    private void assertCondition(String name, String type, String... words) {
        eventually()
                .untilAsserted(
                        () -> {
                            var status = tiphys.application(name).path("status");
                            assertThat(status.at("/sync/status").asText()).isEqualTo("Unknown");
                            var condition = status.at("/conditions/0");
                            assertThat(condition.path("type").asText()).isEqualTo(type);
                            for (var word : words) {
                                assertThat(condition.path("message").asText())
                                        .containsPattern(word);
                            }
                        });
    }

    private void create(String name, String repository, String revision, String path, String tool) {
        tiphys.create(yaml(name, repository, revision, path, tool));
    }

    private static String yaml(
            String name, String repository, String revision, String path, String tool) {
        return """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: %1$s
          namespace: argocd
        spec:
          project: default
          source:
            repoURL: "%2$s"
            targetRevision: %3$s
            path: %4$s
            %5$s
          destination:
            server: https://kubernetes.default.svc
            namespace: %1$s
          syncPolicy:
            automated: {}
            syncOptions: [CreateNamespace=true]
        """
                .formatted(name, repository, revision, path, tool);
    }

    private static String configMap(String name) {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: %s
        """
                .formatted(name);
    }
}
