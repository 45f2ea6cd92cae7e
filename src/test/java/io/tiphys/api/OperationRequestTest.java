package io.tiphys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tiphys.core.model.Json;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.crd.ApplicationReader;
import jakarta.ws.rs.WebApplicationException;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What a caller's wish becomes in the custom resource.
class OperationRequestTest {

    private static final String ONE =
            "source: {repoURL: 'https://h/r', path: a, targetRevision: main}";
    private static final String TWO =
            "sources: [{repoURL: 'https://h/r', path: a}, {repoURL: 'https://h/s', path: b}]";
    private static final String AUTOMATED = "syncPolicy: {automated: {}}";

    private static final String HISTORY =
            """
            history:
            - {id: 3, revision: abc, source: {repoURL: 'https://h/old', path: a}}
            - {id: 4, revisions: [abc, def], sources: [{repoURL: 'https://h/r', path: a}, {repoURL: 'https://h/s', path: b}]}
            - {id: 5, revision: abc}
            """;

    @Test
    void a_sync_takes_over_what_is_asked() {
        var asked =
                yaml(
                        """
                        name: web
                        revision: abc
                        prune: true
                        dryRun: true
                        strategy: {hook: {force: true}}
                        resources: [{group: apps, kind: Deployment, name: web}]
                        syncOptions: {items: [Replace=true]}
                        retryStrategy: {limit: 2}
                        infos: [{name: why, value: a test}]
                        """);

        assertThat(OperationRequest.sync(entry(ONE, "", ""), asked))
                .isEqualTo(
                        yaml(
                                """
                                sync:
                                  revision: abc
                                  prune: true
                                  dryRun: true
                                  syncOptions: [Replace=true]
                                  syncStrategy: {hook: {force: true}}
                                  resources: [{group: apps, kind: Deployment, name: web}]
                                initiatedBy: {}
                                info: [{name: why, value: a test}]
                                retry: {limit: 2}
                                """));
    }

    @Test
    void a_sync_without_a_wish_is_of_the_applications_own() {
        assertThat(OperationRequest.sync(entry(ONE, "", ""), Map.of()))
                .isEqualTo(yaml("{sync: {}, initiatedBy: {}}"));
    }

    @Test
    void a_sync_is_tried_again_as_the_application_says() {
        var entry = entry(ONE, "syncPolicy: {retry: {limit: 3, backoff: {duration: 1m}}}", "");

        assertThat(OperationRequest.sync(entry, Map.of()))
                .containsEntry("retry", yaml("{limit: 3, backoff: {duration: 1m}}"));
    }

    @Test
    void of_several_sources_those_at_their_places_are_named() {
        var asked = yaml("{sourcePositions: ['2'], revisions: [v1]}");

        assertThat(OperationRequest.sync(entry(TWO, "", ""), asked))
                .isEqualTo(yaml("{sync: {revisions: ['', v1]}, initiatedBy: {}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{sourcePositions: [3], revisions: [v1]}",
                "{sourcePositions: [0], revisions: [v1]}",
                "{sourcePositions: [x], revisions: [v1]}"
            })
    void a_place_that_there_is_not_is_refused(String asked) {
        assertThat(refusal(() -> OperationRequest.sync(entry(TWO, "", ""), yaml(asked))))
                .isEqualTo("source position is out of range");
    }

    @Test
    void places_and_revisions_go_together() {
        assertThat(
                        refusal(
                                () ->
                                        OperationRequest.sync(
                                                entry(TWO, "", ""), yaml("revisions: [v1]"))))
                .isEqualTo("source positions and revisions must be of the same number");
    }

    @Test
    void an_automated_application_is_synced_to_nothing_but_its_own() {
        assertThat(
                        refusal(
                                () ->
                                        OperationRequest.sync(
                                                entry(ONE, AUTOMATED, ""), yaml("revision: v1"))))
                .isEqualTo("Cannot sync to v1: auto-sync currently set to main");
        assertThat(
                        refusal(
                                () ->
                                        OperationRequest.sync(
                                                entry(TWO, AUTOMATED, ""),
                                                yaml("{sourcePositions: [2], revisions: [v1]}"))))
                .isEqualTo("Cannot sync source https://h/s to v1: auto-sync currently set to HEAD");
        assertThat(OperationRequest.sync(entry(ONE, AUTOMATED, ""), yaml("revision: main")))
                .isNotEmpty();
        assertThat(
                        OperationRequest.sync(
                                entry(ONE, AUTOMATED, ""), yaml("{revision: v1, dryRun: true}")))
                .isNotEmpty();
        assertThat(
                        refusal(
                                () ->
                                        OperationRequest.sync(
                                                entry(ONE, AUTOMATED, ""),
                                                yaml("manifests: ['{}']"))))
                .startsWith("cannot use local sync when Automatic Sync Policy is enabled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{id: 3, prune: true}", "{id: '3', prune: true}"})
    void a_rollback_is_a_sync_of_what_was_deployed(String asked) {
        assertThat(OperationRequest.rollback(entry(ONE, "", HISTORY), yaml(asked)))
                .isEqualTo(
                        yaml(
                                """
                                sync:
                                  revision: abc
                                  source: {repoURL: 'https://h/old', path: a}
                                  prune: true
                                  syncStrategy: {apply: {}}
                                initiatedBy: {}
                                """));
    }

    @Test
    void a_rollback_of_several_sources_names_them_all() {
        var sync =
                Json.object(
                        OperationRequest.rollback(
                                entry(TWO, "", HISTORY), yaml("{id: 4, dryRun: true}")),
                        "sync");

        assertThat(Json.array(sync, "revisions")).containsExactly("abc", "def");
        assertThat(Json.array(sync, "sources")).hasSize(2);
        assertThat(sync).containsEntry("dryRun", true).doesNotContainKeys("revision", "source");
    }

    @Test
    void a_rollback_that_cannot_be_is_refused() {
        assertThat(
                        refusal(
                                () ->
                                        OperationRequest.rollback(
                                                entry(ONE, AUTOMATED, HISTORY), yaml("id: 3"))))
                .isEqualTo("rollback cannot be initiated when auto-sync is enabled");
        assertThat(refusal(() -> OperationRequest.rollback(entry(ONE, "", HISTORY), yaml("id: 9"))))
                .isEqualTo("application argocd/web does not have deployment with id 9");
        assertThat(refusal(() -> OperationRequest.rollback(entry(ONE, "", HISTORY), yaml("id: 5"))))
                .startsWith("The history does not say of what deployment 5 was");
    }

    @Test
    void an_application_whose_automation_is_switched_off_is_rolled_back() {
        var off = "syncPolicy: {automated: {enabled: false}}";

        assertThat(OperationRequest.rollback(entry(ONE, off, HISTORY), yaml("id: 3"))).isNotEmpty();
    }

    private static String refusal(Supplier<Map<String, Object>> request) {
        var refused = catchThrowableOfType(WebApplicationException.class, request::get);
        assertThat(refused.getResponse().getStatus()).isEqualTo(400);
        return refused.getMessage();
    }

    private static Entry.Valid entry(String sources, String policy, String status) {
        var tree =
                yaml(
                        """
                        metadata: {name: web, namespace: argocd}
                        spec:
                          destination: {server: 'https://kubernetes.default.svc'}
                          %s
                          %s
                        status:
                          %s
                        """
                                .formatted(sources, policy, status.indent(2).strip()));
        return new Entry.Valid(ApplicationReader.read(tree), tree);
    }

    private static Map<String, Object> yaml(String text) {
        return Json.object(new Load(LoadSettings.builder().build()).loadFromString(text));
    }
}
