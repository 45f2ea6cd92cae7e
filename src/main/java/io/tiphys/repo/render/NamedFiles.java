package io.tiphys.repo.render;

import io.tiphys.core.model.KustomizeOptions;
import io.tiphys.core.model.RemoteBase;
import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Finds and takes the files that kustomizations name, each from where its name counts.
///
/// What lies elsewhere is laid where the kustomization that names it can have it: a repository
/// beside the source's own, a file or a chart in the kustomization's folder. The same is done with
/// files beside the folder, where they may be read: the tool itself is never allowed to leave it,
/// for nothing would hold it in the repository then.
final class NamedFiles {

    /// More names than this, in all kustomizations together, are meant to do harm.
    private static final int MAX_NAMES = 50_000;

    /// As are more bytes of kustomizations, of plugins' configurations and of copied files.
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    /// A credential, or what may hold one.
    private static final Pattern PRIVATE = Pattern.compile("(?<=//)[^/]*@|\\?.*", Pattern.DOTALL);

    private final KustomizeOptions options;
    private final Additions additions;
    private final FileSet files;
    private final SortedMap<String, String> grounds = new TreeMap<>();
    private boolean hasCharts;
    private int names;
    private long bytes;

    /// A kustomization that is to be looked at.
    ///
    /// @param folder where it is, all links followed
    /// @param file its own path
    /// @param plugins the folder for which what it builds are plugins' configurations, that name
    ///     files themselves; empty if it builds resources
    record Visit(String folder, String file, Optional<String> plugins) {

        ManifestFailure failure(String field, String name, String problem) {
            return failure(field, name, problem, false);
        }

        ManifestFailure failure(String field, String name, String problem, boolean passing) {
            var shown = PRIVATE.matcher(name).replaceAll("");
            return new ManifestFailure(
                    "%s: %s: %s: %s".formatted(file, field, shown, problem), passing);
        }
    }

    /// @param root all files of the repository, and those of other sources
    /// @param remotes reads what lies elsewhere
    NamedFiles(Folder root, Remotes.Of remotes, KustomizeOptions options) {
        this.options = options;
        additions = new Additions(root, remotes);
        files = new FileSet(additions.root());
    }

    /// Whether Helm is needed.
    boolean hasCharts() {
        return hasCharts;
    }

    /// What these files depend on, by path, with its id ([Places#idAt]): while those are the same,
    /// and [#elsewhere] is, so are the files. Empty if links make it more than paths can say.
    Optional<SortedMap<String, String>> grounds() {
        return files.hasLinks() ? Optional.empty() : Optional.of(grounds);
    }

    /// What lies elsewhere, and where it stands.
    Map<Elsewhere, String> elsewhere() {
        return additions.elsewhere();
    }

    /// Names all that was taken: equal ids, equal files.
    List<SortedMap<String, String>> ids() {
        return List.of(files.ids(), additions.ids());
    }

    /// All of the repository that was taken until now.
    FileSet files() {
        return files;
    }

    /// @param folder is empty
    /// @throws ManifestFailure if there is more than a source may have
    void writeTo(WorkingFolder folder) {
        files.writeTo(folder);
        additions.writeTo(folder);
    }

    /// Whether there is a folder or file.
    ///
    /// @param folder that the path counts from
    boolean exists(String folder, String path) {
        return inRepository(folder, path).filter(it -> !ground(it).isEmpty()).isPresent();
    }

    /// Takes nothing, but finds a folder of this repository or of another.
    ///
    /// @return where it is when all links are followed
    String folder(Visit visit, String field, String name) {
        count();
        var remote = RemoteBase.parse(name);
        var folder =
                files.resolve(
                        remote.map(it -> laid(visit, field, name, it))
                                .orElseGet(() -> placed(visit, field, name)));
        if (files.places().folder(folder).isEmpty()) {
            throw visit.failure(
                    field,
                    name,
                    remote.map(it -> "there is no such folder at '%s'".formatted(it.ref()))
                            .orElse("there is no such file or folder"));
        }
        ground(folder);
        return folder;
    }

    private String laid(Visit visit, String field, String name, RemoteBase base) {
        return join(reading(visit, field, name, () -> additions.lay(base)), base.path());
    }

    /// Says of a failure where its cause stands.
    private static <T> T reading(Visit visit, String field, String name, Supplier<T> work) {
        try {
            return work.get();
        } catch (ManifestFailure failed) {
            var failure =
                    visit.failure(
                            field, name, String.valueOf(failed.getMessage()), failed.passing());
            failure.initCause(failed);
            throw failure;
        }
    }

    /// Takes a file, and lays it into the kustomization's folder if it is to be had only there.
    ///
    /// @return where it is then; empty if there is none
    Optional<String> found(Visit visit, String field, String name) {
        count();
        if (RemoteBase.isWeb(name)) {
            return Optional.of(downloaded(visit, field, name));
        }
        var place = placed(visit, field, name);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        if (!isBelow(visit.folder(), place)) {
            ground(place);
        }
        var file = files.addFile(place);
        return options.anyFile()
                ? file.map(it -> isBelow(visit.folder(), it) ? it : copied(visit, it))
                : file;
    }

