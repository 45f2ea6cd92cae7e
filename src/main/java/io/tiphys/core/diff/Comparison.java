package io.tiphys.core.diff;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.SyncStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/// An Application's resources, target beside live, each with its verdict.
///
/// @param resources in the order of their keys
public record Comparison(List<Resource> resources) {

    /// One resource. At least one of `target` and `live` is there.
    ///
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

        private Resource inSync() {
            return new Resource(key, target, live, SyncStatus.SYNCED, List.of());
        }
    }

    /// Compares without asking the API server.
    ///
    /// @param target manifests as they would be applied
    /// @param live the Application's resources and those that the targets name
    public static Comparison of(List<Manifest> target, Map<ResourceKey, LiveResource> live) {
        var resources = new ArrayList<Resource>();
        var declared = new HashSet<ResourceKey>();
        for (var manifest : target) {
            var key = manifest.key();
            if (declared.add(key)) {
                resources.add(compare(key, manifest, Optional.ofNullable(live.get(key))));
            }
        }
        for (var resource : live.values()) {
            if (!declared.contains(resource.key()) && !resource.isHook()) {
                resources.add(extra(resource));
            }
        }
        resources.sort(Comparator.comparing(Resource::key));
        return new Comparison(List.copyOf(resources));
    }

    /// The same, with every suspected difference that is none taken back.
    ///
    /// @param equal asked for each resource that exists and seems to differ
    public Comparison confirmed(BiPredicate<Manifest, LiveResource> equal) {
        return new Comparison(
                resources.stream()
                        .map(
                                resource ->
                                        suspected(resource)
                                                        && equal.test(
                                                                resource.target().get(),
                                                                resource.live().get())
                                                ? resource.inSync()
                                                : resource)
                        .toList());
    }

    private static boolean suspected(Resource resource) {
        return resource.status() == SyncStatus.OUT_OF_SYNC
                && resource.target().isPresent()
                && resource.live().isPresent();
    }

    public SyncStatus status() {
        return outOfSync().isEmpty() ? SyncStatus.SYNCED : SyncStatus.OUT_OF_SYNC;
    }

    public List<Resource> outOfSync() {
        return resources.stream()
                .filter(resource -> resource.status() == SyncStatus.OUT_OF_SYNC)
                .toList();
    }

    private static Resource compare(
            ResourceKey key, Manifest manifest, Optional<LiveResource> live) {
        if (live.isEmpty()) {
            return new Resource(
                    key, Optional.of(manifest), live, SyncStatus.OUT_OF_SYNC, List.of());
        }
        var differences = FieldDifferences.of(manifest.object(), live.get().object());
        return new Resource(
                key,
                Optional.of(manifest),
                live,
                differences.isEmpty() ? SyncStatus.SYNCED : SyncStatus.OUT_OF_SYNC,
                differences);
    }

    private static Resource extra(LiveResource live) {
        boolean ignored =
                live.annotations()
                        .getOrDefault(Annotations.COMPARE_OPTIONS, "")
                        .contains("IgnoreExtraneous");
        return new Resource(
                live.key(),
                Optional.empty(),
                Optional.of(live),
                ignored ? SyncStatus.SYNCED : SyncStatus.OUT_OF_SYNC,
                List.of());
    }
}
