package io.tiphys.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.repo.Folder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Files of a repository that a test holds.
///
/// @param files content by path
/// @param links paths of symbolic links, whose content is their target. Files that end in `.sh` are
///     programs
public record MemoryFolder(SortedMap<String, byte[]> files, TreeSet<String> links)
        implements Folder {

    public MemoryFolder() {
        this(new TreeMap<>(), new TreeSet<>());
    }

    public MemoryFolder with(String path, String content) {
        files.put(path, content.getBytes(UTF_8));
        return this;
    }

    public MemoryFolder withLink(String path, String target) {
        links.add(path);
        return with(path, target);
    }

    @Override
    public String treeId() {
        var content = new StringBuilder();
        entries(true).forEach(content::append);
        return id(content.toString().getBytes(UTF_8));
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        return files.keySet().stream()
                .filter(it -> recurse || !it.contains("/"))
                .map(this::entry)
                .toList();
    }

    @Override
    public byte[] read(Entry entry) {
        return files.get(entry.path());
    }

    @Override
    public Optional<Folder> folder(String path) {
        if (path.isEmpty()) {
            return Optional.of(this);
        }
        var below = new MemoryFolder();
        var prefix = path + "/";
        files.tailMap(prefix).entrySet().stream()
                .takeWhile(it -> it.getKey().startsWith(prefix))
                .forEach(it -> below.files.put(rest(it.getKey(), prefix), it.getValue()));
        links.tailSet(prefix).stream()
                .takeWhile(it -> it.startsWith(prefix))
                .forEach(it -> below.links.add(rest(it, prefix)));
        return below.files.isEmpty() ? Optional.empty() : Optional.of(below);
    }

    @Override
    public Optional<Entry> file(String path) {
        return files.containsKey(path) ? Optional.of(entry(path)) : Optional.empty();
    }

    private Entry entry(String path) {
        var content = files.get(path);
        return new Entry(
                path, id(content), content.length, links.contains(path), path.endsWith(".sh"));
    }

    private static String rest(String path, String prefix) {
        return path.substring(prefix.length());
    }

    private static String id(byte[] content) {
        return UUID.nameUUIDFromBytes(content).toString() + Arrays.hashCode(content);
    }
}
