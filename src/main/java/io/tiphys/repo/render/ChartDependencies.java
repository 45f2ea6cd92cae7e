package io.tiphys.repo.render;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.ChartVersions;
import io.tiphys.core.model.Json;
import io.tiphys.repo.Charts;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import io.tiphys.repo.render.ChartFiles.Dependency;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Pattern;

/// Brings charts that a chart declares and does not contain into its folder: those of the same
/// repository by a link, those of other repositories by reading them as the source of an
/// Application is read. No tool reaches another machine for it.
@Singleton
class ChartDependencies {

    /// How new the view of a repository must be that a range of versions is looked for in. What has
    /// one version is not asked for again.
    private static final FetchDemand RECENT = new FetchDemand(List.of(), 180);

    /// Their names are those of charts anyhow, and no author's.
    private static final String PLACE = "charts/dependency-";

    private static final Pattern ALIAS = Pattern.compile("@.*|alias:.*");

    private final Charts charts;

    ChartDependencies(Charts charts) {
        this.charts = charts;
    }

    /// @param folder has the repository's files that the chart needs
    /// @throws ManifestFailure that names the dependency, if it cannot be had
    void build(RenderRequest request, ChartFiles chart, WorkingFolder folder) {
        int number = 0;
        for (var dependency : chart.missing()) {
            var place = ChartFiles.below(chart.path(), PLACE + number++);
            try {
                if (dependency.isLocal()) {
                    link(chart, dependency, folder, place);
                } else {
                    var files = new FileSet(read(request, chart, dependency));
                    files.addFolder("");
                    files.writeTo(folder, place + "/");
                }
            } catch (ManifestFailure failed) {
                var failure =
                        new ManifestFailure(
                                "The chart's dependencies cannot be built (%s): %s"
                                        .formatted(dependency, failed.getMessage()),
                                failed.passing());
                failure.initCause(failed);
                throw failure;
            }
        }
    }

    private static void link(
            ChartFiles chart, Dependency dependency, WorkingFolder folder, String place) {
        var local = chart.files().resolve(dependency.path(chart.path()));
        var declared = local.isEmpty() ? "Chart.yaml" : local + "/Chart.yaml";
        if (!chart.files().paths().contains(declared)) {
            throw new ManifestFailure("there is no chart");
        }
        var documents = ManifestYaml.documents(declared, chart.files().read(declared));
        var version = documents.isEmpty() ? "" : Json.string(documents.getFirst(), "version");
        if (ChartVersions.choose(dependency.wanted(), List.of(version)).isEmpty()) {
            throw new ManifestFailure(
                    "the chart has the version %s, and %s is wanted"
                            .formatted(version, dependency.version()));
        }
        int depth = place.split("/").length - 1;
        folder.link(place, "../".repeat(depth) + (local.isEmpty() ? "." : local));
    }

    private Folder read(RenderRequest request, ChartFiles chart, Dependency dependency) {
        var repository = dependency.repository();
        if (repository.isEmpty()) {
            throw new ManifestFailure("it names no repository, and is not in charts/");
        }
        if (ALIAS.matcher(repository).matches()) {
            throw new ManifestFailure("names of repositories are not known here, only addresses");
        }
        var wanted = chart.locked(dependency).orElse(dependency).wanted();
        var artefact =
                charts.of(
                        repository,
                        dependency.name(),
                        request.access().charts().apply(repository),
                        request.source().passesCredentials());
        var demand = ChartVersions.mayMove(wanted) ? RECENT : FetchDemand.ANY;
        return artefact.folder(artefact.resolve(wanted, demand), "");
    }
}
