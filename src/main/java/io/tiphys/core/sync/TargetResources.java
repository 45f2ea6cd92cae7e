package io.tiphys.core.sync;

import io.tiphys.core.model.GroupVersionKind;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.model.Tracking;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Manifests as they would be applied: in a namespace if their kind has one, with the tracking id
/// of their Application, Secrets in the form that the API server stores.
///
/// @param manifests what is kept
/// @param hooks what syncs run; some get their names, and then their tracking ids, when they are
///     run
/// @param warnings what was left out or given twice, for the Application's conditions
public record TargetResources(
        List<Manifest> manifests, List<Manifest> hooks, List<Warning> warnings) {

    private static final GroupVersionKind SECRET = new GroupVersionKind("", "v1", "Secret");

    /// @param type a condition type of Argo CD's
    public record Warning(String type, String message) {}

    /// @param application its name in tracking ids
    /// @param tracking how resources name it
    /// @param namespace the destination's, for manifests that name none
    /// @param namespaced whether a kind lives in namespaces; empty if the cluster does not know it
    public static TargetResources prepare(
            List<Manifest> rendered,
            String application,
            Tracking tracking,
            String namespace,
            Function<GroupVersionKind, Optional<Boolean>> namespaced) {
        var scopes = scopesDeclared(rendered);
        var byKey = new LinkedHashMap<ResourceKey, Manifest>();
        var warnings = new ArrayList<Warning>();
        for (var manifest : rendered) {
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
            var key = nameless(placed) ? keyByPrefix(placed) : placed.key();
            if (byKey.put(key, placed) != null) {
                warnings.add(
                        new Warning(
                                "RepeatedResourceWarning",
                                "Resource %s appears more than once; the last one counts"
                                        .formatted(key)));
            }
        }
        var kept = new ArrayList<Manifest>();
        var hooks = new ArrayList<Manifest>();
        byKey.forEach(
                (key, manifest) ->
                        Hook.of(manifest.annotations())
                                .ifPresentOrElse(
                                        hook -> {
                                            warnings.addAll(warnings(key, hook));
                                            if (!hook.phases().isEmpty()) {
                                                hooks.add(tracking.stamp(application, manifest));
                                            }
                                        },
                                        () -> kept.add(tracking.stamp(application, manifest))));
        return new TargetResources(List.copyOf(kept), List.copyOf(hooks), List.copyOf(warnings));
    }

    /// Those that the settings do not leave out, with a warning about the others.
    ///
    /// @param excludes whether it leaves out a kind, by its group and name; asked once for each
    public TargetResources without(BiPredicate<String, String> excludes) {
        var kinds = new HashMap<String, Boolean>();
        Predicate<ResourceKey> excluded =
                key ->
                        kinds.computeIfAbsent(
                                key.group() + "/" + key.kind(),
                                _ -> excludes.test(key.group(), key.kind()));
        var said = new ArrayList<>(warnings);
        Stream.concat(manifests.stream(), hooks.stream())
                .map(Manifest::key)
                .filter(excluded)
                .forEach(
                        key ->
                                said.add(
                                        new Warning(
                                                "ExcludedResourceWarning",
                                                "Resource %s/%s %s is excluded in the settings"
                                                        .formatted(
                                                                key.group(),
                                                                key.kind(),
                                                                key.name()))));
        return new TargetResources(
                manifests.stream().filter(it -> !excluded.test(it.key())).toList(),
                hooks.stream().filter(it -> !excluded.test(it.key())).toList(),
                List.copyOf(said));
    }

    /// The phases of a deletion for which there are hooks.
    public Set<SyncPhase> phasesAtDeletion() {
        return hooks.stream()
                .flatMap(it -> Hook.of(it.annotations()).orElseThrow().phases().stream())
                .filter(SyncPhase::isAtDeletion)
                .collect(Collectors.toSet());
    }

    private static List<Warning> warnings(ResourceKey key, Hook hook) {
        return hook.problems().stream()
                .map(it -> new Warning("ExcludedResourceWarning", key + " " + it))
                .toList();
    }

    private static boolean nameless(Manifest manifest) {
        return manifest.key().name().isEmpty();
    }

    /// Two of one prefix would get one name when they are run.
    private static ResourceKey keyByPrefix(Manifest manifest) {
        return manifest.key().named(Json.string(manifest.object(), "metadata", "generateName"));
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
