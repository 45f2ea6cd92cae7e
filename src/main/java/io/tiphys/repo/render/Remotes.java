package io.tiphys.repo.render;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.ChartVersions;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.core.model.Revision;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.Charts;
import io.tiphys.repo.Downloads;
import io.tiphys.repo.Folder;
import io.tiphys.repo.NamedRepositories;
import io.tiphys.repo.NamedRepositories.Named;
import io.tiphys.repo.NamedRepositories.Reader;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.Repositories;
import io.tiphys.repo.Repository;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Reads what kustomizations name elsewhere as the sources of an Application are read: with what
/// its project may use, and as new as its own repository must be. No tool reaches another machine
/// for it.
@Singleton
class Remotes {

    private final Repositories repositories;
    private final Charts charts;
    private final Downloads downloads;
    private final NamedRepositories named;

    Remotes(
            Repositories repositories,
            Charts charts,
            Downloads downloads,
            NamedRepositories named) {
        this.repositories = repositories;
        this.charts = charts;
        this.downloads = downloads;
        this.named = named;
    }

    Of of(RenderRequest request) {
        return new Of(request);
    }

    /// What one request is for may see. To be closed: then the repositories that were asked for are
    /// those that the source's files name.
    final class Of implements AutoCloseable {

        private final RenderRequest request;
        private final Set<Named> asked = new HashSet<>();
        private final Map<Elsewhere, String> known = new HashMap<>();

        private Of(RenderRequest request) {
            this.request = request;
        }

        /// Names what something holds now: a commit, a digest, a version. Of one request all are
        /// told the same.
        ///
        /// @throws io.tiphys.repo.ManifestFailure if it cannot be had
        String id(Elsewhere what) {
            return known.computeIfAbsent(what, this::ask);
        }

        private String ask(Elsewhere what) {
            return switch (what) {
                case Elsewhere.Repository it -> commit(it);
                case Elsewhere.File it -> downloads.digest(it.url(), anybody(it.url()), noPushes());
                case Elsewhere.Chart it ->
                        artefact(it)
                                .resolve(
                                        it.version(),
                                        ChartVersions.mayMove(it.version())
                                                ? noPushes()
                                                : FetchDemand.ANY);
            };
        }

        /// Signed as those of the Application's own repository must be.
        private String commit(Elsewhere.Repository what) {
            var address = RepositoryUrl.canonical(what.url());
            asked.add(new Named(address, what.ref()));
            var repository = repository(what);
            var revision = Revision.named(what.ref());
            var commit = repository.resolve(revision, request.fetch().of(address));
            repository.require(request.access().integrity().apply(what.url()), revision, commit);
            return commit;
        }

        /// All files of a repository, those of its submodules among them.
        ///
        /// @param commit as [#id] gave it
        Folder files(Elsewhere.Repository repository, String commit) {
            return repository(repository).checkout(commit, "", request.access());
        }

        /// @param version as [#id] gave it
        Folder files(Elsewhere.Chart chart, String version) {
            return artefact(chart).folder(version, "");
        }

        /// @param digest as [#id] gave it
        byte[] content(Elsewhere.File file, String digest) {
            return downloads.read(file.url(), anybody(file.url()), digest);
        }

        private Repository repository(Elsewhere.Repository what) {
            return repositories.of(what.url(), request.access().git().apply(what.url()));
        }

        private Artefact artefact(Elsewhere.Chart what) {
            return charts.of(
                    what.repository(),
                    what.name(),
                    request.access().charts().apply(what.repository()),
                    false);
        }

        /// A Secret is for repositories; Kustomize shows nothing of it to a file's host either.
        private GitCredential anybody(String url) {
            return request.access().git().apply(url).as(new Login.Nobody());
        }

        @Override
        public void close() {
            var source = request.source();
            var reader = new Reader(request.build().application(), source.repoUrl(), source.path());
            named.read(reader, Set.copyOf(asked));
        }

        private FetchDemand noPushes() {
            return request.fetch().of("");
        }
    }
}
