package io.tiphys.journey;

import static io.tiphys.support.Tiphys.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.support.Deliveries;
import io.tiphys.support.EventLog;
import io.tiphys.support.Installed;
import io.tiphys.support.SampleClone;
import io.tiphys.support.SharedTiphys;
import io.tiphys.support.Tiphys;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A new tag reaches the cluster by each way that an Application can have it written: a chart's
/// values, the file of parameters, a kustomization, its own specification. Each test has tags of
/// its own: a notification that comes again is passed over.
@ExtendWith(SharedTiphys.class)
class WriteBackJourneyIT {

    private static final String APPLICATION =
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: tagged
              namespace: argocd
              annotations:
                argocd-image-updater.argoproj.io/image-list: app=registry.local/team/tagged:1.x
                argocd-image-updater.argoproj.io/write-back-method: %s
                argocd-image-updater.argoproj.io/write-back-target: "%s"
            spec:
              project: default
              source: {repoURL: "@SAMPLE@", targetRevision: main, path: tagged}
              destination: {server: "https://kubernetes.default.svc", namespace: default}
              syncPolicy: {automated: {}}
            """;

    private static final String VALUES = "# ours\nimage: {tag: \"1.0.0\"}  # by the registry\n";

    private final Tiphys tiphys;
    private final SampleClone clone;
    private final Deliveries deliveries;

    WriteBackJourneyIT(Tiphys tiphys, SampleClone clone) {
        this.tiphys = tiphys;
        this.clone = clone;
        deliveries = new Deliveries(tiphys);
    }

    @BeforeAll
    static void needTools() {
        assumeTrue(Installed.isOnPath("helm"), "needs helm");
        assumeTrue(
                Installed.isOnPath("kustomize") || Installed.isOnPath("kubectl"),
                "needs kustomize or kubectl");
    }

    @AfterEach
    void remove() throws Exception {
        tiphys.applications().withName("tagged").delete();
        eventually().until(() -> tiphys.get("/api/v1/applications/tagged").statusCode() != 200);
        tiphys.cluster().configMaps().inNamespace("default").withName("tagged").delete();
        clone.update().deleteAll("tagged").push("Remove it");
    }

    @Test
    void a_tag_goes_into_a_charts_values_and_nothing_else_does() throws Exception {
        // Given
        var before = create(chart(), "git", "helmvalues");

        // When
        notify("1.1.0");

        // Then
        var commit = clone.awaitTipAfter(before);
        var expected = clone.files(before);
        expected.replaceAll(
                (file, text) ->
                        file.endsWith(" tagged/values.yaml")
                                ? VALUES.replace("1.0.0", "1.1.0")
                                : text);
        assertThat(clone.files(commit)).isEqualTo(expected);
        awaitImage(commit, "registry.local/team/tagged:1.1.0");
    }

    @Test
    void a_tag_goes_into_the_file_of_parameters_which_is_made() throws Exception {
        // Given
        var before = create(chart(), "git", "");

        // When
        notify("1.3.0");

        // Then
        var commit = clone.awaitTipAfter(before);
        assertThat(clone.files(commit))
                .containsEntry(
                        "100644 tagged/.argocd-source-tagged.yaml",
                        """
                        helm:
                          parameters:
                          - name: image.name
                            value: registry.local/team/tagged
                            forcestring: true
                          - name: image.tag
                            value: 1.3.0
                            forcestring: true
                        """);
        awaitImage(commit, "registry.local/team/tagged:1.3.0");

        // A tag that comes before what Git says is not written, though nothing runs with it.
        notify("1.2.5");
        notify("1.4.0");
        var next = clone.awaitTipAfter(commit);
        assertThat(clone.commits(commit, next)).containsExactly(next);
        assertThat(clone.files(next).get("100644 tagged/.argocd-source-tagged.yaml"))
                .contains("value: 1.4.0");
    }

    @Test
    void a_tag_goes_into_a_kustomization() throws Exception {
        // Given
        var before = create(kustomization(), "git", "kustomization");

        // When
        notify("1.5.0");

        // Then
        var commit = clone.awaitTipAfter(before);
        assertThat(clone.files(commit))
                .containsEntry(
                        "100644 tagged/kustomization.yaml",
                        """
                        resources: [map.yaml]
                        images:
                        - name: registry.local/team/tagged # ours
                          newTag: 1.5.0
                        configurations: [images.yaml]
                        """);
        awaitImage(commit, "registry.local/team/tagged:1.5.0");
    }

    @Test
    void a_tag_goes_into_the_applications_own_parameters_and_git_stays() throws Exception {
        // Given
        var before = create(chart(), "argocd", "");

        // When
        notify("1.6.0");

        // Then
        awaitImage(before, "registry.local/team/tagged:1.6.0");
        assertThat(clone.tip()).isEqualTo(before);
        assertThat(tiphys.application("tagged").at("/spec/source/helm/parameters"))
                .isEqualTo(
                        Tiphys.json(
                                """
                                [{"name": "image.name", "value": "registry.local/team/tagged",
                                  "forceString": true},
                                 {"name": "image.tag", "value": "1.6.0", "forceString": true}]
                                """));
    }

    @Test
    void a_branch_of_its_own_is_pushed_to_and_what_is_followed_stays() throws Exception {
        // Given
        var before = create(chart(), "git", "helmvalues");
        tiphys.patch(
                "tagged",
                """
                {"metadata": {"annotations": {
                  "argocd-image-updater.argoproj.io/git-branch": "main:updates/{{ .AppName }}"}}}
                """);
        eventually()
                .until(
                        () ->
                                tiphys.application("tagged")
                                        .at("/metadata/annotations")
                                        .has("argocd-image-updater.argoproj.io/git-branch"));

        // When
        notify("1.7.0");

        // Then
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(clone.read("updates/tagged", "tagged/values.yaml"))
                                        .isEqualTo(VALUES.replace("1.0.0", "1.7.0")));
        assertThat(clone.tip()).isEqualTo(before);
    }

    @Test
    void a_file_that_cannot_be_edited_is_a_dead_letter_with_the_reason() throws Exception {
        // Given
        clone.update();
        chart().write("tagged/values.yaml", "image:\n  tag: |-\n    1.0.0\n");
        create(clone, "git", "helmvalues");

        // When
        notify("1.8.0");

        // Then
        var log = new EventLog(tiphys);
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(log.records("tiphys.dead-letters"))
                                        .anySatisfy(
                                                it ->
                                                        assertThat(
                                                                        EventLog.text(
                                                                                it.headers(),
                                                                                "dead-letter-reason"))
                                                                .contains(
                                                                        "tagged/values.yaml: line"
                                                                            + " 2: the value is"
                                                                            + " written as a block"
                                                                            + " of text")));
    }

    private SampleClone chart() throws Exception {
        return clone.update()
                .write("tagged/Chart.yaml", "{apiVersion: v2, name: t, version: 1.0.0}\n")
                .write("tagged/values.yaml", VALUES)
                .write(
                        "tagged/templates/map.yaml",
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: tagged}
                        data: {image: "registry.local/team/tagged:{{ .Values.image.tag }}"}
                        """);
    }

    private SampleClone kustomization() throws Exception {
        return clone.update()
                .write(
                        "tagged/kustomization.yaml",
                        """
                        resources: [map.yaml]
                        images:
                        - name: registry.local/team/tagged # ours
                          newTag: 1.0.0
                        configurations: [images.yaml]
                        """)
                .write("tagged/images.yaml", "images:\n- path: data/image\n  kind: ConfigMap\n")
                .write(
                        "tagged/map.yaml",
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: tagged}
                        data: {image: "registry.local/team/tagged:0.1.0"}
                        """);
    }

    /// @return the commit that has the files, and that is synced
    private String create(SampleClone files, String method, String target) throws Exception {
        var commit = files.push("Something with a tag");
        tiphys.create(APPLICATION.formatted(method, target));
        tiphys.awaitSynced("tagged", commit);
        return commit;
    }

    private void notify(String tag) {
        assertThat(deliveries.imagePushed("team/tagged", tag).statusCode()).isEqualTo(202);
    }

    private void awaitImage(String commit, String image) {
        tiphys.awaitSynced("tagged", commit);
        eventually()
                .untilAsserted(
                        () ->
                                assertThat(
                                                tiphys.cluster()
                                                        .configMaps()
                                                        .inNamespace("default")
                                                        .withName("tagged")
                                                        .get()
                                                        .getData())
                                        .isEqualTo(Map.of("image", image)));
    }
}
