package io.tiphys.core.image;

import io.tiphys.core.image.FileEdit.Change;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A new tag in `.argocd-source-<application>.yaml`, which is laid over an Application's source:
/// parameters for Helm, images for Kustomize, variables for a plugin.
public final class SourceFile {

    private static final List<String> PARAMETERS = List.of("helm", "parameters");
    private static final List<String> IMAGES = List.of("kustomize", "images");
    private static final List<String> VARIABLES = List.of("plugin", "env");
    private static final String VALUE = "value";

    private SourceFile() {}

    /// @param text empty if there is no such file
    /// @param otherwise what the source says where this file says nothing
    /// @throws UnreadableManifestException if the file is no YAML
    /// @throws RefusedEditException if the parameter cannot be set without changing more
    public static FileEdit ofHelm(
            String text, TrackedImage image, NamedTag otherwise, FileEdit.Choice choice) {
        var file = YamlFile.parse(text);
        var known = ImageParameters.current(parameters(file, PARAMETERS), image);
        var before = known.equals(NamedTag.NONE) ? otherwise : known;
        var retag = choice.apply(before);
        if (retag.isEmpty()) {
            return FileEdit.none(text);
        }
        for (var parameter :
                ImageParameters.of(image, retag.get(), before.digest().isPresent()).entrySet()) {
            file = withParameter(file, PARAMETERS, parameter.getKey(), parameter.getValue());
        }
        return edited(text, file, before, retag.get());
    }

    /// As [#ofHelm], of variables that a plugin is told. A list of them in this file takes the
    /// place of the source's own: where it is new, it has these as well.
    ///
    /// @param own of the source, by name
    public static FileEdit ofPlugin(
            String text, TrackedImage image, Map<String, String> own, FileEdit.Choice choice) {
        var file = YamlFile.parse(text);
        boolean listed = node(file, VARIABLES).isPresent();
        var before = ImageParameters.current(listed ? parameters(file, VARIABLES) : own, image);
        var retag = choice.apply(before);
        if (retag.isEmpty()) {
            return FileEdit.none(text);
        }
        var variables = new LinkedHashMap<String, String>(listed ? Map.of() : own);
        variables.putAll(ImageParameters.of(image, retag.get(), before.digest().isPresent()));
        for (var variable : variables.entrySet()) {
            file = withParameter(file, VARIABLES, variable.getKey(), variable.getValue());
        }
        return edited(text, file, before, retag.get());
    }

    /// As [#ofHelm], of images that a kustomization gets.
    public static FileEdit ofKustomize(
            String text, TrackedImage image, NamedTag otherwise, FileEdit.Choice choice) {
        var file = YamlFile.parse(text);
        var item = images(file).flatMap(it -> item(it, image));
        var before =
                item.map(it -> ImageParameters.tag(it.getValue()))
                        .filter(it -> !it.equals(NamedTag.NONE))
                        .orElse(otherwise);
        var retag = choice.apply(before);
        if (retag.isEmpty()) {
            return FileEdit.none(text);
        }
        var value = ImageParameters.kustomize(image, retag.get(), before.digest().isPresent());
        file =
                item.isPresent()
                        ? file.set(item.get(), value)
                        : KustomizationImages.appended(file, IMAGES, value);
        return edited(text, file, before, retag.get());
    }

    private static FileEdit edited(String text, YamlFile file, NamedTag before, Retag retag) {
        return file.text().equals(text)
                ? FileEdit.none(text)
                : new FileEdit(
                        file.text(),
                        List.of(
                                new Change(
                                        before.toString(),
                                        retag.suffix(before.digest().isPresent()))));
    }

    private static YamlFile withParameter(
            YamlFile file, List<String> list, String name, String value) {
        var parameter =
                KustomizationImages.mappings(node(file, list)).stream()
                        .filter(
                                it ->
                                        KustomizationImages.value(it, "name")
                                                .equals(Optional.of(name)))
                        .findFirst();
        if (parameter.isEmpty()) {
            var item = new LinkedHashMap<String, Object>();
            item.put("name", name);
            item.put(VALUE, value);
            if (list.equals(PARAMETERS)) {
                item.put("forcestring", true);
            }
            return KustomizationImages.appended(file, list, item);
        }
        return switch (YamlFile.field(parameter.get(), VALUE).orElse(null)) {
            case null -> file.add(parameter.get(), VALUE, value);
            case ScalarNode scalar ->
                    scalar.getValue().equals(value) ? file : file.set(scalar, value);
            default -> throw new RefusedEditException("a parameter's value is not a single one");
        };
    }

    private static Map<String, String> parameters(YamlFile file, List<String> list) {
        var parameters = new LinkedHashMap<String, String>();
        for (var item : KustomizationImages.mappings(node(file, list))) {
            parameters.put(
                    KustomizationImages.value(item, "name").orElse(""),
                    KustomizationImages.value(item, VALUE).orElse(""));
        }
        return parameters;
    }

    private static Optional<SequenceNode> images(YamlFile file) {
        return node(file, IMAGES)
                .filter(SequenceNode.class::isInstance)
                .map(SequenceNode.class::cast);
    }

    private static Optional<ScalarNode> item(SequenceNode images, TrackedImage image) {
        return images.getValue().stream()
                .filter(ScalarNode.class::isInstance)
                .map(ScalarNode.class::cast)
                .filter(it -> ImageParameters.isOf(it.getValue(), image))
                .findFirst();
    }

    private static Optional<Node> node(YamlFile file, List<String> path) {
        var parent =
                file.root()
                        .flatMap(it -> YamlFile.field(it, path.getFirst()))
                        .filter(MappingNode.class::isInstance);
        return parent.flatMap(it -> YamlFile.field((MappingNode) it, path.getLast()));
    }
}
