package io.tiphys.repo.git;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;

/// Finds the commits of a mirror that changed a file, from each commit to the first of its parents.
/// Of a monorepo, one Application after another asks: behind a tip, each commit is looked at once
/// for all files, and of the next tip what came since.
final class FileHistory {

    /// So far back it is looked.
    private static final int MOST_COMMITS = 1_000;

    /// Of one commit; where more differ, each file is compared.
    private static final int MOST_PATHS = 1_000;

    /// Of all commits behind a tip, likewise: the oldest are compared.
    private static final int MOST_INDEXED = 50_000;

    /// A branch, and one that is proposed to it.
    private static final int MOST_LINES = 2;

    private static final long MAX_BYTES = 8L << 20;

    /// Of a step, beside its paths.
    private static final int OVERHEAD = 256;

    /// Of a path, beside its letters.
    private static final int PATH_OVERHEAD = 256;

    /// None that is the end of history: more of it may come.
    private final Cache<ObjectId, Step> steps =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher((ObjectId _, Step step) -> step.weight())
                    .build();

    /// Behind the tips that were asked for last, the last one first. Guarded by this.
    private final Deque<Line> lines = new ArrayDeque<>();

    /// Where history was cut off after so many fetches. Guarded by this.
    private Set<ObjectId> cuts = Set.of();

    private long asOf = -1;

    private final int mostCommits;
    private final int mostIndexed;

    FileHistory() {
        this(MOST_COMMITS, MOST_INDEXED);
    }

    /// @param mostCommits how far back it is looked
    /// @param mostIndexed of how many changes of files behind a tip it is known at once whose
    ///     they are
    FileHistory(int mostCommits, int mostIndexed) {
        this.mostCommits = mostCommits;
        this.mostIndexed = mostIndexed;
    }

    /// What a file was.
    ///
    /// @param by the commit that made it so. Of the last one, a commit that had it so
    record Version(Commit by, Content content) {}

    /// @param mode [FileMode#MISSING] where there is no such file
    /// @param name of the id, which many ask for
    record Content(ObjectId id, FileMode mode, String name) {

        Content(ObjectId id, FileMode mode) {
            this(id, mode, id.name());
        }
    }

    private record Change(Content before, Content after) {}

    /// @param name of the id, which many ask for
    /// @param author as `name <address>`
    /// @param parent empty at the end of history
    record Commit(
            ObjectId id, String name, ObjectId tree, String author, Optional<ObjectId> parent) {}

    /// From a commit to the one that it comes after.
    ///
    /// @param changed by path; empty if they are too many
    private record Step(Commit commit, Commit before, Optional<Map<String, Change>> changed) {

        int weight() {
            return OVERHEAD
                    + paths().stream().mapToInt(it -> 2 * it.length() + PATH_OVERHEAD).sum();
        }

        Set<String> paths() {
            return changed.map(Map::keySet).orElse(Set.of());
        }

        Step withoutPaths() {
            return new Step(commit, before, Optional.empty());
        }

        Optional<Change> of(ObjectReader reader, String path) throws IOException {
            if (changed.isPresent()) {
                return Optional.ofNullable(changed.get().get(path));
            }
            try (var files = differing(reader, commit, before)) {
                files.setFilter(AndTreeFilter.create(PathFilter.create(path), TreeFilter.ANY_DIFF));
                return files.next() ? Optional.of(change(files)) : Optional.empty();
            }
        }
    }

    /// What a file was, newest first: one for each commit that changed it, and at the end as the
    /// oldest commit has it that was looked at.
    ///
    /// @param fetches how many there were: only they cut history off elsewhere, and to ask the disk
    ///     for the places each time costs more than all else here. What tidying forgets of them is
    ///     of commits that are gone
    /// @param path from the root
    /// @param most how many, at least 2
    /// @throws IOException if what is on the disk is damaged
    synchronized List<Version> of(
            FileRepository repository, long fetches, ObjectId tip, String path, int most)
            throws IOException {
        if (fetches != asOf) {
            var now = Set.copyOf(repository.getObjectDatabase().getShallowCommits());
            if (!now.equals(cuts)) {
                lines.clear();
                cuts = now;
            }
            asOf = fetches;
        }
        try (var reader = repository.newObjectReader()) {
            var line = line(reader, tip);
            lines.remove(line);
            lines.addFirst(line);
            if (lines.size() > MOST_LINES) {
                lines.removeLast();
            }
            return line.versions(reader, path, most);
        }
    }

