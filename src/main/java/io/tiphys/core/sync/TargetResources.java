package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.TrackingId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// Manifests as they would be applied: in a namespace if their kind has one, with the tracking id
/// of their Application, Secrets in the form that the API server stores.
///
/// @param manifests hooks left out: they are run, not kept
/// @param warnings what was left out or given twice, for the Application's conditions
public record TargetResources(List<Manifest> manifests, List<Warning> warnings) {

    private static final String CRD_INSTALL = "crd-install";

    /// What Argo CD passes over: what its author excludes, and what only Helm's own commands run.
    private static final Set<String> NEVER_RUN =
            Set.of(
                    "",
                    "Skip",
                    "test",
                    "test-success",
                    "test-failure",
                    "pre-rollback",
                    "post-rollback");

    private static final GroupVersionKind SECRET = new GroupVersionKind("", "v1", "Secret");

    /// @param type a condition type of Argo CD's
    public record Warning(String type, String message) {}

    /// @param application its name in tracking ids
    /// @param namespace the destination's, for manifests that name none
    /// @param namespaced whether a kind lives in namespaces; empty if the cluster does not know it
    public static TargetResources prepare(
            List<Manifest> rendered,
            String application,
            String namespace,
            Function<GroupVersionKind, Optional<Boolean>> namespaced) {
        var scopes = scopesDeclared(rendered);
        var byKey = new LinkedHashMap<io.tiphys.core.model.ResourceKey, Manifest>();
        var warnings = new ArrayList<Warning>();
        for (var manifest : rendered) {
            if (isHook(manifest)) {
                if (isToBeRun(manifest)) {
                    warnings.add(
                            new Warning(
                                    "ExcludedResourceWarning",
                                    "%s is a hook and was left out: this version does not run hooks"
                                            .formatted(manifest.key())));
                }
                continue;
            }
            var type = manifest.type();
            boolean inNamespace =
                    namespaced
                            .apply(type)
                            .or(
                                    () ->
                                            Optional.ofNullable(
                                                    scopes.get(type.group() + "/" + type.kind())))
                            .orElse(true);
            var placed = storedForm(place(manifest, inNamespace, namespace));
            var stamped = new TrackingId(application, placed.key()).stamp(placed);
            if (byKey.put(stamped.key(), stamped) != null) {
                warnings.add(
                        new Warning(
                                "RepeatedResourceWarning",
                                "Resource %s appears more than once; the last one counts"
                                        .formatted(stamped.key())));
            }
        }
        return new TargetResources(List.copyOf(byKey.values()), List.copyOf(warnings));
    }

    /// Helm calls definitions hooks that are to be there first. They are kept like any other.
    private static boolean isHook(Manifest manifest) {
        return manifest.annotations().containsKey(Annotations.HOOK)
                || !manifest.annotations()
                        .getOrDefault(Annotations.HELM_HOOK, CRD_INSTALL)
                        .equals(CRD_INSTALL);
    }

    private static boolean isToBeRun(Manifest manifest) {
        return Stream.of(Annotations.HOOK, Annotations.HELM_HOOK)
                .map(it -> manifest.annotations().getOrDefault(it, ""))
                .flatMap(it -> Arrays.stream(it.split(",", -1)))
                .map(String::strip)
                .anyMatch(it -> !NEVER_RUN.contains(it));
    }

    /// Kinds that the manifests themselves bring: true where they live in namespaces.
    private static Map<String, Boolean> scopesDeclared(List<Manifest> manifests) {
        var scopes = new HashMap<String, Boolean>();
        for (var manifest : manifests) {
            if (manifest.type().kind().equals("CustomResourceDefinition")) {
                var spec = Json.object(manifest.object(), "spec");
                scopes.put(
                        Json.string(spec, "group") + "/" + Json.string(spec, "names", "kind"),
                        Json.string(spec, "scope").equals("Namespaced"));
            }
        }
        return scopes;
    }

    private static Manifest place(Manifest manifest, boolean inNamespace, String namespace) {
        var declared = Json.string(manifest.object(), "metadata", "namespace");
        if (inNamespace && declared.isEmpty()) {
            return new Manifest(
                    Json.with(manifest.object(), namespace, "metadata", "namespace"),
                    manifest.origin());
        }
        if (!inNamespace && !declared.isEmpty()) {
            var metadata = new LinkedHashMap<>(Json.object(manifest.object(), "metadata"));
            metadata.remove("namespace");
            return new Manifest(
                    Json.with(manifest.object(), metadata, "metadata"), manifest.origin());
        }
        return manifest;
    }

    /// A Secret's `stringData` is an input only: the API server keeps it encoded under `data`. What
    /// it would refuse is left for it to refuse.
    private static Manifest storedForm(Manifest manifest) {
        var text = Json.strings(manifest.object(), "stringData");
        boolean allText = text.size() == Json.object(manifest.object(), "stringData").size();
        if (text.isEmpty() || !allText || !manifest.type().equals(SECRET)) {
            return manifest;
        }
        var data = new LinkedHashMap<>(Json.object(manifest.object(), "data"));
        text.forEach(
                (key, value) ->
                        data.put(
                                key,
                                Base64.getEncoder()
                                        .encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        var object = Json.with(manifest.object(), data, "data");
        object.remove("stringData");
        return new Manifest(object, manifest.origin());
    }
}
