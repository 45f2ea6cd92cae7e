package io.tiphys.dev.sandbox.life;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.registry.Deletion;
import io.tiphys.dev.sandbox.storage.Key;
import io.tiphys.dev.sandbox.wire.Json;
import java.time.Duration;
import java.time.Instant;

/// Runs a Job's pods until enough have succeeded or too many have failed.
final class Jobs {

    private final Workbench bench;

    Jobs(Workbench bench) {
        this.bench = bench;
    }

    void reconcile(Key key, ObjectNode job) {
        if (Workbench.leaving(job)) {
            return;
        }
        if (!Json.text(job, "status", "completionTime").isEmpty() || is(job, "Failed")) {
            expire(key, job);
            return;
        }
        if (Json.at(job, "spec", "suspend").asBoolean()) {
            suspend(key, job);
            return;
        }
        var pods = bench.owned(job, Workbench.PODS);
        var succeeded = count(job, "Succeeded");
        var failed = count(job, "Failed");
        var active = (int) pods.stream().filter(Pods::active).count();
        var parallelism = Json.integer(job, 1, "spec", "parallelism");
        var completions = Json.integer(job, parallelism, "spec", "completions");
        var givenUp = failed > Json.integer(job, 6, "spec", "backoffLimit");
        var more = Math.min(parallelism, completions - succeeded) - active;
        for (int i = 0; !givenUp && i < more; i++) {
            var template = Json.at(job, "spec", "template");
            bench.create(Workbench.PODS, Workbench.ownedBy(job, key.name() + "-", template));
        }
        var running = givenUp ? active : Math.max(active, active + more);
        bench.status(
                key,
                status -> {
                    Json.putIfAbsent(status, "startTime", bench.timestamp());
                    Workbench.count(status, "active", running);
                    Workbench.count(status, "succeeded", succeeded);
                    Workbench.count(status, "failed", failed);
                    status.put("ready", 0).put("terminating", 0);
                    Json.child(status, "uncountedTerminatedPods");
                    if (givenUp) {
                        Workbench.count(status, "active", 0);
                        var reason = "Job has reached the specified backoff limit";
                        end(status, "FailureTarget", "BackoffLimitExceeded", reason);
                        end(status, "Failed", "BackoffLimitExceeded", reason);
                    } else if (succeeded >= completions) {
                        status.put("completionTime", bench.timestamp());
                        var reason = "Reached expected number of succeeded pods";
                        end(status, "SuccessCriteriaMet", "CompletionsReached", reason);
                        end(status, "Complete", "CompletionsReached", reason);
                    }
                });
    }

    private void end(ObjectNode status, String type, String reason, String message) {
        bench.condition(status, type, true, reason, message);
        for (var condition : Json.objects(status.path("conditions"))) {
            Json.putIfAbsent(condition, "lastProbeTime", bench.timestamp());
        }
    }

    private int count(ObjectNode job, String phase) {
        return (int)
                bench.owned(job, Workbench.PODS).stream()
                        .filter(pod -> Json.text(pod, "status", "phase").equals(phase))
                        .count();
    }

    private static boolean is(ObjectNode job, String type) {
        for (var condition : Json.at(job, "status", "conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private void suspend(Key key, ObjectNode job) {
        bench.owned(job, Workbench.PODS).stream()
                .filter(Pods::active)
                .forEach(
                        pod ->
                                bench.delete(
                                        Workbench.key(Workbench.PODS, pod), Deletion.BACKGROUND));
        bench.status(
                key,
                status -> {
                    Workbench.count(status, "active", 0);
                    bench.condition(status, "Suspended", true, "JobSuspended", "Job suspended");
                });
    }

    private void expire(Key key, ObjectNode job) {
        var ttl = Json.at(job, "spec", "ttlSecondsAfterFinished");
        if (!ttl.isInt()) {
            return;
        }
        var finished = Instant.parse(finishedAt(job));
        var left = Duration.between(bench.now(), finished.plusSeconds(ttl.asInt()));
        if (left.isPositive()) {
            bench.later(key, left);
        } else {
            bench.delete(key, Deletion.BACKGROUND);
        }
    }

    private String finishedAt(ObjectNode job) {
        for (var condition : Json.at(job, "status", "conditions")) {
            if (Json.text(condition, "type").matches("Complete|Failed")) {
                return Json.text(condition, "lastTransitionTime");
            }
        }
        return bench.timestamp();
    }
}
