package io.tiphys.core.affected;

import io.tiphys.core.model.ApplicationId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/// The Applications that follow one revision, by the folders whose changes count for them.
final class Followers {

    private static final char AFTER_SLASH = '/' + 1;

    private final Set<ApplicationId> undeclared = new HashSet<>();
    private final Set<ApplicationId> declaring = new HashSet<>();

    /// By the folder that a pattern names before its first glob.
    private final NavigableMap<String, Map<PathPattern, Set<ApplicationId>>> byFolder =
            new TreeMap<>();

    /// @param paths empty if all changes count
    void add(ApplicationId id, List<PathPattern> paths) {
        (paths.isEmpty() ? undeclared : declaring).add(id);
        for (var path : paths) {
            byFolder.computeIfAbsent(path.folder(), _ -> new HashMap<>())
                    .computeIfAbsent(path, _ -> new HashSet<>())
                    .add(id);
        }
    }

    /// @param paths as they were added
    void remove(ApplicationId id, List<PathPattern> paths) {
        undeclared.remove(id);
        declaring.remove(id);
        for (var path : paths) {
            byFolder.computeIfPresent(
                    path.folder(),
                    (_, patterns) -> {
                        patterns.computeIfPresent(
                                path,
                                (_, ids) -> {
                                    ids.remove(id);
                                    return ids.isEmpty() ? null : ids;
                                });
                        return patterns.isEmpty() ? null : patterns;
                    });
        }
    }

    boolean isEmpty() {
        return undeclared.isEmpty() && declaring.isEmpty();
    }

    Collection<ApplicationId> all() {
        var all = new HashSet<>(undeclared);
        all.addAll(declaring);
        return all;
    }

    /// For whom every change counts.
    Set<ApplicationId> undeclared() {
        return undeclared;
    }

    /// For whom only some changes count.
    Set<ApplicationId> declaring() {
        return declaring;
    }

    /// Those of the declaring for whom one of the changes counts. A submodule that moved is listed
    /// as a file is: whatever lies below it may have changed.
    Set<ApplicationId> of(Collection<String> changedPaths) {
        var touched = new HashSet<ApplicationId>();
        var seen = new HashSet<String>();
        for (var changed : changedPaths) {
            var path = PathPattern.clean(changed);
            byFolder.getOrDefault(path, Map.of()).values().forEach(touched::addAll);
            byFolder.subMap(path + '/', path + AFTER_SLASH)
                    .values()
                    .forEach(patterns -> patterns.values().forEach(touched::addAll));
            for (var folder = path; ; folder = parent(folder)) {
                boolean first = seen.add(folder);
                byFolder.getOrDefault(folder, Map.of())
                        .forEach(
                                (pattern, ids) -> {
                                    boolean asked = first || pattern.glob().isPresent();
                                    if (asked && pattern.covers(path)) {
                                        touched.addAll(ids);
                                    }
                                });
                if (folder.isEmpty()) {
                    break;
                }
            }
        }
        return touched;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
