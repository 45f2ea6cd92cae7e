package io.tiphys.core.diff;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// An Application's resources, target beside live, each with its verdict.
///
/// @param resources in the order of their keys
/// @param problems why resources could not be compared, each with its name
public record Comparison(List<Resource> resources, List<String> problems) {

    /// One resource. At least one of `target` and `live` is there.
    ///
    /// @param status Unknown if rules for it cannot be followed: what they are to protect is left
    ///     alone
    /// @param differences paths of the fields that differ, empty if it is in sync or missing
    public record Resource(
            ResourceKey key,
            Optional<Manifest> target,
            Optional<LiveResource> live,
            SyncStatus status,
            List<String> differences) {

        /// Git no longer declares it.
        public boolean requiresPruning() {
            return target.isEmpty();
        }

        public GroupVersionKind type() {
            return target.map(Manifest::type).or(() -> live.map(LiveResource::type)).orElseThrow();
        }

        /// Whether both are there, and rules for it can be followed.
        private boolean isComparable() {
            return target.isPresent() && live.isPresent() && status != SyncStatus.UNKNOWN;
        }

        private boolean isOf(Resource now) {
            return target.equals(now.target) && live.equals(now.live);
        }

        private Resource compared(ComparisonRules rules, List<String> problems) {
            if (live.isEmpty()) {
                return this;
            }
            try {
                return with(rules.differences(target.orElseThrow(), live.get()));
            } catch (Ignored.Unclear unclear) {
                problems.add("%s is not compared: %s".formatted(key, unclear.getMessage()));
                return new Resource(key, target, live, SyncStatus.UNKNOWN, List.of());
            }
        }

        private Resource with(List<String> remaining) {
            return new Resource(
                    key,
                    target,
                    live,
                    remaining.isEmpty() ? SyncStatus.SYNCED : SyncStatus.OUT_OF_SYNC,
                    remaining);
        }
    }

    /// Compares without asking the API server, by no rules but those for all.
    public static Comparison of(List<Manifest> target, Map<ResourceKey, LiveResource> live) {
        return of(target, live, ComparisonRules.NONE);
    }

    /// Compares without asking the API server.
    ///
    /// @param target manifests as they would be applied
    /// @param live the Application's resources and those that the targets name
    public static Comparison of(
            List<Manifest> target, Map<ResourceKey, LiveResource> live, ComparisonRules rules) {
        return new Comparison(List.of(), List.of()).again(target, live, rules);
    }

    /// Compares once more by the same rules, without asking the API server. Of what is as it was,
    /// target and live, what was found stays.
    ///
    /// @param target manifests as they would be applied
    /// @param live the Application's resources and those that the targets name
    public Comparison again(
            List<Manifest> target, Map<ResourceKey, LiveResource> live, ComparisonRules rules) {
        var before = new HashMap<ResourceKey, Resource>();
        comparable().forEach(it -> before.put(it.key(), it));
        var resources = new ArrayList<Resource>();
        var problems = new ArrayList<String>();
        var declared = new HashSet<ResourceKey>();
        for (var manifest : target) {
            var key = manifest.key();
            if (declared.add(key)) {
                var now =
                        new Resource(
                                key,
                                Optional.of(manifest),
                                Optional.ofNullable(live.get(key)),
                                SyncStatus.OUT_OF_SYNC,
                                List.of());
                var known = before.get(key);
                resources.add(
                        known != null && known.isOf(now) ? known : now.compared(rules, problems));
            }
        }
        for (var resource : live.values()) {
            if (!declared.contains(resource.key()) && !resource.isHook()) {
                resources.add(extra(resource));
            }
        }
        resources.sort(Comparator.comparing(Resource::key));
        return new Comparison(List.copyOf(resources), List.copyOf(problems));
    }

    /// Those that have a target, are live and could be compared.
    public List<Resource> comparable() {
        return resources.stream().filter(Resource::isComparable).toList();
    }

    /// The same with what remains of the differences of each resource that has a target and is
    /// live.
    ///
    /// @param remaining asked for each of [#comparable]; none are left of one in sync
    public Comparison confirmed(Function<Resource, List<String>> remaining) {
        return new Comparison(
                resources.stream()
                        .map(it -> it.isComparable() ? it.with(remaining.apply(it)) : it)
                        .toList(),
                problems);
    }

    public SyncStatus status() {
        return !outOfSync().isEmpty()
                ? SyncStatus.OUT_OF_SYNC
                : problems.isEmpty() ? SyncStatus.SYNCED : SyncStatus.UNKNOWN;
    }

    public List<Resource> outOfSync() {
        return resources.stream()
                .filter(resource -> resource.status() == SyncStatus.OUT_OF_SYNC)
                .toList();
    }

    /// What is declared and does not live.
    public List<ResourceKey> absent() {
        return resources.stream().filter(it -> it.live().isEmpty()).map(Resource::key).toList();
    }

    private static Resource extra(LiveResource live) {
        boolean ignored = CompareOptions.of(live.annotations()).ignoreExtraneous();
        return new Resource(
                live.key(),
                Optional.empty(),
                Optional.of(live),
                ignored ? SyncStatus.SYNCED : SyncStatus.OUT_OF_SYNC,
                List.of());
    }
}
