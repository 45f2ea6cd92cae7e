package io.tiphys.image;

import io.tiphys.core.image.HelmValues;
import io.tiphys.core.image.ImageKeys;
import io.tiphys.core.image.ImageParameters;
import io.tiphys.core.image.KustomizationImages;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.WriteBackPlan;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the files of a source say of an image, where nothing that is laid over them says more.
final class Declared {

    private static final String VALUES = "values.yaml";

    private Declared() {}

    /// @throws RefusedEditException if it has no parameters for that image
    static Source.Type type(
            EditedFiles files, String folder, Application application, TrackedImage image) {
        var type = WriteBackPlan.type(application).orElseGet(() -> detected(files, folder));
        if (image.keys() instanceof ImageKeys.Plugin) {
            if (type == Source.Type.PLUGIN) {
                return type;
            }
            throw new RefusedEditException(
                    "manifestTargets.plugin is for sources that a plugin renders, and this one is"
                            + " of type "
                            + type.wire());
        }
        return switch (type) {
            case HELM, KUSTOMIZE -> type;
            case DIRECTORY, PLUGIN ->
                    throw new RefusedEditException(
                            "the source has no parameters for images: it is neither a chart nor a"
                                    + " kustomization");
        };
    }

    private static Source.Type detected(EditedFiles files, String folder) {
        if (files.text(EditedFiles.in(folder, "Chart.yaml")).isPresent()) {
            return Source.Type.HELM;
        }
        return kustomization(files, folder).isPresent()
                ? Source.Type.KUSTOMIZE
                : Source.Type.DIRECTORY;
    }

    /// The file of the kustomization in a folder.
    static Optional<String> kustomization(EditedFiles files, String folder) {
        return KustomizationImages.FILES.stream()
                .map(it -> EditedFiles.in(folder, it))
                .filter(it -> files.text(it).isPresent())
                .findFirst();
    }

    /// The tag in the chart's values, where the last file counts that has one, in the
    /// kustomization, or in what a plugin is told.
    static NamedTag in(
            EditedFiles files, String folder, Application application, TrackedImage image) {
        var type = type(files, folder, application, image);
        if (type == Source.Type.PLUGIN) {
            return ImageParameters.current(variables(application), image);
        }
        if (type == Source.Type.KUSTOMIZE) {
            return kustomization(files, folder)
                    .flatMap(files::text)
                    .map(it -> KustomizationImages.current(it, image))
                    .orElse(NamedTag.NONE);
        }
        return valueFiles(application.sources().written()).stream()
                .map(it -> files.text(EditedFiles.in(folder, it)))
                .flatMap(Optional::stream)
                .map(it -> HelmValues.current(it, image))
                .filter(it -> !it.equals(NamedTag.NONE))
                .reduce((_, last) -> last)
                .orElse(NamedTag.NONE);
    }

    /// What the source itself tells a plugin.
    static Map<String, String> variables(Application application) {
        return application.sources().written().options().orElse(Source.Directory.PLAIN)
                        instanceof Source.Plugin plugin
                ? plugin.environment()
                : Map.of();
    }

    /// Those that lie in the source's own folder.
    private static List<String> valueFiles(Source source) {
        var names = new ArrayList<>(List.of(VALUES));
        if (source.options().orElse(Source.Directory.PLAIN) instanceof Source.Helm helm) {
            helm.valueFiles().stream()
                    .filter(it -> !it.contains(":") && !it.startsWith("$") && !it.contains(".."))
                    .filter(it -> !it.startsWith("/"))
                    .map(it -> it.startsWith("./") ? it.substring(2) : it)
                    .forEach(names::add);
        }
        return names;
    }
}
