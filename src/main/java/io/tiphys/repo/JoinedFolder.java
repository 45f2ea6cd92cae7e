package io.tiphys.repo;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The root of a repository, and the roots of others as if they were folders in it. Listings show
/// only its own files: others are found by who asks for them.
///
/// @param others by name; a folder of the own repository with that name is hidden
public record JoinedFolder(Folder own, Map<String, Folder> others) implements Folder {

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
        return other == null
                ? own.read(entry)
                : other.read(
                        new Entry(
                                rest(entry.path()), entry.objectId(), entry.size(), entry.link()));
    }

    @Override
    public Optional<Folder> folder(String path) {
        var other = others.get(first(path));
        return other == null ? own.folder(path) : other.folder(rest(path));
    }

    @Override
    public Optional<Entry> file(String path) {
        var other = others.get(first(path));
        return other == null
                ? own.file(path)
                : other.file(rest(path))
                        .map(it -> new Entry(path, it.objectId(), it.size(), it.link()));
    }

    private static String first(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    private static String rest(String path) {
        return path.substring(Math.min(path.length(), first(path).length() + 1));
    }
}
