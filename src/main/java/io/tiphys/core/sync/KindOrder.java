package io.tiphys.core.sync;

import io.tiphys.core.model.Manifest;
import java.util.List;

/// Ranks kinds in the order in which others need them, as Helm and Argo CD have it.
final class KindOrder {

    private static final List<String> KINDS =
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
                    Definitions.KIND,
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

    /// The rank of namespaces, before all else.
    static final int NAMESPACE = 0;

    private KindOrder() {}

    /// What is not named comes last. There is room between two ranks.
    static int rank(String kind) {
        int index = KINDS.indexOf(kind);
        return 2 * (index < 0 ? KINDS.size() : index);
    }

    /// A definition comes before what it defines, should that bear the name of an early kind.
    static int rank(Manifest manifest) {
        int rank = rank(manifest.type().kind());
        return Definitions.isOne(manifest.type())
                ? Math.min(rank, rank(Definitions.definedName(manifest.object())) - 1)
                : rank;
    }
}
