package io.tiphys.repo;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.TargetState;
import jakarta.inject.Singleton;

/// Turns a source into the manifests that it declares, touching the network only for what is new
/// and rendering only what has not been rendered before.
@Singleton
public class ManifestService {

    private final Repositories repositories;
    private final Renderer renderer;
    private final ManifestCache cache;

    ManifestService(Repositories repositories, Renderer renderer, ManifestCache cache) {
        this.repositories = repositories;
        this.renderer = renderer;
        this.cache = cache;
    }

    /// @param credential what the repository is read with
    /// @param revision the revision to render, usually the source's own target revision
    /// @param fetch how new the view of the repository must be
    /// @param hard render anew even if the same files were rendered before
    /// @throws ManifestFailure with the reason for the author
    public TargetState render(
            Source source,
            Build build,
            GitCredential credential,
            String revision,
            FetchDemand fetch,
            boolean hard) {
        var repository = repositories.of(source.repoUrl(), credential);
        var commit = repository.resolve(Revision.of(revision, source.tagPrefix()), fetch);
        var request =
                new RenderRequest(
                        source,
                        commit,
                        repository.folder(commit, ""),
                        repository.folder(commit, source.path()),
                        build);
        var rendering = renderer.plan(request);
        var rendered =
                hard
                        ? cache.renew(rendering.inputs(), rendering.render())
                        : cache.get(rendering.inputs(), rendering.render());
        return new TargetState(commit, rendering.type(), rendered.manifests(), rendered.varies());
    }
}
