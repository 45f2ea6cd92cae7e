package io.tiphys.repo.render;

import io.tiphys.core.model.Json;
import io.tiphys.core.model.Source;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Lays what an Application says over a kustomization, with the same result as the commands
/// `kustomize edit set` and `kustomize edit add` that Argo CD gives.
final class KustomizationEdit {

    private static final String WHERE = "spec.source.kustomize.";

    /// Stands for what the file itself has.
    private static final String KEPT = "*";

    private final Kustomization kustomization;
    private Map<String, Object> tree;

    private KustomizationEdit(Kustomization kustomization) {
        this.kustomization = kustomization;
        tree = kustomization.tree();
    }

    /// The options with build variables put in where Argo CD does it: images, labels, and
    /// annotations if they ask for it.
    static Source.Kustomize substituted(
            Source.Kustomize options, UnaryOperator<String> substitution) {
        return new Source.Kustomize(
                options.namePrefix(),
                options.nameSuffix(),
                options.namespace(),
                options.version(),
                options.kubeVersion(),
                options.apiVersions(),
                options.images().stream().map(substitution).toList(),
                options.components(),
                options.ignoreMissingComponents(),
                substituted(options.commonLabels(), substitution),
                options.forceCommonLabels(),
                options.labelWithoutSelector(),
                options.labelIncludeTemplates(),
                options.commonAnnotationsEnvsubst()
                        ? substituted(options.commonAnnotations(), substitution)
                        : options.commonAnnotations(),
                options.forceCommonAnnotations(),
                options.commonAnnotationsEnvsubst(),
                options.replicas(),
                options.patches());
    }

    private static Map<String, String> substituted(
            Map<String, String> values, UnaryOperator<String> substitution) {
        var substituted = new LinkedHashMap<>(values);
        substituted.replaceAll((_, value) -> substitution.apply(value));
        return substituted;
    }

    /// @param options after [#substituted]
    /// @param exists whether there is a folder, by its path from the kustomization's
    /// @return the same kustomization if the options change nothing
    /// @throws ManifestFailure if an option cannot be laid over what the file has
    static Kustomization of(
            Kustomization kustomization, Source.Kustomize options, Predicate<String> exists) {
        var edit = new KustomizationEdit(kustomization);
        edit.set("namePrefix", options.namePrefix());
        edit.set("nameSuffix", options.nameSuffix());
        edit.images(options.images());
        edit.replicas(options.replicas());
        edit.labels(options);
        edit.add(
                "commonAnnotations", options.commonAnnotations(), options.forceCommonAnnotations());
        edit.set("namespace", options.namespace());
        edit.append("patches", options.patches());
        edit.components(options, exists);
        return edit.tree.equals(kustomization.tree())
                ? kustomization
                : new Kustomization(kustomization.file(), edit.tree);
    }

    private void set(String field, String value) {
        if (!value.isEmpty()) {
            tree = Kustomization.with(tree, field, value);
        }
    }

    /// An image of the file keeps its place only where it has another name; all are sorted by it.
    private void images(List<String> arguments) {
        if (arguments.isEmpty()) {
            return;
        }
        var images = new TreeMap<String, Map<String, Object>>();
        arguments.stream().map(KustomizationEdit::image).forEach(it -> images.put(name(it), it));
        Stream.of("images", "imageTags")
                .flatMap(field -> objects(field).stream())
                .forEach(it -> images.merge(name(it), it, KustomizationEdit::kept));
        tree = Kustomization.with(tree, "imageTags", List.of());
        tree =
                Kustomization.with(
                        tree, "images", images.values().stream().map(it -> without(it)).toList());
    }

    private static String name(Map<String, Object> object) {
        return Kustomization.text(object, "name");
    }

    /// Reads `name=other/name:tag@digest`, each part but the name optional.
    private static Map<String, Object> image(String argument) {
        var equals = argument.indexOf('=');
        var name = argument.substring(0, Math.max(0, equals));
        var value = argument.substring(equals + 1);
        // A port of the registry is not a tag.
        var slash = Math.max(0, value.indexOf('/'));
        var at = value.indexOf('@', slash);
        var beforeDigest = at < 0 ? value : value.substring(0, at);
        var colon = beforeDigest.indexOf(':', slash);
        var image = colon < 0 ? beforeDigest : beforeDigest.substring(0, colon);
        if (image.equals(argument)) {
            throw new ManifestFailure(
                    WHERE
                            + "images: '%s' changes nothing: name=other, name:tag or name@digest"
                                    .formatted(argument));
        }
        var read = new LinkedHashMap<String, Object>();
        read.put("name", name.isEmpty() ? image : name);
        read.put("newName", name.isEmpty() ? "" : image);
        read.put("newTag", colon < 0 ? "" : beforeDigest.substring(colon + 1));
        read.put("digest", at < 0 ? "" : value.substring(at + 1));
        read.values().removeIf(""::equals);
        return read;
    }

