package io.tiphys.dev.sandbox.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Reads the fields of built-in kinds off the client's model classes; only how lists merge has to
/// be said here, because the classes do not know it.
public final class BuiltInSchemas {

    /// `Class.field`, then `set` or the keys of a map list (`=` gives a key's default), then
    /// `patch` where strategic merge patch merges too (by the first key), with `retainKeys` where
    /// it drops what the patch does not name.
    private static final String LISTS =
            """
            ObjectMeta.ownerReferences uid patch
            ObjectMeta.finalizers set patch
            PodSpec.containers name patch
            PodSpec.initContainers name patch
            PodSpec.ephemeralContainers name patch
            PodSpec.volumes name patch retainKeys
            PodSpec.imagePullSecrets name patch
            PodSpec.hostAliases ip patch
            PodSpec.topologySpreadConstraints topologyKey,whenUnsatisfiable patch
            PodSpec.resourceClaims name patch retainKeys
            PodSpec.schedulingGates name patch
            Container.env name patch
            Container.ports containerPort,protocol=TCP patch
            Container.volumeMounts mountPath patch
            Container.volumeDevices devicePath patch
            EphemeralContainer.env name patch
            EphemeralContainer.ports containerPort,protocol=TCP patch
            EphemeralContainer.volumeMounts mountPath patch
            EphemeralContainer.volumeDevices devicePath patch
            ResourceRequirements.claims name
            ServiceSpec.ports port,protocol=TCP patch
            ServiceStatus.conditions type patch
            ServiceAccount.secrets name patch
            DeploymentStatus.conditions type patch
            ReplicaSetStatus.conditions type patch
            StatefulSetStatus.conditions type patch
            DaemonSetStatus.conditions type patch
            PodStatus.conditions type patch
            PodStatus.podIPs ip patch
            NodeSpec.podCIDRs set patch
            NodeStatus.conditions type patch
            NodeStatus.addresses type patch
            NamespaceStatus.conditions type patch
            PersistentVolumeClaimStatus.conditions type patch
            PodDisruptionBudgetStatus.conditions type patch
            NetworkPolicyStatus.conditions type patch
            HorizontalPodAutoscalerStatus.conditions type patch
            CustomResourceDefinitionStatus.conditions type
            ValidatingWebhookConfiguration.webhooks name patch
            MutatingWebhookConfiguration.webhooks name patch
            ValidatingWebhook.matchConditions name patch
            MutatingWebhook.matchConditions name patch
            ValidatingAdmissionPolicySpec.matchConditions name patch
            ValidatingAdmissionPolicyBindingSpec.validationActions set
            ValidatingAdmissionPolicyStatus.conditions type
            APIServiceStatus.conditions type patch
            CSIDriverSpec.volumeLifecycleModes set
            """;

    private static final Set<String> ATOMIC_TYPES =
            Set.of(
                    "LabelSelector",
                    "MatchResources",
                    "ObjectReference",
                    "LocalObjectReference",
                    "TypedLocalObjectReference",
                    "SecretReference",
                    "SecretKeySelector",
                    "ConfigMapKeySelector",
                    "ObjectFieldSelector",
                    "ResourceFieldSelector",
                    "NodeSelector",
                    "NodeSelectorTerm",
                    "OwnerReference",
                    "EndpointAddress",
                    "EndpointPort",
                    "RoleRef",
                    "Subject",
                    "TopologySelectorTerm");

    private static final Set<String> ATOMIC_MAPS =
            Set.of("ServiceSpec.selector", "PodSpec.nodeSelector", "Scheduling.nodeSelector");

    private static final Map<String, Schema.Merge> MERGES = merges();
    private static final Map<Class<?>, Schema> CACHE = new ConcurrentHashMap<>();

    /// The metadata that every object has, also a custom one.
    public static final Schema METADATA = of(ObjectMeta.class);

    private BuiltInSchemas() {}

    public static Schema of(Class<?> type) {
        var known = CACHE.get(type);
        if (known != null) {
            return known;
        }
        var made = make(type);
        CACHE.put(type, made);
        return made;
    }