    /// The line of a tip: one that ends there, or that ended at a commit before it.
    private Line line(ObjectReader reader, ObjectId tip) throws IOException {
        var since = new ArrayDeque<Commit>();
        var at = Optional.of(tip);
        while (at.isPresent() && since.size() < mostCommits) {
            var id = at.get();
            var line = lines.stream().filter(it -> it.tip.id().equals(id)).findFirst();
            if (line.isPresent()) {
                line.get().advance(reader, since);
                return line.get();
            }
            since.addFirst(commit(reader, id));
            at = lines.isEmpty() ? Optional.empty() : parent(reader, since.getFirst());
        }
        return new Line(since.getLast());
    }

    /// The commits behind a tip, as far back as anybody has looked. Each step has a place, which is
    /// the greater the older it is, and stays the same when newer ones come.
    private final class Line {

        private final NavigableMap<Integer, Step> steps = new TreeMap<>();

        /// Those of them that changed a path.
        private final Map<String, NavigableMap<Integer, Step>> byPath = new HashMap<>();

        /// Those that must be asked.
        private final NavigableMap<Integer, Step> others = new TreeMap<>();

        private int indexed;

        private Commit tip;

        /// Before the oldest step.
        private Commit end;

        Line(Commit tip) {
            this.tip = tip;
            end = tip;
        }

        /// @param since commits behind the tip, oldest first
        void advance(ObjectReader reader, Iterable<Commit> since) throws IOException {
            for (var commit : since) {
                put(steps.isEmpty() ? 0 : steps.firstKey() - 1, step(reader, commit, tip.id()));
                tip = commit;
            }
            while (steps.size() >= mostCommits) {
                var oldest = steps.pollLastEntry();
                forget(oldest.getKey(), oldest.getValue());
                end = oldest.getValue().commit();
            }
            var oldest = steps.lastEntry();
            while (indexed > mostIndexed) {
                int place = oldest.getKey();
                if (forget(place, oldest.getValue())) {
                    ask(place, oldest.getValue());
                }
                oldest = steps.lowerEntry(place);
            }
        }

        List<Version> versions(ObjectReader reader, String path, int most) throws IOException {
            var versions = new ArrayList<Version>();
            var before = Optional.<Content>empty();
            var oldest = Optional.<Commit>empty();
            int place = steps.isEmpty() ? -1 : steps.firstKey() - 1;
            while (oldest.isEmpty()) {
                var next = next(path, place);
                if (next == null) {
                    if (!extend(reader)) {
                        oldest = Optional.of(end);
                    }
                    continue;
                }
                place = next.getKey();
                var step = next.getValue();
                var change = step.of(reader, path);
                if (change.isPresent()) {
                    versions.add(new Version(step.commit(), change.get().after()));
                    before = Optional.of(change.get().before());
                    if (versions.size() == most - 1) {
                        oldest = Optional.of(step.before());
                    }
                }
            }
            versions.add(
                    new Version(
                            oldest.get(),
                            before.isPresent()
                                    ? before.get()
                                    : content(reader, oldest.get().tree(), path)));
            return versions;
        }

        /// The first step behind a place that changed a path, or may have.
        private Map.@Nullable Entry<Integer, Step> next(String path, int place) {
            var known = byPath.get(path);
            var own = known == null ? null : known.higherEntry(place);
            var other = others.higherEntry(place);
            return own == null || (other != null && other.getKey() < own.getKey()) ? other : own;
        }

