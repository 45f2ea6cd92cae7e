package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Objects that do nothing by themselves: what happens to them a test says. Named `Kind/name`.
final class FakeCluster {

    private final Map<ResourceKey, Map<String, Object>> objects = new TreeMap<>();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> refusedUnseen = new HashSet<>();

    /// How often each object was made anew, hooks by the run that made them: `Kind/name run`.
    final Map<String, Integer> made = new HashMap<>();

    /// What its clock shows.
    Instant now = Instant.parse("2026-01-01T12:00:00Z");

    private int uids;

    static String name(ResourceKey key) {
        return key.kind() + "/" + key.name();
    }

    void put(Map<String, Object> object) {
        var named = Json.with(object, "u" + ++uids, "metadata", "uid");
        var made = Json.with(named, now.toString(), "metadata", "creationTimestamp");
        objects.put(
                LiveResource.of(object).key(),
                "Pod".equals(object.get("kind"))
                        ? Json.with(made, "Pending", "status", "phase")
                        : made);
    }

    void accept(String name) {
        refused.remove(name);
    }

    void refuse(String name) {
        refused.add(name);
    }

    /// Refuses a write that nothing is said against while it is only tried out.
    void refuseUnseen(String name) {
        refusedUnseen.add(name);
    }

    /// Whether it says so when asked.
    boolean refuses(ResourceKey key) {
        return refused.contains(name(key));
    }

    Map<ResourceKey, LiveResource> live() {
        var live = new TreeMap<ResourceKey, LiveResource>();
        objects.values().forEach(it -> live.put(LiveResource.of(it).key(), LiveResource.of(it)));
        return live;
    }

    /// @return whether it was taken
    boolean apply(Manifest manifest) {
        if (refuses(manifest.key()) || refusedUnseen.contains(name(manifest.key()))) {
            return false;
        }
        var old = objects.get(manifest.key());
        var object = new LinkedHashMap<>(manifest.object());
        if (old == null) {
            put(Json.with(object, 1L, "metadata", "generation"));
            made.merge(
                    name(manifest.key())
                            + " "
                            + manifest.annotations().getOrDefault(Annotations.HOOK_RUN, ""),
                    1,
                    Integer::sum);
            return true;
        }
        boolean same = old.get("spec") == null || old.get("spec").equals(object.get("spec"));
        object.put("status", Json.object(old, "status"));
        object =
                new LinkedHashMap<>(
                        Json.with(object, Json.string(old, "metadata", "uid"), "metadata", "uid"));
        objects.put(
                manifest.key(),
                Json.with(
                        object,
                        Json.number(old, 1, "metadata", "generation") + (same ? 0 : 1),
                        "metadata",
                        "generation"));
        return true;
    }

    void delete(LiveResource resource) {
        var held = objects.get(resource.key());
        if (held != null && Json.array(held, "metadata", "finalizers").isEmpty()) {
            objects.remove(resource.key());
        } else if (held != null) {
            change(resource.key(), now.toString(), "metadata", "deletionTimestamp");
        }
    }

    void release(LiveResource hook) {
        if (objects.containsKey(hook.key())) {
            var others = new ArrayList<>(hook.finalizers());
            others.remove(LiveResource.HOOK_FINALIZER);
            change(hook.key(), List.copyOf(others), "metadata", "finalizers");
            if (hook.beingDeleted() && others.isEmpty()) {
                objects.remove(hook.key());
            }
        }
    }

    /// Plays whoever else has a hand in the cluster.
    void happens(String name, String event) {
        var key =
                objects.keySet().stream()
                        .filter(it -> name(it).equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("There is no " + name));
        switch (event) {
            case "healthy" -> change(key, available(key, 1), "status");
            case "progressing" -> change(key, available(key, 0), "status");
            case "observed late" -> change(key, Map.of("observedGeneration", 0L), "status");
            case "degraded" ->
                    change(
                            key,
                            Json.with(
                                    available(key, 0),
                                    List.of(
                                            Map.of(
                                                    "type", "Progressing",
                                                    "reason", "ProgressDeadlineExceeded")),
                                    "conditions"),
                            "status");
            case "paused" -> change(key, true, "spec", "paused");
            case "complete" -> condition(key, "Complete", "");
            case "failed" -> condition(key, "Failed", "boom");
            case "suspended" -> condition(key, "Suspended", "");
            case "established" -> condition(key, "Established", "");
            case "succeeded" -> change(key, Map.of("phase", "Succeeded"), "status");
            case "crashed" -> change(key, Map.of("phase", "Failed", "message", "boom"), "status");
            case "gone" -> objects.remove(key);
            case "deleted" -> delete(LiveResource.of(objects.get(key)));
            case "unmarked" -> change(key, "", "metadata", "annotations", "tiphys.io/hook-run");
            default -> throw new IllegalArgumentException(event);
        }
    }

    /// Lets all that is waited for end well: what runs completes, what is held is let go.
    void turnsOutWell() {
        for (var resource : live().values()) {
            var name = name(resource.key());
            if (resource.beingDeleted()) {
                happens(name, resource.isKeptForItsResult() ? "complete" : "gone");
            } else if (Samples.ASSESSOR
                    .assess(resource, Instant.EPOCH)
                    .filter(it -> it.status() != Health.Status.HEALTHY)
                    .isPresent()) {
                happens(name, resource.key().kind().equals("Job") ? "complete" : "healthy");
            }
        }
    }

    boolean has(String name) {
        return objects.keySet().stream().anyMatch(it -> name(it).equals(name));
    }

    private Map<String, Object> available(ResourceKey key, long replicas) {
        return Map.of(
                "observedGeneration",
                Json.number(objects.get(key), 1, "metadata", "generation"),
                "replicas",
                1L,
                "updatedReplicas",
                1L,
                "availableReplicas",
                replicas);
    }

    private void condition(ResourceKey key, String type, String message) {
        change(
                key,
                List.of(Map.of("type", type, "status", "True", "message", message)),
                "status",
                "conditions");
    }

    private void change(ResourceKey key, Object value, String... path) {
        objects.compute(
                key, (_, object) -> Json.with(object == null ? Map.of() : object, value, path));
    }
}
