package io.tiphys.repo.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.model.Json;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files that Kustomize reads when it builds a folder: its kustomization, what that names, and
/// so on through bases and components. It takes what is named and leaves all judgement to
/// Kustomize, except of what is missing or lies outside of the repository.
final class KustomizationFiles {

    /// More names than this, in all kustomizations together, are meant to do harm.
    private static final int MAX_NAMES = 50_000;

    /// As are more bytes of kustomizations and of plugins' configurations.
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private static final Pattern WEB = Pattern.compile("(?is)https?://.*");

    /// What Kustomize clones, even if there is a folder of that name.
    private static final Pattern CLONED =
            Pattern.compile(
                    "(?is)(git::)?((ssh|https?|file)://.*"
                            + "|github\\.com[/:].+[/.].+"
                            + "|[a-z][a-z0-9-]*@[^/:]+[/:](.+/.+|.+\\.git.*))");

    /// A credential, or what may hold one.
    private static final Pattern PRIVATE = Pattern.compile("(?<=//)[^/@]*@|\\?.*");

    private final FileSet files;
    private final Deque<Visit> ahead = new ArrayDeque<>();
    private final Set<Visit> seen = new HashSet<>();
    private final SortedMap<String, String> grounds = new TreeMap<>();
    private int names;
    private long bytes;

    /// A kustomization that is to be looked at.
    ///
    /// @param folder where it is, all links followed
    /// @param file its own path
    /// @param plugins the folder for which what it builds are plugins' configurations, that name
    ///     files themselves; empty if it builds resources
    private record Visit(String folder, String file, Optional<String> plugins) {

        ManifestFailure failure(String field, String name, String problem) {
            return new ManifestFailure("%s: %s: %s: %s".formatted(file, field, name, problem));
        }
    }

    /// @param root all files of the repository
    KustomizationFiles(Folder root) {
        files = new FileSet(root);
    }

    /// Takes the kustomization of a folder.
    ///
    /// @param folder its path from the repository's root, without `.` and `..`
    /// @throws ManifestFailure if there is none, or one that cannot be read
    Kustomization start(String folder) {
        ground(folder);
        return read(fileOf(folder));
    }

    /// Takes all that a kustomization names.
    ///
    /// @param start as [#start] gave it, with or without changes
    /// @throws ManifestFailure if something that it needs is not there, or cannot be had
    void addAll(String folder, Kustomization start) {
        var first = new Visit(folder, start.file(), Optional.empty());
        seen.add(first);
        visit(first, start.tree());
        while (!ahead.isEmpty()) {
            var next = ahead.removeFirst();
            visit(next, read(next.file()).tree());
        }
    }

    /// All that was taken until now.
    FileSet files() {
        return files;
    }

    /// What these files depend on, by path, with its id ([Places#idAt]): while those are the same,
    /// so are the files. Empty if links make it more than can be said by paths.
    Optional<SortedMap<String, String>> grounds() {
        return files.hasLinks() ? Optional.empty() : Optional.of(grounds);
    }

    /// Whether there is a folder or file.
    ///
    /// @param folder that the path counts from
    boolean exists(String folder, String path) {
        return place(folder, path).filter(it -> !ground(it).isEmpty()).isPresent();
    }

    private void visit(Visit visit, Map<String, Object> tree) {
        for (var field : List.of("helmCharts", "helmChartInflationGenerator")) {
            if (!Json.array(Kustomization.field(tree, field)).isEmpty()) {
                throw new ManifestFailure(
                        "%s: %s: Helm charts of a kustomization are not rendered by this version"
                                .formatted(visit.file(), field));
            }
        }
        for (var field : List.of("resources", "bases")) {
            Kustomization.texts(tree, field)
                    .forEach(it -> resource(visit, field, it, visit.plugins()));
        }
        Kustomization.texts(tree, "components")
                .forEach(it -> enter(visit, "components", it, visit.plugins()));
        for (var field : List.of("crds", "configurations")) {
            Kustomization.texts(tree, field).forEach(it -> file(visit, field, it));
        }
        fileIn(visit, "openapi", Json.object(Kustomization.field(tree, "openapi")));
        for (var field : List.of("patches", "patchesJson6902", "replacements")) {
            Kustomization.objects(tree, field).forEach(it -> fileIn(visit, field, it));
        }
        var strategic = "patchesStrategicMerge";
        Kustomization.texts(tree, strategic)
                .filter(it -> !it.contains("\n"))
                .forEach(it -> found(visit, strategic, it));
        for (var field : List.of("configMapGenerator", "secretGenerator")) {
            Kustomization.objects(tree, field)
                    .flatMap(KustomizationFiles::sources)
                    .forEach(it -> file(visit, field, it));
        }
        for (var field : List.of("generators", "transformers", "validators")) {
            Kustomization.texts(tree, field).forEach(it -> plugin(visit, field, it));
        }
    }

