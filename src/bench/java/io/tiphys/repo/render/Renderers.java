package io.tiphys.repo.render;

import io.tiphys.repo.Charts;
import io.tiphys.repo.Renderer;
import io.tiphys.repo.RepoConfig;
import java.nio.file.Path;

/// What renders, with the tools and the jail of this machine, as the service has it.
public final class Renderers {

    private Renderers() {}

    /// @param directory for all that is kept on disk
    /// @param work for the files that tools read
    public static RepoConfig config(Path directory, Path work) {
        return Settings.of("directory", directory.toString(), "jail.directory", work.toString());
    }

    /// None: what is measured lies in Git.
    public static Charts noCharts() {
        return Settings.NO_CHARTS;
    }

    public static Renderer by(RepoConfig config) {
        var jail = new Jail(config);
        var folders = new WorkingFolders(config);
        var tools = new Tools(config, jail, folders);
        return new SourceRenderer(
                new DirectoryRenderer(new Jsonnet(jail, folders)),
                new HelmRenderer(
                        tools,
                        jail,
                        folders,
                        new ChartDependencies(Settings.NO_CHARTS),
                        new MemoryRemotes().remotes()),
                new KustomizeRenderer(tools, jail, folders, new MemoryRemotes().remotes()),
                Settings.withoutPlugins(folders));
    }
}
