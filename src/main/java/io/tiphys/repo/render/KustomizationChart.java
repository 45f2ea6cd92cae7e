package io.tiphys.repo.render;

import java.util.Map;
import java.util.stream.Stream;

/// A chart as a kustomization names it.
///
/// @param repository where it is; empty if it lies beside the kustomization
/// @param home the folder of charts, from the kustomization's
record KustomizationChart(
        String name, String version, String repository, String release, String home) {

    /// @param entry of `helmCharts`, or the configuration of a `HelmChartInflationGenerator`
    static KustomizationChart of(Map<String, Object> entry, String home) {
        return new KustomizationChart(
                Kustomization.text(entry, "name"),
                Kustomization.text(entry, "version"),
                Kustomization.text(entry, "repo"),
                Kustomization.text(entry, "releaseName"),
                home.isEmpty() ? "charts" : home);
    }

    /// @param entry of `helmChartInflationGenerator`
    static KustomizationChart ofOldForm(Map<String, Object> entry, String home) {
        return new KustomizationChart(
                Kustomization.text(entry, "chartName"),
                Kustomization.text(entry, "chartVersion"),
                Kustomization.text(entry, "chartRepoUrl"),
                Kustomization.text(entry, "releaseName"),
                home.isEmpty() ? "charts" : home);
    }

    /// Where Kustomize looks for it, from the kustomization's folder.
    String place() {
        return version.isEmpty() || repository.isEmpty()
                ? home + "/" + name
                : "%s/%s-%s/%s".formatted(home, name, version, name);
    }

    Elsewhere.Chart elsewhere() {
        return new Elsewhere.Chart(repository, name, version.isEmpty() ? "*" : version);
    }

    /// Whether it can mean no other folder, and no option of Helm.
    boolean isSafe() {
        return Stream.of(name, version).noneMatch(it -> it.contains("/") || it.equals(".."))
                && !name.isEmpty()
                && !release.startsWith("-");
    }
}
