package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.KustomizeOptions;
import io.tiphys.core.model.RemoteBase;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.render.NamedFiles.Visit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The files that Kustomize reads when it builds a folder: its kustomization, what that names, and
/// so on through bases and components. It takes what is named and leaves all judgement to
/// Kustomize, except of what is missing or lies outside of the repository.
///
/// Where something was laid somewhere else than its name says ([NamedFiles]), the kustomization is
/// written anew with that place for a name, so that the tool needs no network.
final class KustomizationFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final NamedFiles named;

    /// Kustomizations that are not as they were in Git, by path.
    private final SortedMap<String, String> rewritten = new TreeMap<>();

    private final Deque<Visit> ahead = new ArrayDeque<>();
    private final Set<Visit> seen = new HashSet<>();

    /// @param root all files of the repository, and those of other sources
    /// @param remotes reads what lies elsewhere
    KustomizationFiles(Folder root, Remotes.Of remotes, KustomizeOptions options) {
        named = new NamedFiles(root, remotes, options);
    }

    /// Takes the kustomization of a folder.
    ///
    /// @param folder its path from the repository's root, without `.` and `..`
    /// @throws ManifestFailure if there is none, or one that cannot be read
    Kustomization start(String folder) {
        named.ground(folder);
        return read(fileOf(folder));
    }

    /// Takes all that a kustomization names.
    ///
    /// @param start as [#start] gave it
    /// @param edited what it is to be, which may be the same
    /// @throws ManifestFailure if something that it needs is not there, or cannot be had
    void addAll(String folder, Kustomization start, Kustomization edited) {
        var first = new Visit(folder, start.file(), Optional.empty());
        seen.add(first);
        write(start, visit(first, edited.tree()));
        while (!ahead.isEmpty()) {
            var next = ahead.removeFirst();
            var there = read(next.file());
            write(there, visit(next, there.tree()));
        }
    }

    private void write(Kustomization there, Map<String, Object> tree) {
        if (!tree.equals(there.tree())) {
            rewritten.put(there.file(), json(tree));
        }
    }

    /// JSON is YAML, and leaves no doubt about what is text.
    private static String json(Map<String, Object> tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A kustomization is no JSON", impossible);
        }
    }

    /// All that was named.
    NamedFiles named() {
        return named;
    }

    /// Names all that the tool gets: equal ids, equal files.
    List<SortedMap<String, String>> ids() {
        return Stream.concat(named.ids().stream(), Stream.of(rewritten)).toList();
    }

    /// @param folder is empty
    /// @throws ManifestFailure if there is more than a source may have
    void writeTo(WorkingFolder folder) {
        named.writeTo(folder);
        rewritten.forEach(
                (path, content) -> {
                    try {
                        Files.writeString(folder.file(path), content);
                    } catch (IOException full) {
                        throw new UncheckedIOException("A working folder cannot be written", full);
                    }
                });
    }

    /// @return the same with other names for what lies elsewhere
    private Map<String, Object> visit(Visit visit, Map<String, Object> kustomization) {
        var tree = withCharts(visit, kustomization);
        for (var field : List.of("resources", "bases")) {
            tree =
                    Kustomization.withTexts(
                            tree, field, it -> resource(visit, field, it, visit.plugins()));
        }
        tree =
                Kustomization.withTexts(
                        tree, "components", it -> folder(visit, "components", it, visit.plugins()));
        for (var field : List.of("crds", "configurations")) {
            tree = Kustomization.withTexts(tree, field, it -> file(visit, field, it));
        }
        var openapi = Json.object(Kustomization.field(tree, "openapi"));
        var fetched = withFile(visit, "openapi", openapi);
        if (!fetched.equals(openapi)) {
            tree = Kustomization.with(tree, "openapi", fetched);
        }
        for (var field : List.of("patches", "patchesJson6902", "replacements")) {
            tree = Kustomization.withObjects(tree, field, it -> withFile(visit, field, it));
        }
        var strategic = "patchesStrategicMerge";
        tree =
                Kustomization.withTexts(
                        tree, strategic, it -> it.contains("\n") ? it : patch(visit, it));
        for (var field : List.of("configMapGenerator", "secretGenerator")) {
            tree = Kustomization.withObjects(tree, field, it -> withSources(visit, field, it));
        }
        for (var field : List.of("generators", "transformers", "validators")) {
            tree = Kustomization.withTexts(tree, field, it -> plugin(visit, field, it));
        }
        return tree;
    }

    private Map<String, Object> withFile(Visit visit, String field, Map<String, Object> object) {
        return Kustomization.withText(object, "path", it -> file(visit, field, it));
    }

    /// A generator whose data comes from files.
    private Map<String, Object> withSources(
            Visit visit, String field, Map<String, Object> generator) {
        var tree = Kustomization.withTexts(generator, "files", it -> keyedFile(visit, field, it));
        tree = Kustomization.withTexts(tree, "envs", it -> file(visit, field, it));
        return Kustomization.withText(tree, "env", it -> file(visit, field, it));
    }

    /// A file whose data gets a key, which is its own name if none stands before it.
    private String keyedFile(Visit visit, String field, String entry) {
        var name = entry.substring(entry.lastIndexOf('=') + 1);
        var place = file(visit, field, name);
        return place.equals(name)
                ? entry
                : entry.length() > name.length()
                        ? entry.substring(0, entry.length() - name.length()) + place
                        : name.substring(name.lastIndexOf('/') + 1) + "=" + place;
    }

    /// The files that a generator's data comes from.
    private static Stream<String> sources(Map<String, Object> generator) {
        var files = Kustomization.texts(generator, "files").map(it -> it.replaceFirst("^.*=", ""));
        var env = Stream.of(Kustomization.text(generator, "env")).filter(it -> !it.isEmpty());
        return Stream.of(files, Kustomization.texts(generator, "envs"), env).flatMap(it -> it);
    }

    /// A file, else a folder with a kustomization of its own.
    private String resource(Visit visit, String field, String name, Optional<String> plugins) {
        if (RemoteBase.isWeb(name) && RemoteBase.parse(name).isPresent()) {
            return folder(visit, field, name, plugins);
        }
        var file = named.found(visit, field, name);
        file.ifPresent(it -> plugins.ifPresent(of -> configured(visit, field, it, of)));
        return file.map(it -> named.named(visit, name, it))
                .orElseGet(() -> folder(visit, field, name, plugins));
    }

    /// A folder with a kustomization.
    private String folder(Visit visit, String field, String name, Optional<String> plugins) {
        var folder = named.folder(visit, field, name);
        var next = new Visit(folder, fileOf(folder), plugins);
        if (seen.add(next)) {
            ahead.add(next);
        }
        return RemoteBase.parse(name).isPresent()
                ? NamedFiles.relative(visit.folder(), folder)
                : name;
    }

    private String file(Visit visit, String field, String name) {
        var file =
                named.found(visit, field, name)
                        .orElseThrow(() -> visit.failure(field, name, "there is no such file"));
        // Patches may become part of a plugin's configuration.
        visit.plugins().ifPresent(of -> configured(visit, field, file, of));
        return named.named(visit, name, file);
    }

    private String patch(Visit visit, String name) {
        return named.found(visit, "patchesStrategicMerge", name)
                .map(it -> named.named(visit, name, it))
                .orElse(name);
    }

    /// A plugin's configuration, or where it stands.
    private String plugin(Visit visit, String field, String entry) {
        var configurations = inline(visit, entry);
        configurations.forEach(it -> configured(visit, field, it, visit.folder()));
        return configurations.isEmpty()
                ? resource(visit, field, entry, Optional.of(visit.folder()))
                : entry;
    }

    private static List<Map<String, Object>> inline(Visit visit, String entry) {
        if (!entry.contains(":")) {
            return List.of();
        }
        return objects(ManifestYaml.documents(visit.file(), entry.getBytes(UTF_8)));
    }

    private static List<Map<String, Object>> objects(List<Object> documents) {
        return documents.stream().filter(Map.class::isInstance).map(Json::object).toList();
    }

    private void configured(Visit visit, String field, String file, String folder) {
        objects(ManifestYaml.documents(file, named.content(file)))
                .forEach(it -> configured(visit, field, it, folder));
    }

    /// Takes the files that a plugin's configuration names. Whether it does so rightly, and whether
    /// it is one at all, is Kustomize's to say.
    private void configured(
            Visit visit, String field, Map<String, Object> configuration, String folder) {
        Kustomization.objects(configuration, "items")
                .forEach(it -> configured(visit, field, it, folder));
        var path = Stream.of(Kustomization.text(configuration, "path"));
        var replacements =
                Kustomization.objects(configuration, "replacements")
                        .map(it -> Kustomization.text(it, "path"));
        var at = new Visit(folder, visit.file(), Optional.empty());
        Stream.of(
                        path,
                        replacements,
                        sources(configuration),
                        Kustomization.texts(configuration, "paths"))
                .flatMap(it -> it)
                .filter(it -> !it.isEmpty() && !it.contains("\n"))
                .filter(it -> RemoteBase.isWeb(it) || named.inRepository(folder, it).isPresent())
                .forEach(it -> named.configuredFile(at, field, it));
        if (Kustomization.text(configuration, "kind").equals("HelmChartInflationGenerator")) {
            configuredChart(at, field, configuration);
        }
    }

    private String fileOf(String folder) {
        var found =
                Kustomization.NAMES.stream()
                        .map(it -> named.files().addFile(NamedFiles.join(folder, it)))
                        .flatMap(Optional::stream)
                        .toList();
        if (found.size() != 1) {
            throw new ManifestFailure(
                    "%s: %s"
                            .formatted(
                                    folder.isEmpty() ? "The repository's root" : folder,
                                    found.isEmpty()
                                            ? "there is no " + Kustomization.NAMES.getFirst()
                                            : "only one can count of " + found));
        }
        return found.getFirst();
    }

    private Kustomization read(String file) {
        return Kustomization.read(file, named.content(file));
    }

    private Map<String, Object> withCharts(Visit visit, Map<String, Object> kustomization) {
        var globals = Json.object(Kustomization.field(kustomization, "helmGlobals"));
        var home = Kustomization.text(globals, "chartHome");
        var tree =
                Kustomization.withObjects(
                        kustomization,
                        "helmCharts",
                        it -> {
                            named.chart(visit, "helmCharts", KustomizationChart.of(it, home));
                            return withValues(visit, "helmCharts", it);
                        });
        var old = "helmChartInflationGenerator";
        // Of several the last one counts for all.
        var oldHome =
                Kustomization.objects(tree, old)
                        .map(it -> Kustomization.text(it, "chartHome"))
                        .filter(it -> !it.isEmpty())
                        .reduce(home, (_, last) -> last);
        return Kustomization.withObjects(
                tree,
                old,
                it -> {
                    named.chart(visit, old, KustomizationChart.ofOldForm(it, oldHome));
                    return Kustomization.withText(
                            it, "values", file -> valuesFile(visit, old, file));
                });
    }

    private Map<String, Object> withValues(Visit visit, String field, Map<String, Object> entry) {
        return Kustomization.withTexts(
                Kustomization.withText(entry, "valuesFile", it -> valuesFile(visit, field, it)),
                "additionalValuesFiles",
                it -> valuesFile(visit, field, it));
    }

    private String valuesFile(Visit visit, String field, String name) {
        return named.isOfChart(visit, field, name) ? name : file(visit, field, name);
    }

    private void configuredChart(Visit at, String field, Map<String, Object> configuration) {
        var home = Kustomization.text(configuration, "chartHome");
        named.chart(at, field, KustomizationChart.of(configuration, home));
        Stream.concat(
                        Stream.of(Kustomization.text(configuration, "valuesFile")),
                        Kustomization.texts(configuration, "additionalValuesFiles"))
                .filter(it -> !it.isEmpty() && !named.isOfChart(at, field, it))
                .forEach(it -> named.configuredFile(at, field, it));
    }
}
