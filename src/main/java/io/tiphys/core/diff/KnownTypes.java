package io.tiphys.core.diff;

import io.tiphys.core.model.ResourceKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which fields have types of Kubernetes', which the API server or controllers write in a spelling
/// of their own: all of Kubernetes' own kinds, and what users say of their custom resources.
///
/// @param fields by `group/Kind`
record KnownTypes(Map<String, List<Field>> fields) {

    /// The groups that an API server brings itself, all of whose kinds have types. Others end in
    /// `k8s.io` as well.
    private static final Set<String> KUBERNETES =
            Set.of(
                    "",
                    "admissionregistration.k8s.io",
                    "apiextensions.k8s.io",
                    "apiregistration.k8s.io",
                    "apps",
                    "authentication.k8s.io",
                    "authorization.k8s.io",
                    "autoscaling",
                    "batch",
                    "certificates.k8s.io",
                    "coordination.k8s.io",
                    "discovery.k8s.io",
                    "events.k8s.io",
                    "extensions",
                    "flowcontrol.apiserver.k8s.io",
                    "networking.k8s.io",
                    "node.k8s.io",
                    "policy",
                    "rbac.authorization.k8s.io",
                    "resource.k8s.io",
                    "scheduling.k8s.io",
                    "storage.k8s.io");

    /// A rollout's template is a Deployment's; Argo CD knows it without being told.
    private static final Field ROLLOUT =
            new Field("argoproj.io", "Rollout", "spec.template.spec", Type.STRUCTURE);

    /// @param path of names, without what tells items of lists apart
    record Field(String group, String kind, String path, Type type) {}

    /// What a field holds.
    enum Type {
        QUANTITY,
        DURATION,
        /// Quantities by name.
        QUANTITIES,
        /// Limits and requests, each with quantities by name.
        REQUIREMENTS,
        /// Anything else of Kubernetes', with quantities where its own kinds have them.
        STRUCTURE;

        /// @param name as Argo CD has it, such as `core/v1/PodSpec`
        static Optional<Type> named(String name) {
            return switch (name) {
                case "core/Quantity" -> Optional.of(QUANTITY);
                case "meta/v1/Duration" -> Optional.of(DURATION);
                case "core/v1/ResourceList" -> Optional.of(QUANTITIES);
                case "core/v1/ResourceRequirements", "core/v1/VolumeResourceRequirements" ->
                        Optional.of(REQUIREMENTS);
                default ->
                        name.matches("core/v1/[A-Z][A-Za-z]+")
                                ? Optional.of(STRUCTURE)
                                : Optional.empty();
            };
        }
    }

    static KnownTypes of(List<Field> fields) {
        var all = new LinkedHashMap<String, List<Field>>();
        fields.forEach(
                it ->
                        all.computeIfAbsent(it.group() + "/" + it.kind(), _ -> new ArrayList<>())
                                .add(it));
        all.putIfAbsent("argoproj.io/Rollout", List.of(ROLLOUT));
        return new KnownTypes(Map.copyOf(all));
    }

    Optional<Type> find(ResourceKey key, String path) {
        if (KUBERNETES.contains(key.group())) {
            return Optional.of(Type.STRUCTURE);
        }
        for (var field : fields.getOrDefault(key.group() + "/" + key.kind(), List.of())) {
            if (path.equals(field.path())) {
                return Optional.of(field.type());
            }
            if (path.startsWith(field.path() + ".")) {
                var below = path.substring(field.path().length() + 1);
                boolean quantity =
                        field.type() == Type.QUANTITIES
                                || (field.type() == Type.REQUIREMENTS
                                        && below.matches("(limits|requests)\\..+"));
                return Optional.of(quantity ? Type.QUANTITY : field.type());
            }
        }
        return Optional.empty();
    }
}
