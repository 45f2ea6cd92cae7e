package io.tiphys.repo.render;

import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Source;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.Rendering;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Renders a plain directory: every YAML or JSON file that the source's filters let pass, in the
/// order of their names.
@Singleton
class DirectoryRenderer {

    /// Argo CD's limit on all files of one source together.
    private static final long MAX_BYTES = 10L * 1024 * 1024;

    private static final String SKIP_MARKER = "+argocd:skip-file-rendering";

    /// @return what the folder's own files render to
    Rendering plan(RenderRequest request, Source.Directory directory) {
        var folder = request.folder();
        return new Rendering(
                Source.Type.DIRECTORY,
                // The path stands in messages.
                Inputs.of("directory", folder.treeId(), request.source().path(), directory),
                () -> render(folder, directory));
    }

    private static Rendered render(Folder folder, Source.Directory directory) {
        var entries = folder.entries(directory.recurse());
        var manifests = new ArrayList<Manifest>();
        long bytes = 0;
        for (var entry : entries) {
            if (!wanted(entry.path(), directory)) {
                continue;
            }
            if (entry.link()) {
                throw new ManifestFailure(
                        entry.path() + ": symbolic links are not followed by this version");
            }
            bytes += entry.size();
            if (bytes > MAX_BYTES) {
                throw new ManifestFailure("The files of the source are larger than 10 MB together");
            }
            var content = folder.read(entry);
            if (!new String(content, StandardCharsets.UTF_8).contains(SKIP_MARKER)) {
                for (var document : ManifestYaml.documents(entry.path(), content)) {
                    Manifests.add(document, entry.path(), manifests);
                }
            }
        }
        return new Rendered(List.copyOf(manifests), bytes);
    }

    private static boolean wanted(String path, Source.Directory directory) {
        if (SourceRenderer.isOverride(path)) {
            return false;
        }
        if (!directory.exclude().isEmpty() && Glob.matches(directory.exclude(), path)) {
            return false;
        }
        if (!directory.include().isEmpty() && !Glob.matches(directory.include(), path)) {
            return false;
        }
        if (path.endsWith(".jsonnet")) {
            throw new ManifestFailure(path + ": Jsonnet is not rendered by this version");
        }
        return directory.anyExtension()
                || path.endsWith(".yaml")
                || path.endsWith(".yml")
                || path.endsWith(".json");
    }
}
