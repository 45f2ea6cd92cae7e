package io.tiphys.repo;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.Revision;
import io.tiphys.core.model.Source;
import io.tiphys.core.model.Sources;
import io.tiphys.core.model.TargetState;
import io.tiphys.core.model.TargetState.Origin;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Turns sources into the manifests that they declare, touching the network only for what is new
/// and rendering only what has not been rendered before. A commit that is not signed as it must be
/// is not rendered.
@Singleton
public class ManifestService {

    private final Repositories repositories;
    private final Charts charts;
    private final Renderer renderer;
    private final ManifestCache cache;

    /// A source at the revision that it stands for now.
    ///
    /// @param files those below a path
    private record Pinned(Source source, String revision, Function<String, Folder> files) {

        Folder root() {
            return files.apply("");
        }
    }

    /// @param repository as the source spells it
    private record Followed(String repository, Revision revision) {}

    ManifestService(
            Repositories repositories, Charts charts, Renderer renderer, ManifestCache cache) {
        this.repositories = repositories;
        this.charts = charts;
        this.renderer = renderer;
        this.cache = cache;
    }

    /// The revisions that the sources stand for now, as [#render] would use them, without rendering
    /// anything.
    ///
    /// @throws ManifestFailure as [#render]
    public List<String> revisions(
            Sources sources, Access access, List<String> revisions, FetchDemand fetch) {
        return pin(sources, access, revisions, fetch).stream().map(Pinned::revision).toList();
    }

    /// @param access what the repositories are read with
    /// @param revisions what to render of each source in place of its target revision; empty text,
    ///     or none, for that itself
    /// @param fetch how new the view of the repositories must be
    /// @param hard render anew even if the same files were rendered before
    /// @throws ManifestFailure with the reason for the author
    public TargetState render(
            Sources sources,
            Build build,
            Access access,
            List<String> revisions,
            FetchDemand fetch,
            boolean hard) {
        var pinned = pin(sources, access, revisions, fetch);
        var references = new HashMap<String, Folder>();
        for (var one : pinned) {
            if (!one.source().ref().isEmpty()) {
                references.put("$" + one.source().ref(), one.root());
            }
        }
        var origins = new ArrayList<Origin>();
        var manifests = new ArrayList<Manifest>();
        for (int i = 0; i < pinned.size(); i++) {
            var one = pinned.get(i);
            if (one.source().isReference()) {
                origins.add(new Origin(one.revision(), Optional.empty(), false));
            } else {
                named(
                        sources,
                        i,
                        () -> {
                            var rendering =
                                    renderer.plan(request(one, references, build, access, fetch));
                            var rendered = rendered(rendering, hard);
                            origins.add(
                                    new Origin(
                                            one.revision(),
                                            Optional.of(rendering.type()),
                                            rendered.varies()));
                            return manifests.addAll(rendered.manifests());
                        });
            }
        }
        return new TargetState(List.copyOf(origins), List.copyOf(manifests));
    }

    /// What several sources follow of one repository is looked for once: all stand at one commit.
    private List<Pinned> pin(
            Sources sources, Access access, List<String> revisions, FetchDemand fetch) {
        var commits = new HashMap<Followed, String>();
        var pinned = new ArrayList<Pinned>();
        for (int i = 0; i < sources.all().size(); i++) {
            var source = sources.all().get(i);
            var url = source.repoUrl();
            boolean other = i < revisions.size() && !revisions.get(i).isEmpty();
            var asked = other ? revisions.get(i) : source.targetRevision();
            pinned.add(
                    named(
                            sources,
                            i,
                            () -> {
                                if (!source.isGit()) {
                                    return pin(source, access, asked, fetch);
                                }
                                var repository = repositories.of(url, access.git().apply(url));
                                var demand = fetch.of(source.events());
                                var revision = Revision.of(asked, source.tagPrefix());
                                var commit =
                                        commits.computeIfAbsent(
                                                new Followed(url, revision),
                                                _ -> repository.resolve(revision, demand));
                                repository.require(access.integrity().apply(url), revision, commit);
                                return new Pinned(
                                        source,
                                        commit,
                                        path -> repository.checkout(commit, path, access));
                            }));
        }
        return pinned;
    }

    private Pinned pin(Source source, Access access, String asked, FetchDemand fetch) {
        var url = source.repoUrl();
        var artefact =
                charts.of(
                        url,
                        source.chart(),
                        access.charts().apply(url),
                        source.passesCredentials());
        var version = artefact.resolve(asked, fetch.of(source.events()));
        return new Pinned(source, version, path -> artefact.folder(version, path));
    }

    private static RenderRequest request(
            Pinned pinned,
            Map<String, Folder> references,
            Build build,
            Access access,
            FetchDemand fetch) {
        var root = pinned.root();
        return new RenderRequest(
                pinned.source(),
                pinned.revision(),
                references.isEmpty() ? root : new JoinedFolder(root, references),
                pinned.files().apply(pinned.source().path()),
                build,
                access,
                fetch);
    }

    private Rendered rendered(Rendering rendering, boolean hard) {
        return hard ? cache.renew(rendering) : cache.get(rendering);
    }

    /// Says of which of several sources a failure speaks.
    private static <T> T named(Sources sources, int index, Supplier<T> work) {
        if (!sources.listed()) {
            return work.get();
        }
        try {
            return work.get();
        } catch (ManifestFailure failure) {
            throw failure.of(sources.name(index));
        }
    }
}
