package io.tiphys.repo.git;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
/// for all files, and behind the next tip those that are new.
final class FileHistory {

    /// So far back it is looked.
    private static final int MOST_COMMITS = 1_000;

    private static final int MOST_VERSIONS = 30;

    /// Of one commit; where more differ, each file is compared.
    private static final int MOST_PATHS = 1_000;

    /// Of all commits behind a tip, likewise.
    private static final int MOST_INDEXED = 50_000;

    private static final BitSet NONE = new BitSet();

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

    /// Behind the tip that was asked for last. Guarded by this.
    private @Nullable Line line;

    /// What a file was.
    ///
    /// @param by the commit that made it so. Of the last one, a commit that had it so
    record Version(Commit by, Content content) {}

    /// @param mode [FileMode#MISSING] where there is no such file
    record Content(ObjectId id, FileMode mode) {}

    private record Change(Content before, Content after) {}

    /// @param author as `name <address>`
    /// @param parent empty at the end of history
    record Commit(ObjectId id, ObjectId tree, String author, Optional<ObjectId> parent) {}

    /// From a commit to the one that it comes after.
    ///
    /// @param changed by path; empty if they are too many
    private record Step(Commit commit, Commit before, Optional<Map<String, Change>> changed) {

        int weight() {
            return OVERHEAD
                    + changed.orElse(Map.of()).keySet().stream()
                            .mapToInt(it -> 2 * it.length() + PATH_OVERHEAD)
                            .sum();
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
    /// @param path from the root
    /// @throws IOException if what is on the disk is damaged
    synchronized List<Version> of(FileRepository repository, ObjectId tip, String path)
            throws IOException {
        var cuts = Set.copyOf(repository.getObjectDatabase().getShallowCommits());
        try (var reader = repository.newObjectReader()) {
            var behind = line;
            if (behind == null || !behind.tip.equals(tip) || !behind.cuts.equals(cuts)) {
                behind = new Line(tip, cuts, commit(reader, tip));
                line = behind;
            }
            return behind.versions(reader, path);
        }
    }

    /// The commits behind a tip, as far back as anybody has looked.
    private final class Line {

        private final ObjectId tip;

        /// Where history was cut off.
        private final Set<ObjectId> cuts;

        /// Newest first.
        private final List<Step> steps = new ArrayList<>();

        /// Which of them changed a path, by where they stand in the list.
        private final Map<String, BitSet> byPath = new HashMap<>();

        /// Which of them must be asked.
        private final BitSet others = new BitSet();

        private int indexed;

        /// Before the last step.
        private Commit end;

        Line(ObjectId tip, Set<ObjectId> cuts, Commit end) {
            this.tip = tip;
            this.cuts = cuts;
            this.end = end;
        }

        List<Version> versions(ObjectReader reader, String path) throws IOException {
            var versions = new ArrayList<Version>();
            var before = Optional.<Content>empty();
            int at = 0;
            while (versions.size() < MOST_VERSIONS - 1 && (at < steps.size() || extend(reader))) {
                at = next(path, at);
                if (at < steps.size()) {
                    var step = steps.get(at);
                    var change = step.of(reader, path);
                    if (change.isPresent()) {
                        versions.add(new Version(step.commit(), change.get().after()));
                        before = Optional.of(change.get().before());
                    }
                    at++;
                }
            }
            var oldest = at < steps.size() ? steps.get(at).commit() : end;
            versions.add(
                    new Version(
                            oldest,
                            before.isPresent()
                                    ? before.get()
                                    : content(reader, oldest.tree(), path)));
            return versions;
        }

        /// The first step from one on that changed a path, or may have; else how many there are.
        private int next(String path, int from) {
            int own = byPath.getOrDefault(path, NONE).nextSetBit(from);
            int other = others.nextSetBit(from);
            return Math.min(own < 0 ? steps.size() : own, other < 0 ? steps.size() : other);
        }

        /// Looks one commit further back.
        ///
        /// @return whether there is one
        private boolean extend(ObjectReader reader) throws IOException {
            if (steps.size() == MOST_COMMITS - 1
                    || end.parent().isEmpty()
                    || !reader.has(end.parent().get())) {
                return false;
            }
            var step = step(reader, end, end.parent().get());
            var paths = step.changed().map(Map::keySet).orElse(Set.of());
            boolean isIndexed =
                    step.changed().isPresent() && indexed + paths.size() <= MOST_INDEXED;
            if (isIndexed) {
                indexed += paths.size();
                paths.forEach(
                        it -> byPath.computeIfAbsent(it, _ -> new BitSet()).set(steps.size()));
            } else {
                others.set(steps.size());
            }
            steps.add(isIndexed ? step : step.withoutPaths());
            end = step.before();
            return true;
        }
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
