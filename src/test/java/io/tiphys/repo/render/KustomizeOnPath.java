package io.tiphys.repo.render;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.ToolSettings;
import io.tiphys.repo.Access;
import io.tiphys.repo.Build;
import io.tiphys.repo.Folder;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Rendered;
import io.tiphys.repo.Rendering;
import io.tiphys.support.Installed;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Renders what a test holds with the Kustomize of this machine, as the service would.
final class KustomizeOnPath {

    private final SourceRenderer renderer;

    private KustomizeOnPath(SourceRenderer renderer) {
        this.renderer = renderer;
    }

    /// What all Applications' tools are told.
    private ToolSettings settings = ToolSettings.DEFAULT;
    private Access access = Access.NONE;
    private FetchDemand fetch = FetchDemand.ANY;

    /// Skips the test where there is no Kustomize; CI sees to it that there is.
    static KustomizeOnPath withTheTool(Path directory) {
        return withTheTool(directory, new MemoryRemotes());
    }

    static KustomizeOnPath withTheTool(Path directory, MemoryRemotes remotes) {
        assumeTrue(
                Installed.isOnPath("kustomize") || Installed.isOnPath("kubectl"),
                "needs kustomize or kubectl");
        var jail = new Jail(Settings.of().jail(), Jail.usableWalls());
        var folders = new WorkingFolders(Settings.of("directory", directory.toString()));
        var tools = new Tools(Map.of(), Tools.path(), jail, folders);
        return with(tools, jail, folders, remotes);
    }

    static KustomizeOnPath with(
            Tools tools, Jail jail, WorkingFolders folders, MemoryRemotes remotes) {
        return new KustomizeOnPath(
                new SourceRenderer(
                        new DirectoryRenderer(new Jsonnet(jail, folders)),
                        new HelmRenderer(
                                tools,
                                jail,
                                folders,
                                new ChartDependencies(Settings.NO_CHARTS),
                                remotes.remotes()),
                        new KustomizeRenderer(tools, jail, folders, remotes.remotes()),
                        Settings.withoutPlugins(folders)));
    }

    /// @param entries of the ConfigMap `argocd-cm`
    KustomizeOnPath told(Map<String, String> entries) {
        settings = ToolSettings.read(entries);
        return this;
    }

    KustomizeOnPath reading(Access with, FetchDemand asNewAs) {
        access = with;
        fetch = asNewAs;
        return this;
    }

    /// @param source its fields, but for the repository's address
    Rendered render(Folder repository, Map<String, Object> source) {
        return plan(repository, source, "0123456789012345678901234567890123456789").render().get();
    }

    Rendering plan(Folder repository, Map<String, Object> source, String revision) {
        var tree = new HashMap<>(source);
        tree.put("repoURL", "https://h/r");
        var path = String.valueOf(source.get("path"));
        var folder = path.equals(".") ? "" : path;
        return renderer.plan(
                new RenderRequest(
                        Source.read("spec.source", tree),
                        revision,
                        repository,
                        repository.folder(folder).orElseThrow(),
                        new Build(
                                "shop",
                                "default",
                                "web",
                                "v1.35.2",
                                List.of("v1", "v1/Pod"),
                                "",
                                settings),
                        access,
                        fetch));
    }
}
