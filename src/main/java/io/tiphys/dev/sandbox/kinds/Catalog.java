package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiphys.dev.sandbox.kinds.ResourceType.Scale;
import io.tiphys.dev.sandbox.schema.BuiltInSchemas;
import io.tiphys.dev.sandbox.schema.CustomSchemas;
import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The kinds that are served: the built-in ones, and those that CRDs define at the moment.
public final class Catalog {

    /// API version, model class below fabric8's package, plural, traits, short names. As text, so
    /// that a kind's classes are loaded when somebody first writes one: reading all of them took
    /// most of a sandbox's start.
    private static final String BUILT_IN_KINDS =
            """
            v1 Namespace namespaces status ns
            v1 ConfigMap configmaps namespaced cm
            v1 Secret secrets namespaced
            v1 Service services namespaced,status,all svc
            v1 ServiceAccount serviceaccounts namespaced sa
            v1 Pod pods namespaced,status,all po
            v1 Event events namespaced ev
            v1 PersistentVolume persistentvolumes status pv
            v1 PersistentVolumeClaim persistentvolumeclaims namespaced,status pvc
            v1 Endpoints endpoints namespaced ep
            v1 Node nodes status no
            v1 LimitRange limitranges namespaced limits
            v1 ResourceQuota resourcequotas namespaced,status quota
            apps/v1 apps.Deployment deployments namespaced,status,scale,counts,all deploy
            apps/v1 apps.ReplicaSet replicasets namespaced,status,scale,counts,all rs
            apps/v1 apps.StatefulSet statefulsets namespaced,status,scale,counts,all sts
            apps/v1 apps.DaemonSet daemonsets namespaced,status,counts,all ds
            apps/v1 apps.ControllerRevision controllerrevisions namespaced
            batch/v1 batch.v1.Job jobs namespaced,status,counts,all
            batch/v1 batch.v1.CronJob cronjobs namespaced,status,counts,all cj
            networking.k8s.io/v1 networking.v1.Ingress ingresses namespaced,status,counts ing
            networking.k8s.io/v1 networking.v1.NetworkPolicy networkpolicies namespaced,counts netpol
            networking.k8s.io/v1 networking.v1.IngressClass ingressclasses counts
            discovery.k8s.io/v1 discovery.v1.EndpointSlice endpointslices namespaced,counts
            rbac.authorization.k8s.io/v1 rbac.Role roles namespaced
            rbac.authorization.k8s.io/v1 rbac.RoleBinding rolebindings namespaced
            rbac.authorization.k8s.io/v1 rbac.ClusterRole clusterroles -
            rbac.authorization.k8s.io/v1 rbac.ClusterRoleBinding clusterrolebindings -
            policy/v1 policy.v1.PodDisruptionBudget poddisruptionbudgets namespaced,status,counts pdb
            autoscaling/v2 autoscaling.v2.HorizontalPodAutoscaler horizontalpodautoscalers namespaced,status,all hpa
            storage.k8s.io/v1 storage.StorageClass storageclasses - sc
            storage.k8s.io/v1 storage.CSIDriver csidrivers -
            node.k8s.io/v1 node.v1.RuntimeClass runtimeclasses -
            scheduling.k8s.io/v1 scheduling.v1.PriorityClass priorityclasses counts pc
            coordination.k8s.io/v1 coordination.v1.Lease leases namespaced
            admissionregistration.k8s.io/v1 admissionregistration.v1.ValidatingWebhookConfiguration validatingwebhookconfigurations counts
            admissionregistration.k8s.io/v1 admissionregistration.v1.MutatingWebhookConfiguration mutatingwebhookconfigurations counts
            admissionregistration.k8s.io/v1 admissionregistration.v1.ValidatingAdmissionPolicy validatingadmissionpolicies status,counts
            admissionregistration.k8s.io/v1 admissionregistration.v1.ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings counts
            apiregistration.k8s.io/v1 APIService apiservices status,counts
            apiextensions.k8s.io/v1 apiextensions.v1.CustomResourceDefinition customresourcedefinitions status,counts crd,crds
            """;

    private static final List<ResourceType> BUILT_IN =
            BUILT_IN_KINDS.lines().map(line -> builtIn(line.split(" ", -1))).toList();

    private volatile Map<String, ResourceType> byPath;
    private final AtomicLong edition = new AtomicLong();

    public Catalog() {
        byPath = index(List.of());
    }

