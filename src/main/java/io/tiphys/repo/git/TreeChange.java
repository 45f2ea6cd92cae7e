package io.tiphys.repo.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.util.Paths;
import org.jspecify.annotations.Nullable;

/// Makes a folder anew of which some files are others. Only the folders that lead to these are
/// read and written, so that a monorepo costs no more than what changes in it.
record TreeChange(ObjectReader reader, ObjectInserter inserter) {

    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    private record Entry(byte[] name, FileMode mode, ObjectId id) {

        int size() {
            return TreeFormatter.entrySize(mode, name.length);
        }

        static int compare(Entry one, Entry other) {
            return Paths.compare(
                    one.name,
                    0,
                    one.name.length,
                    one.mode.getBits(),
                    other.name,
                    0,
                    other.name.length,
                    other.mode.getBits());
        }
    }

    /// A file that is there keeps its mode. One that stands where a folder must be, or the other
    /// way round, goes.
    ///
    /// @param folder null for one that is not there yet
    /// @param files contents by path within the folder
    ObjectId in(@Nullable ObjectId folder, Map<String, ObjectId> files) throws IOException {
        var here = new HashMap<String, ObjectId>();
        var below = new HashMap<String, Map<String, ObjectId>>();
        files.forEach(
                (path, content) -> {
                    int slash = path.indexOf('/');
                    if (slash < 0) {
                        here.put(path, content);
                    } else {
                        below.computeIfAbsent(path.substring(0, slash), _ -> new HashMap<>())
                                .put(path.substring(slash + 1), content);
                    }
                });
        var entries = folder == null ? new ArrayList<Entry>() : kept(folder, here, below);
        for (var file : here.entrySet()) {
            entries.add(entry(file.getKey(), FileMode.REGULAR_FILE, file.getValue()));
        }
        for (var child : below.entrySet()) {
            entries.add(entry(child.getKey(), FileMode.TREE, in(null, child.getValue())));
        }
        entries.sort(Entry::compare);
        // By itself it would begin with more than most folders take.
        var tree = new TreeFormatter(entries.stream().mapToInt(Entry::size).sum());
        entries.forEach(it -> tree.append(it.name(), it.mode(), it.id()));
        return tree.insertTo(inserter);
    }

    /// What is there already, changed. Takes out what it has changed.
    private List<Entry> kept(
            ObjectId folder, Map<String, ObjectId> here, Map<String, Map<String, ObjectId>> below)
            throws IOException {
        var entries = new ArrayList<Entry>();
        var tree = new CanonicalTreeParser();
        for (tree.reset(reader, folder); !tree.eof(); tree.next()) {
            var name = tree.getEntryPathString();
            var mode = tree.getEntryFileMode();
            boolean isFolder = mode.equals(FileMode.TREE);
            var file = here.remove(name);
            var child = below.remove(name);
            if (file != null) {
                entries.add(entry(name, isFolder ? FileMode.REGULAR_FILE : mode, file));
            } else if (child != null) {
                var before = isFolder ? tree.getEntryObjectId() : null;
                entries.add(entry(name, FileMode.TREE, in(before, child)));
            } else {
                entries.add(new Entry(name(tree), mode, tree.getEntryObjectId()));
            }
        }
        return entries;
    }

    private static Entry entry(String name, FileMode mode, ObjectId id) {
        return new Entry(name.getBytes(UTF_8), mode, id);
    }

    /// Not every name is text.
    private static byte[] name(CanonicalTreeParser tree) {
        return Arrays.copyOf(tree.getEntryPathBuffer(), tree.getEntryPathLength());
    }
}
