package io.tiphys.core.image;

import io.tiphys.core.image.FileEdit.Change;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// A new tag in a file of a chart's values.
public final class HelmValues {

    private HelmValues() {}

    /// What the file says of the image; nothing if it does not name it.
    ///
    /// @throws UnreadableManifestException if the file is no YAML
    /// @throws RefusedEditException if a key of the image is no path, or the file no mapping
    public static NamedTag current(String text, TrackedImage image) {
        return current(YamlFile.parse(text), image);
    }

    /// @throws UnreadableManifestException if the file is no YAML
    /// @throws RefusedEditException if the value cannot be set without changing more
    public static FileEdit of(String text, TrackedImage image, FileEdit.Choice choice) {
        var file = YamlFile.parse(text);
        var before = current(file, image);
        var retag = choice.apply(before);
        if (retag.isEmpty()) {
            return FileEdit.none(text);
        }
        boolean pinned = before.digest().isPresent();
        var keys = image.keys();
        if (keys.spec().isPresent()) {
            var path = ValuePath.parse(keys.spec().get());
            var value = scalar(path, file);
            file =
                    path.write(
                            file,
                            value.filter(it -> names(it, image)).isPresent()
                                    ? retag.get().applyTo(value.get())
                                    : image.spelled() + ":" + retag.get().suffix(false));
        } else {
            file = ValuePath.parse(keys.tagKey()).write(file, retag.get().suffix(pinned));
            if (keys.namedKey().isPresent()) {
                file = withName(file, ValuePath.parse(keys.namedKey().get()), image);
            }
        }
        if (file.text().equals(text)) {
            return FileEdit.none(text);
        }
        return new FileEdit(
                file.text(), List.of(new Change(before.toString(), retag.get().suffix(pinned))));
    }

    private static NamedTag current(YamlFile file, TrackedImage image) {
        return image.keys()
                .spec()
                .map(
                        key ->
                                scalar(ValuePath.parse(key), file)
                                        .filter(it -> names(it, image))
                                        .map(it -> NamedTag.of(ImageName.parse(it))))
                .orElseGet(
                        () ->
                                scalar(ValuePath.parse(image.keys().tagKey()), file)
                                        .map(NamedTag::parse))
                .orElse(NamedTag.NONE);
    }

    /// A name that says the same, or that a registry's name of its own stands before, stays.
    private static YamlFile withName(YamlFile file, ValuePath path, TrackedImage image) {
        var name = scalar(path, file);
        boolean same =
                name.filter(
                                it ->
                                        !it.isEmpty()
                                                && (names(it, image)
                                                        || image.image()
                                                                .canonicalRepository()
                                                                .endsWith("/" + it)))
                        .isPresent();
        return same ? file : path.write(file, image.spelled());
    }

    static boolean names(String value, TrackedImage image) {
        try {
            return ImageName.parse(value)
                    .canonicalRepository()
                    .equals(image.image().canonicalRepository());
        } catch (InvalidImageNameException none) {
            return false;
        }
    }

    private static Optional<String> scalar(ValuePath path, YamlFile file) {
        return path.read(file)
                .filter(ScalarNode.class::isInstance)
                .filter(it -> !YamlFile.isNothing(it))
                .map(it -> ((ScalarNode) it).getValue());
    }
}
