package io.tiphys.core.diff;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is known of fields of Kubernetes' own kinds without asking an API server: how lists merge,
/// what is written in where nothing is declared, and what is dropped. What is not here costs a dry
/// run, no more. Paths are those of names, without what tells items of lists apart.
final class KubernetesFields {

    /// By the last name of the list. Where Kubernetes' own types say `patchMergeKey` or
    /// `listMapKey`.
    private static final Map<String, List<String>> MERGE_KEYS =
            Map.ofEntries(
                    Map.entry("containers", List.of("name")),
                    Map.entry("initContainers", List.of("name")),
                    Map.entry("ephemeralContainers", List.of("name")),
                    Map.entry("env", List.of("name")),
                    Map.entry("volumes", List.of("name")),
                    Map.entry("volumeMounts", List.of("mountPath")),
                    Map.entry("volumeDevices", List.of("devicePath")),
                    Map.entry("hostAliases", List.of("ip")),
                    Map.entry("imagePullSecrets", List.of("name")),
                    Map.entry("schedulingGates", List.of("name")),
                    Map.entry("resourceClaims", List.of("name")),
                    Map.entry(
                            "topologySpreadConstraints",
                            List.of("topologyKey", "whenUnsatisfiable")),
                    Map.entry("webhooks", List.of("name")),
                    Map.entry("matchConditions", List.of("name")),
                    Map.entry("ownerReferences", List.of("uid")));

    private static final Pattern CONTAINER_PORTS =
            Pattern.compile("(.*\\.)?[a-zA-Z]*ontainers\\.ports");

    /// What is written into items of lists that merge as a whole.
    private static final Map<String, Object> DEFAULTS =
            Map.ofEntries(
                    Map.entry("spec.ingress.ports.protocol", "TCP"),
                    Map.entry("spec.egress.ports.protocol", "TCP"),
                    Map.entry("subjects.apiGroup", "rbac.authorization.k8s.io"),
                    Map.entry("webhooks.rules.scope", "*"),
                    Map.entry("spec.matchConstraints.resourceRules.scope", "*"),
                    Map.entry("spec.volumeClaimTemplates.apiVersion", "v1"),
                    Map.entry("spec.volumeClaimTemplates.kind", "PersistentVolumeClaim"),
                    Map.entry("spec.volumeClaimTemplates.spec.volumeMode", "Filesystem"),
                    Map.entry("subsets.ports.protocol", "TCP"),
                    Map.entry("ports.protocol", "TCP"));

    /// The same in templates of Pods, wherever these are.
    private static final Map<String, Object> POD_DEFAULTS =
            Map.of(
                    "volumes.projected.sources.serviceAccountToken.expirationSeconds", 3600,
                    "volumes.projected.sources.downwardAPI.items.fieldRef.apiVersion", "v1",
                    "volumes.downwardAPI.items.fieldRef.apiVersion", "v1");

    /// Fields that are not stored where they say `false`.
    private static final Set<String> FALSE =
            Set.of(
                    "hostNetwork",
                    "hostPID",
                    "hostIPC",
                    "stdin",
                    "stdinOnce",
                    "tty",
                    "readOnly",
                    "paused",
                    "publishNotReadyAddresses",
                    "preserveUnknownFields",
                    "deprecated",
                    "nullable",
                    "globalDefault",
                    "unschedulable");

    /// And where they say 0.
    private static final Set<String> ZERO =
            Set.of("minReadySeconds", "initialDelaySeconds", "hostPort", "nodePort");

    private static final String COLUMN_PRIORITY = "spec.versions.additionalPrinterColumns.priority";

    /// And where they are empty.
    private static final Set<String> EMPTY =
            Set.of(
                    "description",
                    "caBundle",
                    "host",
                    "hostname",
                    "subdomain",
                    "nodeName",
                    "serviceAccountName",
                    "serviceAccount",
                    "priorityClassName",
                    "workingDir",
                    "subPath",
                    "medium",
                    "externalName",
                    "loadBalancerIP",
                    "fsType",
                    "volumeName",
                    "clusterIP");

    private static final Pattern EMPTY_SOMEWHERE =
            Pattern.compile(
                    "(.*\\.)?(env\\.value|tolerations\\.(key|value|effect)|ports?\\.name"
                            + "|paths\\.path|subjects\\.(apiGroup|namespace))");

    /// What the API server chooses where nothing is chosen.
    private static final Set<String> ALLOCATED =
            Set.of("spec.clusterIP", "spec.ports.nodePort", "spec.healthCheckNodePort");

    /// Lists whose order says nothing, and that the API server or controllers sort.
    private static final Set<String> UNORDERED =
            Set.of(
                    "Endpoints subsets",
                    "Endpoints subsets.addresses",
                    "Endpoints subsets.notReadyAddresses",
                    "Endpoints subsets.ports",
                    "EndpointSlice endpoints");

    private KubernetesFields() {}

    /// @return empty if it merges as a whole, or is not known
    static List<String> mergeKeys(String list) {
        if (list.equals("spec.ports")) {
            return List.of("port", "protocol");
        }
        if (CONTAINER_PORTS.matcher(list).matches()) {
            return List.of("containerPort", "protocol");
        }
        return MERGE_KEYS.getOrDefault(list.substring(list.lastIndexOf('.') + 1), List.of());
    }

    static boolean isUnordered(String kind, Place list) {
        return kind.startsWith("Endpoint") && UNORDERED.contains(kind + " " + list.names());
    }

    /// In an order that does not hang on that of any list or object in it.
    static List<?> sorted(List<?> list) {
        return list.stream().sorted(Comparator.comparing(KubernetesFields::inOrder)).toList();
    }

    private static String inOrder(@Nullable Object node) {
        return switch (node) {
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(it -> it.getKey() + "=" + inOrder(it.getValue()))
                            .sorted()
                            .toList()
                            .toString();
            case List<?> list ->
                    list.stream().map(KubernetesFields::inOrder).sorted().toList().toString();
            case null, default -> String.valueOf(node);
        };
    }

    /// Whether live has a field that was not declared because the API server writes it in.
    static boolean isDefault(String field, Object live) {
        return field.startsWith("spec.volumeClaimTemplates.status")
                || same(DEFAULTS.get(field), live)
                || POD_DEFAULTS.entrySet().stream()
                        .anyMatch(it -> field.endsWith(it.getKey()) && same(it.getValue(), live));
    }

    private static boolean same(@Nullable Object known, Object live) {
        return known != null && known.toString().equals(live.toString());
    }

    /// Whether what was declared is the same as what live has, though it looks otherwise: an empty
    /// value that is not stored, or that leaves the choice to the API server.
    static boolean isLeftOpen(String field, @Nullable Object target, @Nullable Object live) {
        var name = field.substring(field.lastIndexOf('.') + 1);
        boolean empty =
                switch (target) {
                    case Boolean truth -> !truth && FALSE.contains(name);
                    case Number number ->
                            number.doubleValue() == 0
                                    && (ZERO.contains(name)
                                            || field.equals(COLUMN_PRIORITY)
                                            || ALLOCATED.contains(field));
                    case String text ->
                            text.isEmpty()
                                    && (EMPTY.contains(name)
                                            || EMPTY_SOMEWHERE.matcher(field).matches());
                    case null, default -> false;
                };
        return empty && (live == null || ALLOCATED.contains(field));
    }
}