    private static Map<String, Object> kept(Map<String, Object> said, Map<String, Object> file) {
        var image = new LinkedHashMap<>(said);
        image.replaceAll(
                (part, value) ->
                        KEPT.equals(value) && !"name".equals(part)
                                ? Kustomization.text(file, part)
                                : value);
        return image;
    }

    private static Map<String, Object> without(Map<String, Object> image) {
        var without = new LinkedHashMap<>(image);
        without.values().removeIf(it -> KEPT.equals(it) || "".equals(it));
        return without;
    }

    private void replicas(List<Source.Kustomize.Replica> said) {
        if (said.isEmpty()) {
            return;
        }
        var replicas = new TreeMap<String, Map<String, Object>>();
        said.forEach(it -> replicas.put(it.name(), Map.of("name", it.name(), "count", it.count())));
        objects("replicas").forEach(it -> replicas.putIfAbsent(name(it), it));
        tree = Kustomization.with(tree, "replicas", List.copyOf(replicas.values()));
    }

    private void labels(Source.Kustomize options) {
        if (options.commonLabels().isEmpty()) {
            return;
        }
        if (!options.labelWithoutSelector()) {
            if (options.labelIncludeTemplates()) {
                throw new ManifestFailure(
                        WHERE + "labelIncludeTemplates needs labelWithoutSelector");
            }
            add("commonLabels", options.commonLabels(), options.forceCommonLabels());
            return;
        }
        // They go to the first entry of the file that does the same, else to one of their own.
        var labels = new ArrayList<>(objects("labels"));
        var alike = 0;
        while (alike < labels.size() && !isAlike(labels.get(alike), options)) {
            alike++;
        }
        if (alike == labels.size()) {
            labels.add(Map.of("includeTemplates", options.labelIncludeTemplates()));
        }
        var entry = labels.get(alike);
        labels.set(
                alike,
                Kustomization.with(
                        entry,
                        "pairs",
                        added(
                                "labels",
                                Json.object(Kustomization.field(entry, "pairs")),
                                options.commonLabels(),
                                options.forceCommonLabels())));
        tree = Kustomization.with(tree, "labels", labels);
    }

    private static boolean isAlike(Map<String, Object> entry, Source.Kustomize options) {
        return !is(entry, "includeSelectors")
                && is(entry, "includeTemplates") == options.labelIncludeTemplates();
    }

    private static boolean is(Map<String, Object> entry, String field) {
        return Boolean.TRUE.equals(Kustomization.field(entry, field));
    }

    private void add(String field, Map<String, String> values, boolean force) {
        if (values.isEmpty()) {
            return;
        }
        var there = Kustomization.field(tree, field);
        if (there != null && !(there instanceof Map<?, ?>)) {
            throw wrong(field, "an object");
        }
        tree = Kustomization.with(tree, field, added(field, Json.object(there), values, force));
    }

    private Map<String, Object> added(
            String field, Map<String, Object> there, Map<String, String> values, boolean force) {
        var added = new LinkedHashMap<>(there);
        values.forEach(
                (key, value) -> {
                    if (key.isEmpty()) {
                        throw new ManifestFailure("%s%s: a name is empty".formatted(WHERE, field));
                    }
                    if (there.containsKey(key) && !force) {
                        throw new ManifestFailure(
                                "%s has '%s' in %s already, and the Application does not force it"
                                        .formatted(kustomization.file(), key, field));
                    }
                    added.put(key, unquoted(value));
                });
        return added;
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private void components(Source.Kustomize options, Predicate<String> exists) {
        var there = Kustomization.texts(tree, "components").toList();
        append(
                "components",
                options.components().stream()
                        .distinct()
                        .filter(it -> !options.ignoreMissingComponents() || exists.test(it))
                        .filter(it -> !there.contains(it))
                        .toList());
    }

    private void append(String field, List<?> values) {
        if (!values.isEmpty()) {
            var all = new ArrayList<>(list(field));
            all.addAll(values);
            tree = Kustomization.with(tree, field, all);
        }
    }

    private List<Map<String, Object>> objects(String field) {
        var list = list(field);
        if (!list.stream().allMatch(Map.class::isInstance)) {
            throw wrong(field, "a list of objects");
        }
        return list.stream().map(Json::object).toList();
    }

    private List<Object> list(String field) {
        var value = Kustomization.field(tree, field);
        if (value != null && !(value instanceof List<?>)) {
            throw wrong(field, "a list");
        }
        return Json.array(value);
    }

    private ManifestFailure wrong(String field, String type) {
        return new ManifestFailure(
                "%s: %s must be %s".formatted(kustomization.file(), field, type));
    }
}