    /// The files that a generator's data comes from.
    private static Stream<String> sources(Map<String, Object> generator) {
        var files = Kustomization.texts(generator, "files").map(it -> it.replaceFirst("^.*=", ""));
        var env = Stream.of(Kustomization.text(generator, "env")).filter(it -> !it.isEmpty());
        return Stream.of(files, Kustomization.texts(generator, "envs"), env).flatMap(it -> it);
    }

    /// A file, else a folder with a kustomization of its own.
    private void resource(Visit visit, String field, String name, Optional<String> plugins) {
        var file = found(visit, field, name);
        if (file.isEmpty()) {
            enter(visit, field, name, plugins);
        }
        file.ifPresent(it -> plugins.ifPresent(of -> configured(visit, field, it, of)));
    }

    private void enter(Visit visit, String field, String name, Optional<String> plugins) {
        refuseIf(CLONED, visit, field, name);
        var folder = files.resolve(placed(visit, field, name));
        if (files.places().folder(folder).isEmpty()) {
            throw visit.failure(field, name, "there is no such file or folder");
        }
        ground(folder);
        var next = new Visit(folder, fileOf(folder), plugins);
        if (seen.add(next)) {
            ahead.add(next);
        }
    }

    private void fileIn(Visit visit, String field, Map<String, Object> object) {
        var name = Kustomization.text(object, "path");
        if (!name.isEmpty()) {
            file(visit, field, name);
        }
    }

    private void file(Visit visit, String field, String name) {
        var file =
                found(visit, field, name)
                        .orElseThrow(() -> visit.failure(field, name, "there is no such file"));
        // Patches may become part of a plugin's configuration.
        visit.plugins().ifPresent(of -> configured(visit, field, file, of));
    }

    private Optional<String> found(Visit visit, String field, String name) {
        refuseIf(WEB, visit, field, name);
        var place = placed(visit, field, name);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        if (!visit.folder().isEmpty() && !place.startsWith(visit.folder() + "/")) {
            ground(place);
        }
        return files.addFile(place);
    }

    /// A plugin's configuration, or where it stands.
    private void plugin(Visit visit, String field, String entry) {
        var configurations = inline(visit, entry);
        if (configurations.isEmpty()) {
            resource(visit, field, entry, Optional.of(visit.folder()));
        }
        configurations.forEach(it -> configured(visit, field, it, visit.folder()));
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
        objects(ManifestYaml.documents(file, content(file)))
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
                .filter(it -> place(folder, it).isPresent())
                .forEach(it -> found(at, field, it));
    }

    private String fileOf(String folder) {
        var found =
                Kustomization.NAMES.stream()
                        .map(it -> files.addFile(join(folder, it)))
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
        return Kustomization.read(file, content(file));
    }

    private byte[] content(String file) {
        var content = files.read(file);
        bytes += content.length;
        if (bytes > MAX_BYTES) {
            throw new ManifestFailure(
                    "The kustomizations are larger than %d MB together".formatted(MAX_BYTES >> 20));
        }
        return content;
    }

    private String ground(String path) {
        return grounds.computeIfAbsent(path, files.places()::idAt);
    }

    private void refuseIf(Pattern remote, Visit visit, String field, String name) {
        if (++names > MAX_NAMES) {
            throw new ManifestFailure(
                    "The kustomizations name more than %d files".formatted(MAX_NAMES));
        }
        if (remote.matcher(name).matches()) {
            throw visit.failure(
                    field,
                    PRIVATE.matcher(name).replaceAll(""),
                    "remote bases and files are not fetched by this version");
        }
    }

    private static String placed(Visit visit, String field, String name) {
        return place(visit.folder(), name)
                .orElseThrow(
                        () -> visit.failure(field, name, "it must be a path in the repository"));
    }

    /// Where a name leads by its text alone, for that is how Kustomize looks at `..`; empty if it
    /// leaves the repository.
    static Optional<String> place(String folder, String name) {
        var place = new ArrayDeque<String>();
        for (var part : join(folder, name).split("/", -1)) {
            if (part.equals("..") && place.pollLast() == null) {
                return Optional.empty();
            }
            if (!List.of("", ".", "..").contains(part)) {
                place.addLast(part);
            }
        }
        return name.startsWith("/") ? Optional.empty() : Optional.of(String.join("/", place));
    }

    private static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }
}