        /// Looks one commit further back.
        ///
        /// @return whether there is one
        private boolean extend(ObjectReader reader) throws IOException {
            if (steps.size() >= mostCommits - 1) {
                return false;
            }
            var parent = parent(reader, end);
            if (parent.isEmpty()) {
                return false;
            }
            var step = step(reader, end, parent.get());
            int place = steps.isEmpty() ? 0 : steps.lastKey() + 1;
            if (indexed + step.paths().size() <= mostIndexed) {
                put(place, step);
            } else {
                ask(place, step);
            }
            end = step.before();
            return true;
        }

        private void put(int place, Step step) {
            if (step.changed().isEmpty()) {
                ask(place, step);
                return;
            }
            steps.put(place, step);
            indexed += step.paths().size();
            step.paths()
                    .forEach(
                            it ->
                                    byPath.computeIfAbsent(it, _ -> new TreeMap<>())
                                            .put(place, step));
        }

        private void ask(int place, Step step) {
            var asked = step.withoutPaths();
            steps.put(place, asked);
            others.put(place, asked);
        }

        /// @return whether its paths were known
        private boolean forget(int place, Step step) {
            others.remove(place);
            indexed -= step.paths().size();
            for (var path : step.paths()) {
                byPath.computeIfPresent(
                        path,
                        (_, places) -> {
                            places.remove(place);
                            return places.isEmpty() ? null : places;
                        });
            }
            return step.changed().isPresent();
        }
    }

    /// @return empty at the end of history, or of what is known of it
    private static Optional<ObjectId> parent(ObjectReader reader, Commit commit)
            throws IOException {
        return commit.parent().isPresent() && reader.has(commit.parent().get())
                ? commit.parent()
                : Optional.empty();
    }

    private Step step(ObjectReader reader, Commit commit, ObjectId parent) throws IOException {
        var known = steps.getIfPresent(commit.id());
        if (known != null) {
            return known;
        }
        var before = commit(reader, parent);
        var step = new Step(commit, before, changed(reader, commit, before));
        if (before.parent().isPresent()) {
            steps.put(commit.id(), step);
        }
        return step;
    }

    private static Commit commit(ObjectReader reader, ObjectId id) throws IOException {
        try (var walk = new RevWalk(reader)) {
            var commit = walk.parseCommit(id);
            return new Commit(
                    commit.copy(),
                    commit.name(),
                    commit.getTree().copy(),
                    SignedObject.commit(commit.getRawBuffer()).made("author").who(),
                    commit.getParentCount() == 0
                            ? Optional.empty()
                            : Optional.of(commit.getParent(0).copy()));
        }
    }

    private static Optional<Map<String, Change>> changed(
            ObjectReader reader, Commit commit, Commit before) throws IOException {
        try (var files = differing(reader, commit, before)) {
            var changes = new HashMap<String, Change>();
            while (files.next()) {
                if (changes.size() == MOST_PATHS) {
                    return Optional.empty();
                }
                changes.put(files.getPathString(), change(files));
            }
            return Optional.of(changes);
        }
    }

    private static TreeWalk differing(ObjectReader reader, Commit commit, Commit before)
            throws IOException {
        var files = new TreeWalk(reader);
        files.setRecursive(true);
        files.setFilter(TreeFilter.ANY_DIFF);
        files.addTree(before.tree());
        files.addTree(commit.tree());
        return files;
    }

    private static Change change(TreeWalk differing) {
        return new Change(content(differing, 0), content(differing, 1));
    }

    private static Content content(TreeWalk files, int tree) {
        return new Content(files.getObjectId(tree), files.getFileMode(tree));
    }

    private static Content content(ObjectReader reader, ObjectId tree, String path)
            throws IOException {
        try (var file = TreeWalk.forPath(reader, path, tree)) {
            return file == null
                    ? new Content(ObjectId.zeroId(), FileMode.MISSING)
                    : content(file, 0);
        }
    }
}
