package io.tiphys.image;

import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.FileText;
import io.tiphys.core.image.HelmValues;
import io.tiphys.core.image.KustomizationImages;
import io.tiphys.core.image.ManifestEdit;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.SetterComments;
import io.tiphys.core.image.SourceFile;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UnreadableManifestException;
import io.tiphys.core.image.WriteBackPlan.Target;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Edits an image's new tag into the files that an Application names for it.
record TargetEdit(
        EditedFiles files, Application application, TrackedImage image, FileEdit.Choice choice) {

    private static final Logger LOG = Logger.getLogger(TargetEdit.class);

    /// @throws RefusedEditException if the file cannot be edited; none is changed then
    /// @throws UnreadableManifestException if it is no YAML
    List<FileEdit.Change> in(Target target) {
        return switch (target) {
            case Target.SourceFile(var folder, var name) -> sourceFile(folder, name);
            case Target.Kustomization(var folder) -> kustomization(folder);
            case Target.HelmValues(var file) -> values(file);
            case Target.Manifests(var folder, var recurse) -> manifests(folder, recurse);
        };
    }

    private List<FileEdit.Change> sourceFile(String folder, String name) {
        var path = EditedFiles.in(folder, name);
        var type = Declared.type(files, folder, application, image);
        if (type == Source.Type.PLUGIN) {
            return edit(path, true, new Edit.Variables(image, Declared.variables(application)));
        }
        var otherwise = Declared.in(files, folder, application, image);
        return edit(path, true, new Edit.Parameters(image, type, otherwise));
    }

    private List<FileEdit.Change> kustomization(String folder) {
        var path =
                Declared.kustomization(files, folder)
                        .orElseThrow(
                                () ->
                                        new RefusedEditException(
                                                "there is no kustomization in '%s'"
                                                        .formatted(folder)));
        return edit(path, new Edit.Kustomization(image));
    }

    private List<FileEdit.Change> values(String path) {
        if (files.text(path).isEmpty()) {
            throw new RefusedEditException("there is no file %s".formatted(path));
        }
        return edit(path, new Edit.Values(image));
    }

    /// A file that cannot be edited is left alone and does not keep the others from it.
    private List<FileEdit.Change> manifests(String folder, boolean recurse) {
        var changes = new ArrayList<FileEdit.Change>();
        for (var path : files.manifests(folder, recurse)) {
            try {
                var repository = image.image().canonicalRepository();
                changes.addAll(edit(path, new Edit.Containers(path, repository)));
                if (image.alias().isPresent()) {
                    changes.addAll(edit(path, new Edit.Marked(image, image.alias().get())));
                }
            } catch (RefusedEditException | UnreadableManifestException left) {
                LOG.warnf("%s is not updated: %s", path, left.getMessage());
            }
        }
        return changes;
    }

    private List<FileEdit.Change> edit(String path, Edit edit) {
        return edit(path, false, edit);
    }

    /// @param optional whether it says something that there is no such file
    private List<FileEdit.Change> edit(String path, boolean optional, Edit edit) {
        var text = files.read(path).orElseGet(() -> new FileText(""));
        Supplier<FileText> unedited =
                files.isEdited(path)
                        ? () -> files.unedited(path).orElseGet(() -> new FileText(""))
                        : () -> text;
        try {
            var edited =
                    edit.apply(
                            text,
                            choice.in(
                                    path,
                                    () ->
                                            FilePast.of(
                                                    files, path, unedited.get(), optional, edit)));
            if (!edited.changes().isEmpty()) {
                files.put(path, text, edited);
            }
            return edited.changes();
        } catch (RefusedEditException refused) {
            throw refused.in(path);
        }
    }

    /// What a file's text becomes by a choice. Two that are equal do the same.
    sealed interface Edit extends BiFunction<FileText, FileEdit.Choice, FileEdit> {

        /// What a text says of an image.
        ///
        /// @throws RefusedEditException if it cannot be edited
        /// @throws UnreadableManifestException if it is no YAML
        default Set<NamedTag> tags(FileText text) {
            var tags = new HashSet<NamedTag>();
            var _ =
                    apply(
                            text,
                            named -> {
                                tags.add(named);
                                return Optional.empty();
                            });
            return tags;
        }

        /// @param otherwise what counts where the file says nothing
        record Parameters(TrackedImage image, Source.Type type, NamedTag otherwise)
                implements Edit {

            @Override
            public FileEdit apply(FileText text, FileEdit.Choice asked) {
                return type == Source.Type.HELM
                        ? SourceFile.ofHelm(text.text(), image, otherwise, asked)
                        : SourceFile.ofKustomize(text.text(), image, otherwise, asked);
            }
        }

        /// @param own of the source
        record Variables(TrackedImage image, Map<String, String> own) implements Edit {

            @Override
            public FileEdit apply(FileText text, FileEdit.Choice asked) {
                return SourceFile.ofPlugin(text.text(), image, own, asked);
            }
        }

        record Kustomization(TrackedImage image) implements Edit {

            @Override
            public FileEdit apply(FileText text, FileEdit.Choice asked) {
                return KustomizationImages.of(text.text(), image, asked);
            }
        }

        record Values(TrackedImage image) implements Edit {

            @Override
            public FileEdit apply(FileText text, FileEdit.Choice asked) {
                return HelmValues.of(text.text(), image, asked);
            }
        }

        /// @param path for the log
        record Containers(String path, String repository) implements Edit {

            @Override
            public FileEdit apply(FileText text, FileEdit.Choice asked) {
                var edit =
                        ManifestEdit.of(
                                text, repository, it -> asked.apply(NamedTag.of(it.image())));
                edit.refusals()
                        .forEach(
                                it ->
                                        LOG.warnf(
                                                "%s line %d is not updated: %s",
                                                path, it.line(), it.reason()));
                return new FileEdit(edit.file(), edit.tags(), edit::check);
            }
        }

        record Marked(TrackedImage image, String alias) implements Edit {

            @Override
            public FileEdit apply(FileText text, FileEdit.Choice asked) {
                return SetterComments.of(text.text(), alias, image, asked);
            }
        }
    }
}
