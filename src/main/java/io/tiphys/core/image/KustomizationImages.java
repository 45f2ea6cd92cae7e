package io.tiphys.core.image;

import io.tiphys.core.image.FileEdit.Change;
import io.tiphys.core.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A new tag under `images` of a kustomization, as `kustomize edit set image` sets it.
public final class KustomizationImages {

    /// In the order in which Kustomize looks for them.
    public static final List<String> FILES =
            List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

    private static final String IMAGES = "images";
    private static final String NAME = "name";
    private static final String NEW_NAME = "newName";
    private static final String NEW_TAG = "newTag";
    private static final String DIGEST = "digest";

    private KustomizationImages() {}

    /// What the file says of the image; nothing if it does not name it.
    ///
    /// @throws UnreadableManifestException if the file is no YAML
    /// @throws RefusedEditException if it is no mapping
    public static NamedTag current(String text, TrackedImage image) {
        return current(entry(YamlFile.parse(text), image));
    }

    /// @throws UnreadableManifestException if the file is no YAML
    /// @throws RefusedEditException if the tag cannot be set without changing more
    public static FileEdit of(String text, TrackedImage image, FileEdit.Choice choice) {
        var file = YamlFile.parse(text);
        var entry = entry(file, image);
        var before = current(entry);
        var retag = choice.apply(before);
        if (retag.isEmpty()) {
            return FileEdit.none(text);
        }
        boolean pinned = before.digest().isPresent();
        if (pinned && retag.get().digest().isEmpty()) {
            throw new RefusedEditException(
                    "the image's digest is pinned, and that of the new one is not known");
        }
        file =
                entry.isPresent()
                        ? withEntry(file, image, retag.get(), pinned)
                        : withNewEntry(file, image, retag.get());
        if (file.text().equals(text)) {
            return FileEdit.none(text);
        }
        return new FileEdit(
                file.text(), List.of(new Change(before.toString(), retag.get().suffix(pinned))));
    }

    private static NamedTag current(Optional<MappingNode> entry) {
        return entry.map(
                        it ->
                                new NamedTag(
                                        value(it, NEW_TAG).filter(tag -> !tag.isEmpty()),
                                        value(it, DIGEST).filter(digest -> !digest.isEmpty())))
                .orElse(NamedTag.NONE);
    }

    /// Each edit makes a new file, in which the entry is looked for again.
    private static YamlFile withEntry(
            YamlFile file, TrackedImage image, Retag retag, boolean pinned) {
        var edited = file;
        if (image.keys() instanceof ImageKeys.Kustomize(var name)
                && !name.equals(image.spelled())
                && value(known(edited, image), NEW_NAME)
                        .filter(it -> HelmValues.names(it, image))
                        .isEmpty()) {
            edited = with(edited, image, NEW_NAME, image.spelled());
        }
        edited = with(edited, image, NEW_TAG, retag.tag());
        var digest = retag.digest(pinned);
        return digest.isPresent() ? with(edited, image, DIGEST, digest.get()) : edited;
    }

    private static YamlFile with(YamlFile file, TrackedImage image, String field, String value) {
        var entry = known(file, image);
        return switch (YamlFile.field(entry, field).orElse(null)) {
            case null -> file.add(entry, field, value);
            case ScalarNode scalar -> file.set(scalar, value);
            default ->
                    throw new RefusedEditException(
                            "%s of an image is not a single value".formatted(field));
        };
    }

    private static MappingNode known(YamlFile file, TrackedImage image) {
        return entry(file, image)
                .orElseThrow(() -> new IllegalStateException("An edit keeps the entry"));
    }

    private static YamlFile withNewEntry(YamlFile file, TrackedImage image, Retag retag) {
        var entry = new LinkedHashMap<String, Object>();
        if (image.keys() instanceof ImageKeys.Kustomize(var name)
                && !name.equals(image.spelled())) {
            entry.put(NAME, name);
            entry.put(NEW_NAME, image.spelled());
        } else {
            entry.put(NAME, image.spelled());
        }
        entry.put(NEW_TAG, retag.tag());
        retag.digest(false).ifPresent(it -> entry.put(DIGEST, it));
        return appended(file, List.of(IMAGES), entry);
    }

    /// Adds an item to the list at a path, which is made if need be.
    static YamlFile appended(YamlFile file, List<String> path, Object item) {
        Object content = List.of(item);
        for (var key : path.reversed()) {
            content = Map.of(key, content);
        }
        Optional<MappingNode> mapping = file.root();
        if (mapping.isEmpty()) {
            return file.begin(Json.object(content));
        }
        for (var key : path) {
            content = Json.object(content).getOrDefault(key, item);
            var parent = mapping.orElseThrow();
            switch (YamlFile.field(parent, key).orElse(null)) {
                case null -> {
                    return file.add(parent, key, content);
                }
                case MappingNode below -> mapping = Optional.of(below);
                case SequenceNode list -> {
                    return file.append(list, item);
                }
                case Node other -> {
                    if (YamlFile.isNothing(other)) {
                        return file.addBelow(parent, key, content);
                    }
                    throw new RefusedEditException("%s holds no list".formatted(key));
                }
            }
        }
        throw new RefusedEditException("%s is not a list".formatted(path.getLast()));
    }

    /// By the name that manifests have, or else the one that is put in its place.
    private static Optional<MappingNode> entry(YamlFile file, TrackedImage image) {
        var name = image.keys() instanceof ImageKeys.Kustomize(var original) ? original : "";
        var entries = mappings(file.root().flatMap(it -> YamlFile.field(it, IMAGES)));
        return entries.stream()
                .filter(
                        it ->
                                value(it, NAME)
                                        .filter(
                                                found ->
                                                        name.isEmpty()
                                                                ? HelmValues.names(found, image)
                                                                : found.equals(name))
                                        .isPresent())
                .findFirst()
                .or(
                        () ->
                                entries.stream()
                                        .filter(_ -> name.isEmpty())
                                        .filter(
                                                it ->
                                                        value(it, NEW_NAME)
                                                                .filter(
                                                                        found ->
                                                                                HelmValues.names(
                                                                                        found,
                                                                                        image))
                                                                .isPresent())
                                        .findFirst());
    }

    static List<MappingNode> mappings(Optional<Node> list) {
        return list
                .filter(SequenceNode.class::isInstance)
                .map(it -> ((SequenceNode) it).getValue())
                .orElse(List.of())
                .stream()
                .filter(MappingNode.class::isInstance)
                .map(MappingNode.class::cast)
                .toList();
    }

    static Optional<String> value(MappingNode mapping, String key) {
        return YamlFile.field(mapping, key)
                .filter(ScalarNode.class::isInstance)
                .filter(it -> !YamlFile.isNothing(it))
                .map(it -> ((ScalarNode) it).getValue());
    }
}
