package io.tiphys.dev.sandbox.kinds;

import io.tiphys.dev.sandbox.schema.Schema;
import io.tiphys.dev.sandbox.wire.Refusal.Subject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A kind as the API serves it in one version.
///
/// @param status whether its status is written through the status subresource only
/// @param counts whether it counts generations
/// @param custom whether a CRD defines it
public record ResourceType(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced,
        boolean status,
        @Nullable Scale scale,
        boolean counts,
        boolean custom,
        Schema schema) {

    /// Where the scale subresource finds its numbers.
    public record Scale(String specPath, String statusPath, String selectorPath) {

        public static final Scale WORKLOAD =
                new Scale(".spec.replicas", ".status.replicas", ".status.selector");
    }

    private static final Set<String> UPDATED_BY_VERSION =
            Set.of(
                    "leases.coordination.k8s.io",
                    "poddisruptionbudgets.policy",
                    "customresourcedefinitions.apiextensions.k8s.io",
                    "validatingwebhookconfigurations.admissionregistration.k8s.io",
                    "mutatingwebhookconfigurations.admissionregistration.k8s.io");

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// The name of the shelf on which all versions of the kind are stored.
    public String shelf() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public String listKind() {
        return kind + "List";
    }

    /// Whether an update must say which version it was made from.
    public boolean updatesByVersion() {
        return custom || UPDATED_BY_VERSION.contains(shelf());
    }

    public Subject subject(String name) {
        return new Subject(group, plural, name);
    }

    /// How errors of validation name it.
    public Subject kindSubject(String name) {
        return new Subject(group, kind, name);
    }
}
