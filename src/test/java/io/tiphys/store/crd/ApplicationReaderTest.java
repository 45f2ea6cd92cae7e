package io.tiphys.store.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tiphys.core.model.Application;
import io.tiphys.core.model.Application.LastOperation;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.NamespaceMetadata;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Source.Directory;
import io.tiphys.core.model.SyncPolicy.Automated;
import io.tiphys.core.model.SyncPolicy.Manual;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ApplicationReaderTest {

    private static final String SOURCE = "source: {repoURL: 'https://h/r'}";
    private static final String DESTINATION = "destination: {name: in-cluster, namespace: shop}";

    @Test
    void a_full_specification_is_read() {
        var application =
                read(
                        """
                        project: team
                        source: {repoURL: 'https://h/r', path: web, targetRevision: 1.x, tagPrefix: web-,
                          directory: {recurse: true, include: '*.yaml', exclude: 'x*'}}
                        destination: {server: 'https://kubernetes.default.svc', namespace: shop}
                        syncPolicy:
                          automated: {prune: true, selfHeal: true, allowEmpty: true}
                          syncOptions: [CreateNamespace=true]
                        revisionHistoryLimit: 3
                        """);

        assertThat(application.id()).isEqualTo(new ApplicationId("argocd", "shop"));
        assertThat(application.resourceVersion()).isEqualTo("7");
        assertThat(application.project()).isEqualTo("team");
        var source = application.sources().all().getFirst();
        assertThat(source.repoUrl()).isEqualTo("https://h/r");
        assertThat(source.path()).isEqualTo("web");
        assertThat(source.targetRevision()).isEqualTo("1.x");
        assertThat(source.tagPrefix()).isEqualTo("web-");
        assertThat(source.options()).contains(Directory.of(true, "*.yaml", "x*"));
        assertThat(application.destination())
                .isEqualTo(new Destination(Destination.IN_CLUSTER, "", "shop"));
        assertThat(application.syncPolicy()).isEqualTo(new Automated(true, true, true));
        assertThat(application.syncOptions()).containsExactly("CreateNamespace=true");
        assertThat(application.historyLimit()).isEqualTo(3);
    }

    @Test
    void what_is_left_out_has_argo_cds_defaults() {
        var application = read(SOURCE + "\n" + DESTINATION);

        assertThat(application.project()).isEqualTo("default");
        assertThat(application.sources().all().getFirst().targetRevision()).isEqualTo("HEAD");
        assertThat(application.sources().all().getFirst().options()).isEmpty();
        assertThat(application.syncPolicy()).isEqualTo(new Manual());
        assertThat(application.operation()).isEmpty();
        assertThat(application.status()).isEqualTo(Application.Status.EMPTY);
        assertThat(application.historyLimit()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                       | manual",
                "{syncOptions: [a]}                       | manual",
                "{automated: null}                        | manual",
                "{automated: {enabled: false, prune: true}} | manual",
                "{automated: {}}                          | plain",
                "{automated: {enabled: true}}             | plain",
                "{automated: {prune: true}}               | prune",
                "{automated: {selfHeal: true}}            | heal",
                "{automated: {allowEmpty: true}}          | empty",
            })
    void an_application_is_automated_if_it_says_so(String policy, String expected) {
        var read = read(SOURCE + "\n" + DESTINATION + "\nsyncPolicy: " + policy).syncPolicy();

        assertThat(read)
                .isEqualTo(
                        switch (expected) {
                            case "manual" -> new Manual();
                            case "plain" -> new Automated(false, false, false);
                            case "prune" -> new Automated(true, false, false);
                            case "heal" -> new Automated(false, true, false);
                            default -> new Automated(false, false, true);
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "source: {repoURL: 'https://h/c', chart: web}                  | false | * |",
                "source: {repoURL: 'https://h/c', chart: web, path: x}         | false | * |",
                "source: {repoURL: 'h:1/c', chart: web, targetRevision: 1.x}   | false | 1.x |",
                "source: {repoURL: 'oci://h/c', path: x, targetRevision: main} | false | main | x",
                "source: {repoURL: 'https://h/r', path: x}                     | true | HEAD | x",
            })
    void charts_and_artefacts_are_none_of_gits(
            String source, boolean git, String revision, String path) {
        var read = read(source + "\n" + DESTINATION).sources().all().getFirst();

        assertThat(read.isGit()).isEqualTo(git);
        assertThat(read.targetRevision()).isEqualTo(revision);
        assertThat(read.path()).isEqualTo(path == null ? "" : path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sources: [{repoURL: a}, {path: a}] | spec.sources[1].repoURL is required",
                "sources: [text] | spec.sources[0].repoURL is required",
                "sources: [{repoURL: a, ref: b/c}] | spec.sources[0].ref may only have letters",
                "sources: [{repoURL: a, ref: b}, {repoURL: c, ref: b}] | spec.sources[1].ref: 'b'"
                        + " names another",
                "source: {path: a}       | spec.source.repoURL is required",
                "source: {repoURL: ' '}  | spec.source.repoURL is required",
                "source: text            | spec.source.repoURL is required",
                "source: {repoURL: a, chart: [b]} | spec.source.chart must be a string",
                "source: {repoURL: a, path: 1} | spec.source.path must be a string",
                "source: {repoURL: a, helm: [], kustomize: {}} | spec.source names several tools",
                "source: {repoURL: a, helm: []} | spec.source.helm must be an object",
                "source: {repoURL: a, helm: {skipCrds: 1}} | spec.source.helm.skipCrds must be"
                        + " true",
                "source: {repoURL: a, helm: {valueFiles: a}} | spec.source.helm.valueFiles must be"
                        + " a",
                "source: {repoURL: a, helm: {valueFiles: [1]}} | must be a list of strings",
                "source: {repoURL: a, helm: {parameters: [1]}} | helm.parameters[] must be an"
                        + " object",
                "source: {repoURL: a, kustomize: {replicas: [{count: a}]}} | count must be a whole",
            })
    void a_source_that_cannot_be_rendered_is_refused(String source, String message) {
        assertThatThrownBy(() -> read(source + "\n" + DESTINATION))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_destination_is_read_as_it_stands() {
        var destination = read(SOURCE + "\ndestination: {server: a, name: b}").destination();

        assertThat(destination).isEqualTo(new Destination("a", "b", ""));
        assertThat(read(SOURCE + "\ndestination: text").destination())
                .isEqualTo(new Destination("", "", ""));
    }

    @Test
    void a_requested_operation_is_read_as_it_was_written() {
        var application =
                readAll(
                        """
                        spec: {%s, %s}
                        operation:
                          sync: {revision: abc, prune: true, dryRun: true}
                          initiatedBy: {username: ada}
                        """
                                .formatted(SOURCE, DESTINATION));

        var operation = application.operation().orElseThrow();
        assertThat(operation.revisions()).containsExactly("abc");
        assertThat(operation.prune()).isTrue();
        assertThat(operation.dryRun()).isTrue();
        assertThat(operation.initiatedBy()).containsEntry("username", "ada");
        assertThat(operation.tree()).containsKeys("sync", "initiatedBy");
    }

    @Test
    void what_the_status_remembers_is_read() {
        var application =
                readAll(
                        """
                        spec: {%s, %s}
                        status:
                          resources: [{version: v1, kind: Secret, namespace: shop, name: s}]
                          operationState:
                            phase: Failed
                            message: refused
                            operation: {sync: {revision: asked}}
                            syncResult: {revision: abc}
                        """
                                .formatted(SOURCE, DESTINATION));

        assertThat(application.status().resources())
                .containsExactly(new ResourceKey("", "Secret", "shop", "s"));
        assertThat(application.status().lastOperation())
                .contains(new LastOperation("Failed", List.of("abc"), List.of(), "refused"));
    }

    @Test
    void a_list_of_sources_counts_alone() {
        var application =
                read(
                        SOURCE
                                + """

                                sources:
                                - {repoURL: https://h/charts, path: shop}
                                - {repoURL: https://h/values, ref: values}
                                """
                                + DESTINATION);

        assertThat(application.sources().listed()).isTrue();
        assertThat(application.sources().all())
                .extracting(Source::repoUrl, Source::path, Source::ref)
                .containsExactly(
                        tuple("https://h/charts", "shop", ""),
                        tuple("https://h/values", "", "values"));
    }

    @Test
    void an_operation_may_name_sources_of_its_own() {
        var one = operation("{source: {repoURL: 'https://h/old', path: a}, sources: []}");
        assertThat(one.sources().orElseThrow().listed()).isFalse();
        assertThat(one.sources().orElseThrow().all())
                .extracting(Source::repoUrl)
                .containsExactly("https://h/old");
        assertThat(one.deviates()).isTrue();

        var several = operation("{sources: [{repoURL: 'https://h/a'}, {repoURL: 'https://h/b'}]}");
        assertThat(several.sources().orElseThrow().listed()).isTrue();
        assertThat(several.sources().orElseThrow().all())
                .extracting(Source::repoUrl)
                .containsExactly("https://h/a", "https://h/b");

        assertThat(operation("{prune: true}").deviates()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {source: {path: a}}      | operation.sync.source.repoURL is required
                    {sources: [{path: a}]}   | operation.sync.sources[0].repoURL is required
                    """)
    void an_operation_that_cannot_be_done_is_named(String sync, String words) {
        assertThatThrownBy(() -> operation(sync))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(words);
    }

    @Test
    void an_operation_may_bring_manifests_unless_automated_sync_would_undo_them() {
        assertThat(operation("{manifests: ['{}']}").deviates()).isTrue();

        var automated =
                "spec: {%s, %s, syncPolicy: {automated: {}}}\noperation: {sync: %%s}\n"
                        .formatted(SOURCE, DESTINATION);
        assertThat(readAll(automated.formatted("{manifests: ['{}'], dryRun: true}")).operation())
                .isPresent();
        assertThatThrownBy(() -> readAll(automated.formatted("{manifests: ['{}']}")))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(
                        "cannot use local sync when Automatic Sync Policy is enabled");
    }

    @Test
    void metadata_of_the_namespace_is_read() {
        var managed =
                "spec: {%s, %s, syncPolicy: {managedNamespaceMetadata: %%s}}\n"
                        .formatted(SOURCE, DESTINATION);

        assertThat(
                        readAll(managed.formatted("{labels: {a: b, n: 5}, annotations: {c: d}}"))
                                .namespaceMetadata())
                .contains(new NamespaceMetadata(Map.of("a", "b"), Map.of("c", "d")));
        assertThat(readAll(managed.formatted("{}")).namespaceMetadata())
                .contains(new NamespaceMetadata(Map.of(), Map.of()));
        assertThat(readAll("spec: {%s, %s}\n".formatted(SOURCE, DESTINATION)).namespaceMetadata())
                .isEmpty();
    }

    private static Application.Operation operation(String sync) {
        return readAll(
                        "spec: {%s, %s}\noperation: {sync: %s}\n"
                                .formatted(SOURCE, DESTINATION, sync))
                .operation()
                .orElseThrow();
    }

    @Test
    void operations_of_lists_have_lists_of_revisions() {
        var application =
                readAll(
                        """
                        spec: {%s, %s}
                        operation: {sync: {revision: ignored, revisions: [a, b]}}
                        status:
                          operationState:
                            phase: Succeeded
                            syncResult:
                              revisions: [c, d]
                              sources: [{repoURL: x}, {repoURL: y}]
                        """
                                .formatted(SOURCE, DESTINATION));

        assertThat(application.operation().orElseThrow().revisions()).containsExactly("a", "b");
        var last = application.status().lastOperation().orElseThrow();
        assertThat(last.revisions()).containsExactly("c", "d");
        assertThat(last.sources()).containsExactly(Map.of("repoURL", "x"), Map.of("repoURL", "y"));
    }

    private static Application read(String spec) {
        return readAll("spec:\n" + spec.indent(2));
    }

    private static Application readAll(String yaml) {
        var metadata = "metadata: {name: shop, namespace: argocd, resourceVersion: '7'}\n";
        return ApplicationReader.read(
                Json.object(
                        new Load(LoadSettings.builder().build()).loadFromString(metadata + yaml)));
    }
}
