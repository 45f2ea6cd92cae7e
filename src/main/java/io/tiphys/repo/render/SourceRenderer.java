package io.tiphys.repo.render;

import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Source.Options;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Renderer;
import io.tiphys.repo.Rendering;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Renders a source with the tool that it needs: the one that its author names, else the one that
/// the files are for.
@Singleton
class SourceRenderer implements Renderer {

    /// What a file in the repository may not change: where it lies itself.
    private static final Set<String> FIXED =
            Set.of("repoURL", "path", "targetRevision", "chart", "ref", "name", "tagPrefix");

    private static final String OVERRIDE = ".argocd-source";

    private final DirectoryRenderer directories;

    private final HelmRenderer charts;
    private final KustomizeRenderer kustomizations;
    private final PluginRenderer plugins;

    SourceRenderer(
            DirectoryRenderer directories,
            HelmRenderer charts,
            KustomizeRenderer kustomizations,
            PluginRenderer plugins) {
        this.directories = directories;
        this.charts = charts;
        this.kustomizations = kustomizations;
        this.plugins = plugins;
    }

    @Override
    public Rendering plan(RenderRequest request) {
        var source = overridden(request);
        return source.options()
                .map(it -> plan(request, it))
                // Plugins come first, as some are for files that another tool could render, too.
                .or(() -> plugins.discover(request))
                .orElseGet(() -> plan(request, Options.defaults(detect(request))));
    }

    private Rendering plan(RenderRequest request, Options options) {
        // As Argo CD does it.
        boolean replaced =
                options.type() != Source.Type.DIRECTORY
                        && !request.build().tools().isOn(options.type());
        return switch (replaced ? Source.Directory.PLAIN : options) {
            case Source.Directory directory -> directories.plan(request, directory);
            case Source.Helm helm -> charts.plan(request, helm);
            case Source.Kustomize kustomize -> kustomizations.plan(request, kustomize);
            case Source.Plugin plugin -> plugins.plan(request, plugin);
        };
    }

    /// As Argo CD detects it: by the files of the folder itself, of tools that are used.
    private static Source.Type detect(RenderRequest request) {
        var folder = request.folder();
        var tools = request.build().tools();
        if (tools.isOn(Source.Type.HELM) && folder.file("Chart.yaml").isPresent()) {
            return Source.Type.HELM;
        }
        return tools.isOn(Source.Type.KUSTOMIZE)
                        && Kustomization.NAMES.stream().anyMatch(it -> folder.file(it).isPresent())
                ? Source.Type.KUSTOMIZE
                : Source.Type.DIRECTORY;
    }

    /// Whether a file in the folder itself says how to render it, and is no manifest.
    static boolean isOverride(String path) {
        return path.startsWith(OVERRIDE);
    }

    /// The source with what `.argocd-source.yaml` and then `.argocd-source-<application>.yaml`
    /// beside its files lay over it, as a JSON merge patch.
    private static Source overridden(RenderRequest request) {
        var folder = request.folder();
        var source = request.source();
        var overrides =
                Stream.of("", "-" + request.build().application())
                        .map(it -> folder.file(OVERRIDE + it + ".yaml"))
                        .flatMap(Optional::stream)
                        .toList();
        for (var override : overrides) {
            source = overridden(source, override.path(), folder.read(override));
        }
        return source;
    }

    private static Source overridden(Source source, String file, byte[] content) {
        var tree = source.tree();
        for (var document : ManifestYaml.documents(file, content)) {
            if (!(document instanceof Map<?, ?>)) {
                throw new ManifestFailure(file + ": must be an object");
            }
            var patch = new LinkedHashMap<>(Json.object(document));
            patch.keySet().removeAll(FIXED);
            tree = Json.merged(tree, patch);
        }
        try {
            return Source.read(file, tree);
        } catch (InvalidSpecException invalid) {
            throw new ManifestFailure(String.valueOf(invalid.getMessage()));
        }
    }
}