    /// The schema of a kind, without loading its class before somebody asks for a field.
    ///
    /// @param model the class, below fabric8's package: `apps.Deployment`
    public static Schema ofKind(String model) {
        var name = "io.fabric8.kubernetes.api.model." + model;
        return Schema.object(name, new LazyFields(() -> load(name)), false);
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException("The build lacks a model", missing);
        }
    }

    private static Schema make(Class<?> type) {
        if (type == String.class || type.isEnum()) {
            return Schema.STRING;
        }
        if (type == MicroTime.class || type == ZonedDateTime.class) {
            return Schema.MICRO_TIME;
        }
        if (type == Integer.class || type == Long.class || type == int.class) {
            return Schema.INTEGER;
        }
        if (type == Double.class || type == Float.class) {
            return Schema.NUMBER;
        }
        if (type == Boolean.class || type == boolean.class) {
            return Schema.BOOLEAN;
        }
        if (type == IntOrString.class) {
            return Schema.INT_OR_STRING;
        }
        if (type == Quantity.class) {
            return Schema.QUANTITY;
        }
        var custom = type.getAnnotation(JsonDeserialize.class);
        var opaque = custom != null && custom.using() != JsonDeserializer.None.class;
        if (opaque || !type.getName().startsWith("io.fabric8.") || type.isInterface()) {
            return Schema.ANY;
        }
        return properties(type).isEmpty()
                ? Schema.ANY
                : Schema.object(
                        type.getName(),
                        new LazyFields(() -> type),
                        ATOMIC_TYPES.contains(type.getSimpleName()));
    }

    /// Types refer to each other in circles (a JSON schema holds JSON schemas), so fields are read
    /// when they are first asked for.
    private static final class LazyFields implements Supplier<Map<String, Schema>> {

        private final Supplier<Class<?>> model;
        private volatile Map<String, Schema> read = Map.of();

        LazyFields(Supplier<Class<?>> model) {
            this.model = model;
        }

        @Override
        public Map<String, Schema> get() {
            if (read.isEmpty()) {
                var type = model.get();
                var fields = new TreeMap<String, Schema>();
                properties(type).forEach((name, java) -> fields.put(name, field(type, name, java)));
                read = fields;
            }
            return read;
        }
    }

    private static Map<String, Type> properties(Class<?> type) {
        var properties = new LinkedHashMap<String, Type>();
        for (var field : type.getDeclaredFields()) {
            var property = field.getAnnotation(JsonProperty.class);
            if (property != null && !Modifier.isStatic(field.getModifiers())) {
                properties.put(property.value(), field.getGenericType());
            }
        }
        return properties;
    }

    private static Schema field(Class<?> owner, String name, Type java) {
        var place = owner.getSimpleName() + "." + name;
        if (java instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                var merge = MERGES.getOrDefault(place, Schema.Merge.NONE);
                var item = field(owner, "", arguments[0]);
                return Schema.list(() -> item, merge, !merge.set() && merge.keys().isEmpty());
            }
            if (generic.getRawType() == Map.class) {
                var value = field(owner, "", arguments[1]);
                return Schema.map(() -> value, ATOMIC_MAPS.contains(place));
            }
            return Schema.ANY;
        }
        if (!(java instanceof Class<?> type)) {
            return Schema.ANY;
        }
        return place.equals("DeploymentSpec.strategy")
                ? of(type).with(new Schema.Merge(false, List.of(), Map.of(), null, true), false)
                : of(type);
    }

    private static Map<String, Schema.Merge> merges() {
        var merges = new HashMap<String, Schema.Merge>();
        LISTS.lines()
                .map(line -> line.split(" ", -1))
                .forEach(words -> merges.put(words[0], merge(List.of(words))));
        return merges;
    }

    private static Schema.Merge merge(List<String> words) {
        var set = words.get(1).equals("set");
        var patch = words.contains("patch");
        if (set) {
            return new Schema.Merge(true, List.of(), Map.of(), patch ? "" : null, false);
        }
        var keys = new ArrayList<String>();
        var defaults = new HashMap<String, String>();
        for (var key : words.get(1).split(",", -1)) {
            var parts = key.split("=", -1);
            keys.add(parts[0]);
            if (parts.length > 1) {
                defaults.put(parts[0], parts[1]);
            }
        }
        return new Schema.Merge(
                false,
                List.copyOf(keys),
                Map.copyOf(defaults),
                patch ? keys.getFirst() : null,
                words.contains("retainKeys"));
    }
}
