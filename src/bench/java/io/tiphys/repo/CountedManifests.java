package io.tiphys.repo;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.TargetState;
import io.tiphys.repo.cache.DiskStores;
import io.tiphys.repo.git.Mirrors;
import io.tiphys.repo.render.Renderers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// [ManifestService] with all that is behind it, and a count of what it rendered. A new one in the
/// same directory is what a restart makes of it.
public final class CountedManifests {

    private static final Build BUILD =
            new Build("", "default", "web", "v1.35.2", List.of("v1", "v1/Pod"));

    private final AtomicInteger rendered = new AtomicInteger();
    private final String repository;
    private final ManifestService service;

    /// @param work where the files of tools are put
    /// @param repository its address
    public CountedManifests(Path directory, Path work, String repository) {
        this.repository = repository;
        var config = Renderers.config(directory, work);
        var renderer = Renderers.by(config);
        service =
                new ManifestService(
                        Mirrors.by(config),
                        Renderers.noCharts(),
                        request -> counted(renderer.plan(request)),
                        new ManifestCache(
                                config,
                                DiskStores.in(directory.resolve("rendered")),
                                new NothingShared()));
    }

    private Rendering counted(Rendering rendering) {
        return new Rendering(
                rendering.type(),
                rendering.inputs(),
                rendering.chance(),
                () -> {
                    rendered.incrementAndGet();
                    return rendering.render().get();
                });
    }

    /// @param source its fields, but for the repository's address
    public TargetState render(
            String application, Map<String, Object> source, String commit, boolean hard) {
        var tree = new java.util.HashMap<>(source);
        tree.put("repoURL", repository);
        var build =
                new Build(
                        application,
                        BUILD.project(),
                        BUILD.namespace(),
                        BUILD.kubeVersion(),
                        BUILD.apiVersions());
        return service.render(
                Sources.of(Source.read("source", tree)),
                build,
                Access.NONE,
                List.of(commit),
                FetchDemand.ANY,
                hard);
    }

    /// How often since it was last asked.
    public int rendered() {
        return rendered.getAndSet(0);
    }
}