    private static ResourceType builtIn(String... words) {
        var apiVersion = words[0];
        var model = words[1];
        var traits = List.of(words[3].split(",", -1));
        var kind = model.substring(model.lastIndexOf('.') + 1);
        return new ResourceType(
                apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "",
                apiVersion.substring(apiVersion.indexOf('/') + 1),
                kind,
                words[2],
                kind.toLowerCase(Locale.ROOT),
                words.length > 4 ? List.of(words[4].split(",", -1)) : List.of(),
                traits.contains("all") ? List.of("all") : List.of(),
                traits.contains("namespaced"),
                traits.contains("status"),
                traits.contains("scale") ? Scale.WORKLOAD : null,
                traits.contains("counts"),
                false,
                BuiltInSchemas.ofKind(model));
    }

    private static Map<String, ResourceType> index(List<ResourceType> custom) {
        var index = new LinkedHashMap<String, ResourceType>();
        BUILT_IN.forEach(type -> index.put(path(type), type));
        custom.forEach(type -> index.putIfAbsent(path(type), type));
        return index;
    }

    private static String path(ResourceType type) {
        return type.apiVersion() + "/" + type.plural();
    }

    public Collection<ResourceType> all() {
        return byPath.values();
    }

    /// Grows with every change of the custom kinds, so that documents about them can be cached.
    public long edition() {
        return edition.get();
    }

    public @Nullable ResourceType find(String apiVersion, String plural) {
        return byPath.get(apiVersion + "/" + plural);
    }

    public @Nullable ResourceType ofKind(String apiVersion, String kind) {
        for (var type : all()) {
            if (type.kind().equals(kind) && type.apiVersion().equals(apiVersion)) {
                return type;
            }
        }
        return null;
    }

    /// Any served version of what is stored on a shelf.
    public Optional<ResourceType> onShelf(String shelf) {
        return all().stream().filter(type -> type.shelf().equals(shelf)).findFirst();
    }

    public List<ResourceType> in(String apiVersion) {
        return all().stream().filter(type -> type.apiVersion().equals(apiVersion)).toList();
    }

    /// The versions of each group, the preferred one first.
    public Map<String, List<String>> groups() {
        var groups = new LinkedHashMap<String, TreeSet<String>>();
        all().forEach(
                        type ->
                                groups.computeIfAbsent(
                                                type.group(),
                                                _ -> new TreeSet<>(Versions.NEWEST_FIRST))
                                        .add(type.version()));
        var result = new LinkedHashMap<String, List<String>>();
        groups.forEach((group, versions) -> result.put(group, List.copyOf(versions)));
        return result;
    }

    /// Serves what these CRDs define, and nothing else custom.
    public void serve(List<ObjectNode> crds) {
        var custom = new ArrayList<ResourceType>();
        for (var crd : crds) {
            for (var version : crd.path("spec").path("versions")) {
                if (version.path("served").asBoolean()) {
                    custom.add(customType(crd.path("spec"), version));
                }
            }
        }
        byPath = index(custom);
        edition.incrementAndGet();
    }

    private static ResourceType customType(JsonNode spec, JsonNode version) {
        var names = spec.path("names");
        var kind = Json.text(names, "kind");
        var scale = Json.at(version, "subresources", "scale");
        return new ResourceType(
                Json.text(spec, "group"),
                Json.text(version, "name"),
                kind,
                Json.text(names, "plural"),
                names.path("singular").asText(kind.toLowerCase(Locale.ROOT)),
                Json.texts(names.path("shortNames")),
                Json.texts(names.path("categories")),
                Json.text(spec, "scope").equals("Namespaced"),
                Json.at(version, "subresources").has("status"),
                scale.isObject()
                        ? new Scale(
                                Json.text(scale, "specReplicasPath"),
                                Json.text(scale, "statusReplicasPath"),
                                Json.text(scale, "labelSelectorPath"))
                        : null,
                true,
                true,
                customSchema(spec, version));
    }

    private static Schema customSchema(JsonNode spec, JsonNode version) {
        var rules = Json.at(version, "schema", "openAPIV3Schema");
        if (spec.path("preserveUnknownFields").asBoolean() && rules.isObject()) {
            rules = ((ObjectNode) rules).put("x-kubernetes-preserve-unknown-fields", true);
        }
        return CustomSchemas.root(rules);
    }
}
