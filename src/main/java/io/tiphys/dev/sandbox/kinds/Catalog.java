package io.tiphys.dev.sandbox.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
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

    private static final List<ResourceType> BUILT_IN =
            List.of(
                    builtIn(Namespace.class, "status", "ns"),
                    builtIn(ConfigMap.class, "", "cm"),
                    builtIn(Secret.class, ""),
                    builtIn(Service.class, "status all", "svc"),
                    builtIn(ServiceAccount.class, "", "sa"),
                    builtIn(Pod.class, "status all", "po"),
                    builtIn(Event.class, "", "ev"),
                    builtIn(PersistentVolume.class, "status", "pv"),
                    builtIn(PersistentVolumeClaim.class, "status", "pvc"),
                    builtIn(Endpoints.class, "", "ep"),
                    builtIn(Node.class, "status", "no"),
                    builtIn(LimitRange.class, "", "limits"),
                    builtIn(ResourceQuota.class, "status", "quota"),
                    builtIn(Deployment.class, "status scale counts all", "deploy"),
                    builtIn(ReplicaSet.class, "status scale counts all", "rs"),
                    builtIn(StatefulSet.class, "status scale counts all", "sts"),
                    builtIn(DaemonSet.class, "status counts all", "ds"),
                    builtIn(ControllerRevision.class, ""),
                    builtIn(Job.class, "status counts all"),
                    builtIn(CronJob.class, "status counts all", "cj"),
                    builtIn(Ingress.class, "status counts", "ing"),
                    builtIn(NetworkPolicy.class, "counts", "netpol"),
                    builtIn(IngressClass.class, "counts"),
                    builtIn(EndpointSlice.class, "counts"),
                    builtIn(Role.class, ""),
                    builtIn(RoleBinding.class, ""),
                    builtIn(ClusterRole.class, ""),
                    builtIn(ClusterRoleBinding.class, ""),
                    builtIn(PodDisruptionBudget.class, "status counts", "pdb"),
                    builtIn(HorizontalPodAutoscaler.class, "status all", "hpa"),
                    builtIn(StorageClass.class, "", "sc"),
                    builtIn(PriorityClass.class, "counts", "pc"),
                    builtIn(Lease.class, ""),
                    builtIn(ValidatingWebhookConfiguration.class, "counts"),
                    builtIn(MutatingWebhookConfiguration.class, "counts"),
                    builtIn(CustomResourceDefinition.class, "status counts", "crd", "crds"));

    private volatile Map<String, ResourceType> byPath;
    private final AtomicLong edition = new AtomicLong();

    public Catalog() {
        byPath = index(List.of());
    }

    private static ResourceType builtIn(
            Class<? extends HasMetadata> model, String traits, String... shortNames) {
        var words = List.of(traits.split(" ", -1));
        return new ResourceType(
                HasMetadata.getGroup(model),
                HasMetadata.getVersion(model),
                HasMetadata.getKind(model),
                HasMetadata.getPlural(model),
                HasMetadata.getSingular(model),
                List.of(shortNames),
                words.contains("all") ? List.of("all") : List.of(),
                Namespaced.class.isAssignableFrom(model),
                words.contains("status"),
                words.contains("scale") ? Scale.WORKLOAD : null,
                words.contains("counts"),
                false,
                BuiltInSchemas.of(model));
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

    public ResourceType builtIn(Class<? extends HasMetadata> model) {
        return BUILT_IN.stream()
                .filter(type -> type.kind().equals(HasMetadata.getKind(model)))
                .findFirst()
                .orElseThrow();
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
