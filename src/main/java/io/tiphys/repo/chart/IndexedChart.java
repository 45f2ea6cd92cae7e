package io.tiphys.repo.chart;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.ChartVersions;
import io.tiphys.repo.Artefact;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.util.List;
import java.util.function.Function;

/// A chart of a repository with an index.
///
/// @param elsewhere the artefact in a registry that an index names instead of an archive
record IndexedChart(
        IndexRepository repository,
        String name,
        boolean passCredentials,
        Function<String, Artefact> elsewhere)
        implements Artefact {

    private static final String REGISTRY = "oci://";

    @Override
    public String resolve(String targetRevision, FetchDemand fetch) {
        var versions = versions(fetch).stream().map(ChartIndex.Version::version).toList();
        return ChartVersions.choose(targetRevision, versions)
                .orElseThrow(
                        () ->
                                new ManifestFailure(
                                        "The chart %s of %s has no version '%s': %s"
                                                .formatted(
                                                        name,
                                                        repository.shown(),
                                                        targetRevision,
                                                        ChartVersions.shown(versions))));
    }

    private List<ChartIndex.Version> versions(FetchDemand fetch) {
        var versions = repository.index(fetch).charts().get(name);
        if (versions == null) {
            throw new ManifestFailure(
                    "The repository %s has no chart '%s'".formatted(repository.shown(), name));
        }
        return versions;
    }

    @Override
    public Folder folder(String version, String path) {
        var found =
                versions(FetchDemand.ANY).stream()
                        .filter(it -> it.version().equals(version) && !it.urls().isEmpty())
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new ManifestFailure(
                                                "The repository %s no longer has the version %s of the chart %s"
                                                        .formatted(
                                                                repository.shown(), version, name),
                                                true));
        var url = found.urls().getFirst();
        if (url.startsWith(REGISTRY)) {
            int tag = url.indexOf(':', url.lastIndexOf('/'));
            var artefact = elsewhere.apply(tag < 0 ? url : url.substring(0, tag));
            var digest =
                    artefact.resolve(tag < 0 ? version : url.substring(tag + 1), FetchDemand.ANY);
            return artefact.folder(digest, path);
        }
        return repository
                .chart(name, found, repository.at(url), passCredentials)
                .at(path, "the chart " + name);
    }
}