    private String downloaded(Visit visit, String field, String name) {
        var place =
                reading(
                        visit,
                        field,
                        name,
                        () -> additions.layDownload(visit.folder(), name, this::isThere));
        countBytes(additions.read(place));
        return place;
    }

    /// What names it is among the ids already.
    private String copied(Visit visit, String file) {
        var content = content(file);
        return additions.layFile(visit.folder(), content, "", this::isThere);
    }

    private boolean isThere(String path) {
        return !files.places().idAt(path).isEmpty();
    }

    /// How a kustomization is to name a file: as it does, unless that was laid somewhere else.
    ///
    /// @param file as [#found] gave it
    String named(Visit visit, String name, String file) {
        return additions.isFile(file) ? relative(visit.folder(), file) : name;
    }

    /// Takes a file that only a plugin's configuration names: that cannot be written anew.
    void configuredFile(Visit at, String field, String name) {
        if (RemoteBase.isWeb(name)) {
            throw at.failure(
                    field, name, "a plugin's configuration can name no files of other servers");
        }
        var place = placed(at, field, name);
        if (!place.isEmpty()) {
            if (!isBelow(at.folder(), place)) {
                ground(place);
            }
            files.addFile(place);
        }
    }

    /// Whether a chart of another repository has it.
    boolean isOfChart(Visit visit, String field, String name) {
        return !RemoteBase.isWeb(name) && additions.isInChart(placed(visit, field, name));
    }

    /// Takes a chart, or lays it where Kustomize looks for it before it would fetch it.
    void chart(Visit visit, String field, KustomizationChart chart) {
        count();
        if (!options.helm()) {
            throw visit.failure(
                    field,
                    chart.name(),
                    "charts are rendered only if kustomize.buildOptions in the ConfigMap argocd-cm"
                            + " has --enable-helm");
        }
        if (!chart.isSafe()) {
            throw visit.failure(
                    field,
                    chart.name(),
                    "a chart needs a name, which like its version must not be a path, and a"
                            + " releaseName must not begin with a dash");
        }
        hasCharts = true;
        var place = placed(visit, field, chart.place());
        if (!isBelow(visit.folder(), place)) {
            ground(place);
        }
        if (files.addFolder(place).isEmpty() && !chart.repository().isEmpty()) {
            reading(
                    visit,
                    field,
                    chart.name(),
                    () -> {
                        additions.lay(place, chart.elsewhere());
                        return place;
                    });
        }
    }

    /// @param file as [#found] gave it
    byte[] content(String file) {
        var content = additions.isFile(file) ? additions.read(file) : files.read(file);
        countBytes(content);
        return content;
    }

    private void countBytes(byte[] content) {
        bytes += content.length;
        if (bytes > MAX_BYTES) {
            throw new ManifestFailure(
                    "The kustomizations are larger than %d MB together".formatted(MAX_BYTES >> 20));
        }
    }

    private void count() {
        if (++names > MAX_NAMES) {
            throw new ManifestFailure(
                    "The kustomizations name more than %d files".formatted(MAX_NAMES));
        }
    }

    /// Of another repository its commit says it all.
    String ground(String path) {
        var id = files.places().idAt(path);
        if (!additions.isOther(path)) {
            grounds.putIfAbsent(path, id);
        }
        return id;
    }

    private String placed(Visit visit, String field, String name) {
        return inRepository(visit.folder(), name)
                .orElseThrow(
                        () -> visit.failure(field, name, "it must be a path in the repository"));
    }

    /// Where a name leads from a folder, in the repository that has it; empty if it leaves that.
    Optional<String> inRepository(String folder, String name) {
        if (!additions.isOther(folder)) {
            return place(folder, name).filter(it -> !additions.isOther(it));
        }
        var root = Additions.first(folder);
        var within = folder.substring(Math.min(folder.length(), root.length() + 1));
        return place(within, name).map(it -> it.isEmpty() ? root : root + "/" + it);
    }

    private static boolean isBelow(String folder, String path) {
        return folder.isEmpty() || path.startsWith(folder + "/");
    }

    /// Never such that Kustomize could take it for something else than a path.
    static String relative(String folder, String path) {
        var from = folder.isEmpty() ? new String[0] : folder.split("/", -1);
        var to = path.split("/", -1);
        int same = 0;
        while (same < Math.min(from.length, to.length) && from[same].equals(to[same])) {
            same++;
        }
        var up = "../".repeat(from.length - same);
        var down = String.join("/", List.of(to).subList(same, to.length));
        return (up.isEmpty() ? "./" : up) + down;
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

    static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }
}
