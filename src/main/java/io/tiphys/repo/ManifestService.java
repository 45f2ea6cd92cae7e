package io.tiphys.repo;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.RepositoryUrl;
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
/// and rendering only what has not been rendered before.
@Singleton
public class ManifestService {

    private final Repositories repositories;
    private final Renderer renderer;
    private final ManifestCache cache;

    /// A source at the commit that it stands for now.
    private record Pinned(Source source, Repository repository, String commit) {

        Folder root() {
            return repository.folder(commit, "");
        }
    }

    /// @param repository as the source spells it
    private record Followed(String repository, Revision revision) {}

    ManifestService(Repositories repositories, Renderer renderer, ManifestCache cache) {
        this.repositories = repositories;
        this.renderer = renderer;
        this.cache = cache;
    }

    /// @param credentials what a repository, as a source spells it, is read with
    /// @param revisions what to render of each source in place of its target revision; empty or too
    ///     few for those themselves
    /// @param fetch how new the view of the repositories must be
    /// @param hard render anew even if the same files were rendered before
    /// @throws ManifestFailure with the reason for the author
    public TargetState render(
            Sources sources,
            Build build,
            Function<String, GitCredential> credentials,
            List<String> revisions,
            FetchDemand fetch,
            boolean hard) {
        var pinned = pin(sources, credentials, revisions, fetch);
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
                origins.add(new Origin(one.commit(), Optional.empty()));
            } else {
                named(
                        sources,
                        i,
                        () -> {
                            var rendering = renderer.plan(request(one, references, build));
                            origins.add(new Origin(one.commit(), Optional.of(rendering.type())));
                            return manifests.addAll(rendered(rendering, hard));
                        });
            }
        }
        return new TargetState(List.copyOf(origins), List.copyOf(manifests));
    }

    /// What several sources follow of one repository is looked for once: all stand at one commit.
    private List<Pinned> pin(
            Sources sources,
            Function<String, GitCredential> credentials,
            List<String> revisions,
            FetchDemand fetch) {
        var commits = new HashMap<Followed, String>();
        var pinned = new ArrayList<Pinned>();
        for (int i = 0; i < sources.all().size(); i++) {
            var source = sources.all().get(i);
            var url = source.repoUrl();
            var asked = i < revisions.size() ? revisions.get(i) : source.targetRevision();
            var revision = Revision.of(asked, source.tagPrefix());
            pinned.add(
                    named(
                            sources,
                            i,
                            () -> {
                                var repository = repositories.of(url, credentials.apply(url));
                                var demand = fetch.of(RepositoryUrl.canonical(url));
                                var commit =
                                        commits.computeIfAbsent(
                                                new Followed(url, revision),
                                                _ -> repository.resolve(revision, demand));
                                return new Pinned(source, repository, commit);
                            }));
        }
        return pinned;
    }

    private static RenderRequest request(
            Pinned pinned, Map<String, Folder> references, Build build) {
        var root = pinned.root();
        return new RenderRequest(
                pinned.source(),
                pinned.commit(),
                references.isEmpty() ? root : new JoinedFolder(root, references),
                pinned.repository().folder(pinned.commit(), pinned.source().path()),
                build);
    }

    private List<Manifest> rendered(Rendering rendering, boolean hard) {
        return hard
                ? cache.renew(rendering.inputs(), rendering.render())
                : cache.get(rendering.inputs(), rendering.render());
    }

    /// Says of which of several sources a failure speaks.
    private static <T> T named(Sources sources, int index, Supplier<T> work) {
        if (!sources.listed()) {
            return work.get();
        }
        try {
            return work.get();
        } catch (ManifestFailure failure) {
            var named =
                    new ManifestFailure(
                            "%s: %s".formatted(sources.name(index), failure.getMessage()),
                            failure.passing());
            named.initCause(failure);
            throw named;
        }
    }
}
