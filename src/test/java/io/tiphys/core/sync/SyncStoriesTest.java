package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.sync.SyncDecision.Trigger;
import io.tiphys.core.sync.TargetResources.Warning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Syncs from their first run to the last, as files that tell what is to be there, what is, and
/// what happens; see the README beside them.
class SyncStoriesTest {

    private static final Path CASES = Path.of("src/test/resources/golden/sync");

    private static final Map<String, String> API_VERSIONS =
            Map.of(
                    "Deployment", "apps/v1",
                    "Job", "batch/v1",
                    "NetworkPolicy", "networking.k8s.io/v1",
                    "CustomResourceDefinition", "apiextensions.k8s.io/v1",
                    "Widget", "x.org/v1");

    private static final Map<String, String> ANNOTATIONS =
            Map.of(
                    "wave", Annotations.SYNC_WAVE,
                    "hook", Annotations.HOOK,
                    "policy", Annotations.HOOK_DELETE_POLICY,
                    "helm", Annotations.HELM_HOOK,
                    "helm-policy", Annotations.HELM_HOOK_DELETE_POLICY,
                    "weight", Annotations.HELM_HOOK_WEIGHT,
                    "options", Annotations.SYNC_OPTIONS,
                    "run", Annotations.HOOK_RUN,
                    "resource-policy", Annotations.HELM_RESOURCE_POLICY);

    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        return cases().stream().map(it -> DynamicTest.dynamicTest(name(it), () -> check(read(it))));
    }

    @Test
    void there_are_many_cases_and_each_says_what_it_shows() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(100);
        for (var one : cases()) {
            assertThat(Json.string(read(one), "says")).as(name(one)).isNotEmpty();
        }
    }

    static List<Path> cases() throws IOException {
        try (var folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory)
                    .map(it -> it.resolve("story.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path story) {
        return story.getName(story.getNameCount() - 2).toString();
    }

    static Map<String, Object> read(Path story) throws IOException {
        return Json.object(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(story)));
    }

    private static void check(Map<String, Object> story) {
        var cluster = cluster(story);
        var runs = runs(story, cluster);
        assertThat(OperationRuns.prepared(runs.rendered).warnings())
                .extracting(Warning::message)
                .isEqualTo(Json.array(story, "warnings"));
        for (var scene : Json.array(story, "story")) {
            Json.object(scene).forEach((what, how) -> play(what, how, runs, cluster));
        }
    }

    private static void play(String what, Object how, OperationRuns runs, FakeCluster cluster) {
        switch (what) {
            case "run" -> {
                runs.run();
                assertThat(runs.deeds).isEqualTo(how);
            }
            case "killed" -> killed(Json.array(how), runs);
            case "results" -> assertThat(results(runs)).isEqualTo(how);
            case "terminate" ->
                    runs.status = Json.with(runs.status, "Terminating", "operationState", "phase");
            case "seconds" -> runs.now = runs.now.plusSeconds(((Number) how).longValue());
            case "approved" ->
                    runs.approval = Approval.of(Map.of(Annotations.DELETION_APPROVED, "" + how));
            case "refused" -> cluster.refuse(String.valueOf(how));
            case "not refused" -> cluster.accept(String.valueOf(how));
            case "revision" -> runs.newest = String.valueOf(how);
            case "synced" ->
                    assertThat(runs.state().orElseThrow().revisions()).isEqualTo(List.of(how));
            case "refused unseen" -> cluster.refuseUnseen(String.valueOf(how));
            case "target" -> runs.rendered = manifests(Json.array(how));
            case "there" ->
                    assertThat(Json.array(how))
                            .allSatisfy(it -> assertThat(cluster.has((String) it)).isTrue());
            case "not there" ->
                    assertThat(Json.array(how))
                            .allSatisfy(it -> assertThat(cluster.has((String) it)).isFalse());
            default -> cluster.happens(what, String.valueOf(how));
        }
    }

    /// After some writes to the cluster, and before the next thing that lasts.
    private static void killed(List<Object> writes, OperationRuns runs) {
        boolean goesOn = OperationState.underWay(runs.application()).isPresent();
        runs.killedAfter = writes.size() + (goesOn ? 0 : 1);
        assertThatExceptionOfType(OperationRuns.Killed.class).isThrownBy(runs::run);
        runs.killedAfter = Integer.MAX_VALUE;
        assertThat(runs.deeds)
                .filteredOn(it -> it.matches("(apply|run|prune|delete) .*"))
                .isEqualTo(writes);
    }

    /// Each as `Kind/name` or, of a hook, `Kind/name phase`, with what is said of it.
    private static Map<String, Object> results(OperationRuns runs) {
        var results = new LinkedHashMap<String, Object>();
        for (var result : Json.array(runs.status, "operationState", "syncResult", "resources")) {
            var hook = Json.string(result, "hookType");
            var progress = Json.string(result, "hookPhase");
            results.put(
                    Json.string(result, "kind")
                            + "/"
                            + Json.string(result, "name")
                            + (hook.isEmpty() ? "" : " " + hook),
                    Json.string(result, "status") + (progress.isEmpty() ? "" : ", " + progress));
        }
        return results;
    }

    static FakeCluster cluster(Map<String, Object> story) {
        var cluster = new FakeCluster();
        for (var manifest : manifests(Json.array(story, "live"))) {
            cluster.put(
                    new io.tiphys.core.model.TrackingId(
                                    Json.strings(story, "tracked-by")
                                            .getOrDefault(
                                                    FakeCluster.name(manifest.key()),
                                                    OperationRuns.APPLICATION),
                                    manifest.key())
                            .stamp(manifest)
                            .object());
        }
        for (var healthy : Json.array(story, "healthy")) {
            cluster.happens((String) healthy, "healthy");
        }
        return cluster;
    }

    static OperationRuns runs(Map<String, Object> story, FakeCluster cluster) {
        var options = new LinkedHashSet<String>();
        Json.array(story, "options").forEach(it -> options.add((String) it));
        var runs =
                new OperationRuns(
                        cluster,
                        manifests(Json.array(story, "target")),
                        Set.copyOf(options),
                        Json.bool(story, "self-heal") ? Trigger.SELF_HEAL : Trigger.NEW_REVISION,
                        !Boolean.FALSE.equals(story.get("prune")),
                        Json.object(story, "operation"),
                        Json.object(story, "retry"),
                        Optional.of(Json.number(story, 0, "timeout"))
                                .filter(it -> it > 0)
                                .map(Duration::ofSeconds));
        runs.status = Json.object(story, "status");
        runs.tracking =
                Tracking.read(
                        Map.of(
                                "application.resourceTrackingMethod",
                                Json.string(story, "tracking")));
        return runs;
    }

    /// Reads `{Kind: name, wave: 1, …}`.
    static List<Manifest> manifests(List<Object> notes) {
        var manifests = new ArrayList<Manifest>();
        for (var note : notes) {
            var fields = Json.object(note);
            var kind = fields.keySet().iterator().next();
            var name = Json.string(fields, kind);
            var metadata = new LinkedHashMap<String, Object>();
            var spec = new LinkedHashMap<String, Object>(Map.of("version", 1));
            if (kind.equals("Deployment")) {
                spec.put("replicas", 1);
            }
            var annotations = new LinkedHashMap<String, Object>();
            metadata.put(name.endsWith("-") ? "generateName" : "name", name);
            if (!Set.of("Namespace", "CustomResourceDefinition").contains(kind)) {
                metadata.put("namespace", "shop");
            }
            fields.forEach(
                    (field, value) -> {
                        switch (field) {
                            case "namespace" -> metadata.put("namespace", value);
                            case "api" -> {
                                // Read below.
                            }
                            case "finalizers" -> metadata.put("finalizers", value);
                            case "deleting" ->
                                    metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
                            case "version" -> spec.put("version", value);
                            case "defines" -> {
                                spec.put("group", "x.org");
                                spec.put("names", Map.of("kind", value));
                            }
                            default -> {
                                if (ANNOTATIONS.containsKey(field)) {
                                    annotations.put(ANNOTATIONS.get(field), String.valueOf(value));
                                }
                            }
                        }
                    });
            if (!annotations.isEmpty()) {
                metadata.put("annotations", annotations);
            }
            manifests.add(
                    new Manifest(
                            Map.of(
                                    "apiVersion",
                                    fields.getOrDefault(
                                            "api", API_VERSIONS.getOrDefault(kind, "v1")),
                                    "kind",
                                    kind,
                                    "metadata",
                                    metadata,
                                    "spec",
                                    spec),
                            ""));
        }
        return manifests;
    }
}
