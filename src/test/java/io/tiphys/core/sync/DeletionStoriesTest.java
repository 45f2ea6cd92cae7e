package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.TrackingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Deletions of Applications from the first run to the last, as files that tell what holds them,
/// what is there, and what happens; see the README beside them.
class DeletionStoriesTest {

    private static final Path CASES = Path.of("src/test/resources/golden/deletion");

    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        return cases().stream()
                .map(
                        it ->
                                DynamicTest.dynamicTest(
                                        it.getFileName().toString(),
                                        () -> check(SyncStoriesTest.read(it))));
    }

    @Test
    void there_are_many_cases_and_each_says_what_it_shows() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(30);
        for (var one : cases()) {
            assertThat(Json.string(SyncStoriesTest.read(one), "says")).as("%s", one).isNotEmpty();
        }
    }

    private static List<Path> cases() throws IOException {
        try (var files = Files.list(CASES)) {
            return files.filter(it -> it.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    private static void check(Map<String, Object> story) {
        var cluster = new FakeCluster();
        for (var application : List.of(OperationRuns.APPLICATION, "other", "")) {
            for (var manifest : SyncStoriesTest.manifests(Json.array(story, of(application)))) {
                cluster.put(
                        application.isEmpty()
                                ? manifest.object()
                                : new TrackingId(application, manifest.key())
                                        .stamp(manifest)
                                        .object());
            }
        }
        var runs =
                new DeletionRuns(
                        cluster,
                        SyncStoriesTest.manifests(Json.array(story, "target")),
                        Json.object(story, "application"));
        for (var scene : Json.array(story, "story")) {
            Json.object(scene).forEach((what, how) -> play(what, how, runs, cluster));
        }
    }

    private static String of(String application) {
        return switch (application) {
            case "" -> "of nobody";
            case "other" -> "of another";
            default -> "live";
        };
    }

    private static void play(String what, Object how, DeletionRuns runs, FakeCluster cluster) {
        switch (what) {
            case "run" -> {
                runs.run();
                assertThat(runs.deeds).isEqualTo(how);
            }
            case "killed" -> {
                runs.killedAfter = Json.array(how).size();
                assertThatExceptionOfType(OperationRuns.Killed.class).isThrownBy(runs::run);
                runs.killedAfter = Integer.MAX_VALUE;
                assertThat(runs.deeds).isEqualTo(how);
            }
            case "seconds" -> {
                runs.now = runs.now.plusSeconds(((Number) how).longValue());
                cluster.now = runs.now;
            }
            case "approved" ->
                    runs.application =
                            Json.with(
                                    runs.application,
                                    how,
                                    "metadata",
                                    "annotations",
                                    Annotations.DELETION_APPROVED);
            case "target" -> runs.rendered = SyncStoriesTest.manifests(Json.array(how));
            case "there" ->
                    assertThat(Json.array(how))
                            .allSatisfy(it -> assertThat(cluster.has((String) it)).isTrue());
            case "not there" ->
                    assertThat(Json.array(how))
                            .allSatisfy(it -> assertThat(cluster.has((String) it)).isFalse());
            default -> cluster.happens(what, String.valueOf(how));
        }
    }
}
