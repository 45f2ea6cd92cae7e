package io.tiphys.repo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The root of a repository, and the roots of others as if they were folders in it. Listings show
/// only its own files: others are found by who asks for them.
///
/// @param others by name; a folder of the own repository with that name is hidden
public record JoinedFolder(Folder own, Map<String, Folder> others) implements Folder {

    /// @param root as it was, with others or without
    /// @return the same with one more
    public static JoinedFolder of(Folder root, String name, Folder other) {
        var others = new HashMap<String, Folder>();
        if (root instanceof JoinedFolder joined) {
            others.putAll(joined.others());
        }
        others.put(name, other);
        return new JoinedFolder(root instanceof JoinedFolder joined ? joined.own() : root, others);
    }

    @Override
    public String treeId() {
        return own.treeId();
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        return own.entries(recurse);
    }

    @Override
    public byte[] read(Entry entry) {
        var other = others.get(first(entry.path()));
        return other == null ? own.read(entry) : other.read(entry.at(rest(entry.path())));
    }

    @Override
    public void copy(Entry entry, OutputStream to) throws IOException {
        var other = others.get(first(entry.path()));
        if (other == null) {
            own.copy(entry, to);
        } else {
            other.copy(entry.at(rest(entry.path())), to);
        }
    }

    @Override
    public Optional<Folder> folder(String path) {
        var other = others.get(first(path));
        return other == null ? own.folder(path) : other.folder(rest(path));
    }

    @Override
    public Optional<Entry> file(String path) {
        var other = others.get(first(path));
        return other == null ? own.file(path) : other.file(rest(path)).map(it -> it.at(path));
    }

    private static String first(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    private static String rest(String path) {
        return path.substring(Math.min(path.length(), first(path).length() + 1));
    }
}
