package io.tiphys.dev.sandbox.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.dev.sandbox.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a real API server said of these statuses, which no simulated pod comes to have.
class PodStatusTest {

    private static final String RUNNING = "{ready: true, restartCount: 2, state: {running: {}}}";

    @Test
    void a_waiting_container_says_why() {
        assertThat(
                        cells(
                                "phase: Running, containerStatuses: ["
                                        + RUNNING
                                        + ", {restartCount: 1, state: {waiting: {reason:"
                                        + " CrashLoopBackOff}}, lastState: {terminated:"
                                        + " {finishedAt: '2020-01-01T00:00:00Z'}}}]"))
                .containsExactly("1/2", "CrashLoopBackOff", "3 (6y326d ago)");
    }

    @Test
    void an_ended_container_says_how() {
        assertThat(ended("exitCode: 3")).containsExactly("1/2", "ExitCode:3", "2");
        assertThat(ended("exitCode: 0, reason: Completed")).containsExactly("1/2", "NotReady", "2");
    }

    @Test
    void an_evicted_pod_says_so() {
        assertThat(cells("phase: Failed, reason: Evicted")).containsExactly("0/2", "Evicted", "0");
    }

    @Test
    void a_pod_that_begins_counts_what_has_begun() {
        assertThat(
                        cells(
                                "phase: Pending, initContainerStatuses: [{state: {terminated:"
                                        + " {exitCode: 0}}}, {state: {running: {}}}]"))
                .containsExactly("0/2", "Init:1/2", "0");
    }

    private static List<String> ended(String terminated) {
        return cells(
                "phase: Running, containerStatuses: ["
                        + RUNNING
                        + ", {state: {terminated: {"
                        + terminated
                        + "}}}]");
    }

    private static List<String> cells(String status) {
        var yaml =
                "spec: {containers: [{}, {}], initContainers: [{}, {}]}\nstatus: {" + status + "}";
        var pod = Json.foreignObject(yaml.getBytes(StandardCharsets.UTF_8), true);
        var now = Instant.parse("2026-11-21T16:00:00Z");
        return List.of("podReady", "podStatus", "podRestarts").stream()
                .map(name -> Cells.named(name).of(pod, now).asText())
                .toList();
    }
}
