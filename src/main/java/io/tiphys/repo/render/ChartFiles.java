package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tiphys.core.model.ChartVersions;
import io.tiphys.core.model.Json;
import io.tiphys.repo.ManifestFailure;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of one chart that Helm reads, and what its templates ask for beside them.
///
/// @param path the chart's folder
/// @param dependencies that the chart declares
record ChartFiles(FileSet files, String path, List<Dependency> dependencies) {

    private static final List<String> DECLARING =
            List.of("Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock");

    private static final List<String> OTHERS =
            List.of("values.yaml", "values.schema.json", ".helmignore");

    private static final List<String> FOLDERS = List.of("templates", "charts", "crds");

    private static final String LOCAL = "file://";

    /// @param repository where the chart is: a URL, a path after `file://` from the chart's
    ///     folder, or empty if it must be in `charts/`
    /// @param version a constraint; empty for any
    record Dependency(String name, String repository, String version) {

        String wanted() {
            return version.isBlank() ? "*" : version;
        }

        boolean isLocal() {
            return repository.startsWith(LOCAL);
        }

        /// The chart's folder, if it is in the repository.
        String path(String chart) {
            return below(chart, repository.substring(LOCAL.length()));
        }

        @Override
        public String toString() {
            return repository.isEmpty() ? name : name + " of " + repository;
        }
    }

    /// What a text may ask for.
    ///
    /// @param apis whether it may look at what the cluster offers
    /// @param files whether it may read any file of the chart
    /// @param chance whether it may come out otherwise each time: by chance or by the time
    record Asks(boolean apis, boolean files, boolean chance) {

        static final Asks NOTHING = new Asks(false, false, false);

        private static final Asks ANYTHING = new Asks(true, true, true);

        /// The cluster's version and Helm's own are inputs anyhow.
        private static final Pattern APIS =
                Pattern.compile("\\bCapabilities\\b(?!\\s*\\.\\s*(?:KubeVersion|HelmVersion)\\b)");

        private static final Pattern FILES = Pattern.compile("\\bFiles\\b");

        /// Helm's functions that do not depend on their arguments alone.
        private static final Pattern CHANCE =
                Pattern.compile(
                        "\\b(?:rand[A-Z]\\w*|uuidv4|shuffle|gen[A-Z]\\w*|htpasswd|bcrypt|encryptAES"
                                + "|now|ago|date|dateInZone|date_in_zone|htmlDate\\w*)\\b");

        static Asks of(String text) {
            return new Asks(
                    APIS.matcher(text).find(),
                    FILES.matcher(text).find(),
                    CHANCE.matcher(text).find());
        }

        Asks and(Asks other) {
            return new Asks(apis || other.apis, files || other.files, chance || other.chance);
        }
    }

    /// Takes the files of a chart, and of those in the repository that it depends on. Of what these
    /// declare Helm reads nothing but their `charts/`.
    ///
    /// @param path of the chart's folder, links followed
    static ChartFiles of(FileSet files, String path) {
        take(files, path);
        var dependencies =
                Stream.of("Chart.yaml", "requirements.yaml")
                        .map(it -> below(path, it))
                        .flatMap(it -> dependencies(files, it))
                        .toList();
        var chart = new ChartFiles(files, path, dependencies);
        chart.local().forEach(it -> take(files, it));
        return chart;
    }

    /// Takes all other files of the chart as well: its templates may read them.
    void takeAll() {
        files.addFolder(path);
        local().forEach(files::addFolder);
    }

    /// @param file its path in the chart's folder
    boolean has(String file) {
        return files.paths().contains(below(path, file));
    }

    /// What is declared and lies not in `charts/`.
    List<Dependency> missing() {
        return dependencies.stream().filter(it -> !isVendored(it)).distinct().toList();
    }

    /// What is written in the lock of a dependency, with its only version.
    ///
    /// @return empty if there is no lock
    /// @throws ManifestFailure if it does not have the dependency
    Optional<Dependency> locked(Dependency dependency) {
        var locks =
                Stream.of("Chart.lock", "requirements.lock")
                        .map(it -> below(path, it))
                        .filter(files.paths()::contains)
                        .toList();
        var locked =
                locks.stream()
                        .flatMap(it -> dependencies(files, it))
                        .filter(it -> it.name.equals(dependency.name))
                        .filter(
                                it ->
                                        it.repository.isEmpty()
                                                || it.repository.equals(dependency.repository))
                        .filter(
                                it ->
                                        ChartVersions.choose(
                                                        dependency.wanted(), List.of(it.version))
                                                .isPresent())
                        .findFirst();
        if (!locks.isEmpty() && locked.isEmpty()) {
            throw new ManifestFailure(
                    "%s has no version of it that is allowed: 'helm dependency update' writes one"
                            .formatted(locks.getFirst()));
        }
        return locked;
    }

    /// What any file that was taken asks for. What is packed may ask for anything, and so may what
    /// is still to be downloaded.
    Asks asks() {
        if (missing().stream().anyMatch(it -> !it.isLocal())) {
            return Asks.ANYTHING;
        }
        return files.paths().stream()
                .map(
                        it ->
                                isPacked(it)
                                        ? Asks.ANYTHING
                                        : Asks.of(new String(files.read(it), ISO_8859_1)))
                .reduce(Asks.NOTHING, Asks::and);
    }

    private Collection<String> local() {
        return dependencies.stream()
                .filter(Dependency::isLocal)
                .map(it -> files.resolve(it.path(path)))
                .toList();
    }

    private boolean isVendored(Dependency dependency) {
        var place = below(path, "charts/" + dependency.name);
        var packed = Pattern.compile(Pattern.quote(place) + "-v?[0-9][^/]*\\.t(?:ar\\.)?gz");
        var paths = files.paths();
        return paths.contains(files.resolve(place + "/Chart.yaml"))
                || paths.stream().anyMatch(it -> packed.matcher(it).matches());
    }

    private static boolean isPacked(String path) {
        return path.endsWith(".tgz") || path.endsWith(".tar.gz");
    }

    static String below(String folder, String path) {
        return folder.isEmpty() ? path : folder + "/" + path;
    }

    private static void take(FileSet files, String path) {
        DECLARING.forEach(it -> files.addFile(below(path, it)));
        OTHERS.forEach(it -> files.addFile(below(path, it)));
        FOLDERS.forEach(it -> files.addFolder(below(path, it)));
    }

    private static Stream<Dependency> dependencies(FileSet files, String file) {
        return files.addFile(file).stream()
                .flatMap(it -> ManifestYaml.documents(file, files.read(it)).stream())
                .flatMap(it -> Json.array(Json.object(it).get("dependencies")).stream())
                .filter(Map.class::isInstance)
                .map(Json::object)
                .map(
                        it ->
                                new Dependency(
                                        Json.string(it, "name"),
                                        Json.string(it, "repository"),
                                        Json.string(it, "version")));
    }
}
