package io.tiphys.core.sync;

import io.tiphys.core.diff.Comparison;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.LiveResource;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a sync does, in steps. The tasks of a step do not depend on each other; a step begins when
/// the one before has been done. Only what is out of sync is written.
///
/// @param steps applies by wave and kind, then prunes in the reverse order
/// @param kept resources that Git dropped and that nevertheless stay
public record SyncPlan(List<List<Task>> steps, List<LiveResource> kept) {

    /// Kinds in the order in which others need them, as Helm and Argo CD have it. What is not
    /// named comes last.
    private static final List<String> KIND_ORDER =
            List.of(
                    "Namespace",
                    "NetworkPolicy",
                    "ResourceQuota",
                    "LimitRange",
                    "PodSecurityPolicy",
                    "PodDisruptionBudget",
                    "ServiceAccount",
                    "Secret",
                    "SecretList",
                    "ConfigMap",
                    "StorageClass",
                    "PersistentVolume",
                    "PersistentVolumeClaim",
                    "CustomResourceDefinition",
                    "ClusterRole",
                    "ClusterRoleList",
                    "ClusterRoleBinding",
                    "ClusterRoleBindingList",
                    "Role",
                    "RoleList",
                    "RoleBinding",
                    "RoleBindingList",
                    "Service",
                    "DaemonSet",
                    "Pod",
                    "ReplicationController",
                    "ReplicaSet",
                    "Deployment",
                    "HorizontalPodAutoscaler",
                    "StatefulSet",
                    "Job",
                    "CronJob",
                    "IngressClass",
                    "Ingress",
                    "APIService");

    /// One write to the cluster.
    public sealed interface Task {

        ResourceKey key();

        record Apply(Manifest manifest) implements Task {
            @Override
            public ResourceKey key() {
                return manifest.key();
            }
        }

        record Prune(LiveResource live) implements Task {
            @Override
            public ResourceKey key() {
                return live.key();
            }
        }
    }

    /// A step's place. Whatever order the kinds have, a wave is through before the next begins.
    private record Place(int wave, int kind) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return wave != other.wave
                    ? Integer.compare(wave, other.wave)
                    : Integer.compare(kind, other.kind);
        }
    }

    public static SyncPlan of(Comparison comparison, boolean prune) {
        Map<Place, List<Task>> applies = new TreeMap<>();
        Map<Place, List<Task>> prunes = new TreeMap<>(Comparator.reverseOrder());
        var kept = new ArrayList<LiveResource>();
        for (var resource : comparison.outOfSync()) {
            if (resource.target().isPresent()) {
                var manifest = resource.target().get();
                applies.computeIfAbsent(
                                place(manifest.annotations(), resource.key()),
                                _ -> new ArrayList<>())
                        .add(new Task.Apply(manifest));
            } else if (resource.live().isPresent()) {
                var live = resource.live().get();
                if (prune && mayBePruned(live)) {
                    prunes.computeIfAbsent(
                                    place(live.annotations(), live.key()), _ -> new ArrayList<>())
                            .add(new Task.Prune(live));
                } else {
                    kept.add(live);
                }
            }
        }
        var steps = new ArrayList<List<Task>>(applies.values());
        steps.addAll(prunes.values());
        return new SyncPlan(List.copyOf(steps), List.copyOf(kept));
    }

    private static boolean mayBePruned(LiveResource live) {
        var options =
                List.of(
                        live.annotations()
                                .getOrDefault(Annotations.SYNC_OPTIONS, "")
                                .replace(" ", "")
                                .split(","));
        return !live.beingDeleted()
                && !options.contains("Prune=false")
                && !options.contains("Prune=confirm");
    }

    private static Place place(Map<String, String> annotations, ResourceKey key) {
        int kind = KIND_ORDER.indexOf(key.kind());
        return new Place(wave(annotations), kind < 0 ? KIND_ORDER.size() : kind);
    }

    /// A wave that is no number counts as none, as in Argo CD.
    private static int wave(Map<String, String> annotations) {
        try {
            return Integer.parseInt(annotations.getOrDefault(Annotations.SYNC_WAVE, "0").strip());
        } catch (NumberFormatException noWave) {
            return 0;
        }
    }
}
