package io.tiphys.repo.git;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/// Finds the commits of a mirror that changed a file, from each commit to the first of its parents.
/// What a commit changed is remembered: of a monorepo, one Application after another asks it.
final class FileHistory {

    /// So far back it is looked.
    private static final int MOST_COMMITS = 1_000;

    private static final int MOST_STEPS = 30;

    /// Of one commit; where more differ, each file is compared.
    private static final int MOST_PATHS = 1_000;

    private static final long MAX_BYTES = 8L << 20;

    /// Of a step, beside its paths.
    private static final int OVERHEAD = 256;

    /// None that is the end of history: more of it may come.
    private final Cache<ObjectId, Step> steps =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher((ObjectId _, Step step) -> step.weight())
                    .build();

    /// A commit on the way back.
    ///
    /// @param author as `name <address>`
    /// @param parent empty at the end of history
    /// @param changed the files that differ from the parent's; empty if they are too many
    record Step(
            ObjectId commit,
            ObjectId tree,
            String author,
            Optional<ObjectId> parent,
            Optional<Set<String>> changed) {

        int weight() {
            return OVERHEAD
                    + changed.orElse(Set.of()).stream().mapToInt(it -> 2 * it.length() + 64).sum();
        }
    }

    /// The commits that changed a file, newest first, and at the end the oldest that was looked at.
    ///
    /// @param path from the root
    /// @throws IOException if what is on the disk is damaged
    List<Step> of(Repository repository, ObjectId from, String path) throws IOException {
        try (var reader = repository.newObjectReader()) {
            var found = new ArrayList<Step>();
            var step = Optional.of(step(reader, from));
            for (int i = 0; i < MOST_COMMITS && step.isPresent(); i++) {
                var before = before(reader, step.get());
                boolean isLast =
                        before.isEmpty() || i == MOST_COMMITS - 1 || found.size() == MOST_STEPS - 1;
                if (isLast || hasChanged(reader, step.get(), before.get(), path)) {
                    found.add(step.get());
                }
                step = isLast ? Optional.empty() : before;
            }
            return found;
        }
    }

    /// Empty at the end of history, also where it was cut off since it was looked at.
    private Optional<Step> before(ObjectReader reader, Step step) throws IOException {
        var parent = step.parent();
        if (parent.isEmpty() || !reader.has(parent.get())) {
            return Optional.empty();
        }
        return Optional.of(step(reader, parent.get()));
    }

    private Step step(ObjectReader reader, ObjectId commit) throws IOException {
        var known = steps.getIfPresent(commit);
        if (known != null) {
            return known;
        }
        try (var walk = new RevWalk(reader)) {
            var parsed = walk.parseCommit(commit);
            var author = SignedObject.commit(parsed.getRawBuffer()).made("author").who();
            if (parsed.getParentCount() == 0) {
                return new Step(
                        commit,
                        parsed.getTree().copy(),
                        author,
                        Optional.empty(),
                        Optional.empty());
            }
            var parent = walk.parseCommit(parsed.getParent(0));
            var step =
                    new Step(
                            commit,
                            parsed.getTree().copy(),
                            author,
                            Optional.of(parent.copy()),
                            changed(reader, parsed.getTree(), parent.getTree()));
            steps.put(commit, step);
            return step;
        }
    }

    private static Optional<Set<String>> changed(
            ObjectReader reader, ObjectId tree, ObjectId before) throws IOException {
        try (var files = differing(reader, tree, before)) {
            var paths = new HashSet<String>();
            while (files.next()) {
                if (paths.size() == MOST_PATHS) {
                    return Optional.empty();
                }
                paths.add(files.getPathString());
            }
            return Optional.of(paths);
        }
    }

    private static boolean hasChanged(ObjectReader reader, Step step, Step parent, String path)
            throws IOException {
        if (step.changed().isPresent()) {
            return step.changed().get().contains(path);
        }
        try (var files = differing(reader, step.tree(), parent.tree())) {
            files.setFilter(AndTreeFilter.create(PathFilter.create(path), TreeFilter.ANY_DIFF));
            return files.next();
        }
    }

    private static TreeWalk differing(ObjectReader reader, ObjectId tree, ObjectId before)
            throws IOException {
        var files = new TreeWalk(reader);
        files.setRecursive(true);
        files.setFilter(TreeFilter.ANY_DIFF);
        files.addTree(tree);
        files.addTree(before);
        return files;
    }
}
