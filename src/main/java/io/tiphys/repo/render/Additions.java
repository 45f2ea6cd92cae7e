package io.tiphys.repo.render;

import io.tiphys.core.model.RemoteBase;
import io.tiphys.core.model.RepositoryUrl;
import io.tiphys.repo.Folder;
import io.tiphys.repo.JoinedFolder;
import io.tiphys.repo.ManifestFailure;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What is laid beside the files of a repository, so that a tool finds there what lies elsewhere:
/// other repositories as folders at the root, single files and charts where they are asked for.
final class Additions {

    /// More than this is meant to do harm. Each may take as long as its host.
    private static final int MAX_ELSEWHERE = 50;

    private static final int MAX_NAME = 100;

    private static final Pattern UNSAFE = Pattern.compile("[^a-z0-9._-]+");

    private final Folder own;
    private final Remotes.Of remotes;
    private final Map<Elsewhere, String> elsewhere = new LinkedHashMap<>();

    /// Roots of repositories, by their folders.
    private final Map<String, Folder> roots = new HashMap<>();

    private final Map<Elsewhere.Repository, String> places = new HashMap<>();
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private final SortedMap<String, Folder> charts = new TreeMap<>();
    private final SortedMap<String, String> ids = new TreeMap<>();

    /// @param root all files of the repository, and those of other sources
    Additions(Folder root, Remotes.Of remotes) {
        this.remotes = remotes;
        if (root instanceof JoinedFolder joined) {
            own = joined.own();
            roots.putAll(joined.others());
        } else {
            own = root;
        }
    }

    /// The repository and all others that are, or will be, laid beside it.
    Folder root() {
        return new JoinedFolder(own, roots);
    }

    /// Whether a path leads to the root of another repository, or below it.
    boolean isOther(String path) {
        return roots.containsKey(first(path));
    }

    /// The name of a folder at the root.
    static String first(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    /// Lays a repository into a folder, which is named so that people know it in messages.
    ///
    /// @return that folder
    /// @throws ManifestFailure if it cannot be had
    String lay(RemoteBase base) {
        var repository = new Elsewhere.Repository(base.url(), base.ref());
        var commit = ask(repository);
        return places.computeIfAbsent(
                repository,
                _ -> {
                    var name = "$%s-%s".formatted(RepositoryUrl.canonical(base.url()), base.ref());
                    var place =
                            free(
                                    shortened(name),
                                    "",
                                    it ->
                                            roots.containsKey(it)
                                                    || own.folder(it).isPresent()
                                                    || own.file(it).isPresent());
                    roots.put(place, remotes.files(repository, commit));
                    return place;
                });
    }

    private static String shortened(String name) {
        var safe = "$" + UNSAFE.matcher(name.substring(1).toLowerCase(Locale.ROOT)).replaceAll("-");
        return safe.substring(0, Math.min(safe.length(), MAX_NAME));
    }

    /// Lays a file of the web into a folder.
    ///
    /// @param taken whether something else is there already
    /// @return its path
    /// @throws ManifestFailure if it cannot be had
    String layDownload(String folder, String url, Predicate<String> taken) {
        var file = new Elsewhere.File(url);
        var digest = ask(file);
        return layFile(folder, remotes.content(file, digest), digest, taken);
    }

    /// @param id names the content
    String layFile(String folder, byte[] content, String id, Predicate<String> taken) {
        var start = folder.isEmpty() ? "elsewhere" : folder + "/elsewhere";
        var place = free(start, ".yaml", it -> files.containsKey(it) || taken.test(it));
        files.put(place, content);
        ids.put(place, id);
        return place;
    }

    private static String free(String start, String end, Predicate<String> taken) {
        var name = start + end;
        for (int i = 2; taken.test(name); i++) {
            name = "%s-%d%s".formatted(start, i, end);
        }
        return name;
    }

    /// Lays a chart at a path.
    ///
    /// @throws ManifestFailure if it cannot be had
    void lay(String place, Elsewhere.Chart chart) {
        var version = ask(chart);
        var files = remotes.files(chart, version);
        charts.put(place, files);
        ids.put(place, files.treeId());
    }

    /// Whether a path is that of a chart that was laid there, or of one of its files.
    boolean isInChart(String path) {
        return charts.keySet().stream().anyMatch(it -> (path + "/").startsWith(it + "/"));
    }

    /// Whether a single file was laid there.
    boolean isFile(String path) {
        return files.containsKey(path);
    }

    /// @param path [#isFile]
    byte[] read(String path) {
        return files.getOrDefault(path, new byte[0]);
    }

    /// Where something stands; of two that name it both see the same.
    private String ask(Elsewhere what) {
        if (elsewhere.size() == MAX_ELSEWHERE && !elsewhere.containsKey(what)) {
            throw new ManifestFailure(
                    "more than %d repositories, files and charts lie elsewhere"
                            .formatted(MAX_ELSEWHERE));
        }
        return elsewhere.computeIfAbsent(what, remotes::id);
    }

    /// What was asked for, and where it stands, as [Remotes.Of#id] says.
    Map<Elsewhere, String> elsewhere() {
        return Collections.unmodifiableMap(elsewhere);
    }

    /// Names files and charts, by path. What was taken of repositories is the caller's to name.
    SortedMap<String, String> ids() {
        return Collections.unmodifiableSortedMap(ids);
    }

    /// Writes files and charts.
    ///
    /// @throws ManifestFailure if there is more than a source may have
    void writeTo(WorkingFolder folder) {
        files.forEach(folder::write);
        charts.forEach(
                (path, chart) -> {
                    var all = new FileSet(chart);
                    all.addFolder("");
                    all.writeTo(folder, path + "/");
                });
    }
}
