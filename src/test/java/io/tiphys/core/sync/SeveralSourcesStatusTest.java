package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.model.TargetState.Origin;
import io.tiphys.core.sync.Samples.World;
import io.tiphys.core.sync.SyncDecision.Sync;
import io.tiphys.core.sync.SyncDecision.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeveralSourcesStatusTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Comparison SYNCED = new World().inSync("a").compare();

    @Test
    void an_application_with_a_list_of_sources_is_told_in_lists() {
        var web = Map.<String, Object>of("repoURL", "https://host/repo", "path", "web");
        var values = Map.<String, Object>of("repoURL", "https://host/values", "ref", "values");
        var application =
                Samples.of(
                        Sources.read(Map.of("sources", List.of(web, values))),
                        Map.of("sourceType", "Directory"));
        var revisions = List.of("abc", "def");
        var target =
                new TargetState(
                        List.of(
                                new Origin("abc", Optional.of(Source.Type.HELM), false),
                                new Origin("def", Optional.empty(), false)),
                        List.of());
        var operation =
                OperationState.begin(
                                application,
                                new Sync(revisions, true, Trigger.NEW_REVISION, "because"),
                                NOW)
                        .ended(OperationPhase.SUCCEEDED, "done", NOW);

        var status =
                ApplicationStatus.compared(
                        application,
                        Samples.health(SYNCED),
                        target,
                        List.of(),
                        Optional.of(operation),
                        NOW);

        assertThat(status)
                .containsEntry("sourceTypes", List.of("Helm", ""))
                .doesNotContainKey("sourceType");
        var told =
                List.of(
                        Json.object(status, "sync"),
                        Json.object(status, "operationState", "syncResult"),
                        Json.object(status, "operationState", "operation", "sync"),
                        Json.object(Json.array(status, "history").getFirst()));
        assertThat(told)
                .allSatisfy(it -> assertThat(it).containsEntry("revisions", revisions))
                .noneMatch(it -> it.containsKey("revision") || it.containsKey("source"));
        assertThat(
                        List.of(
                                Json.array(status, "sync", "comparedTo", "sources"),
                                Json.array(status, "operationState", "syncResult", "sources"),
                                Json.array(Json.array(status, "history").getFirst(), "sources")))
                .containsOnly(List.of(web, values));
    }
}
