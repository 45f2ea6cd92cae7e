package io.tiphys.image;

import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.MemoryFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Files of which a test says what they were.
final class PastFiles implements Folder {

    private static final AtomicInteger FOLDERS = new AtomicInteger();

    private final MemoryFolder now = new MemoryFolder();
    private final MemoryFolder before = new MemoryFolder();
    private final Map<String, List<Version>> versions = new HashMap<>();
    private final int number = FOLDERS.incrementAndGet();
    private int asked;
    private int read;
    private boolean unreachable;

    PastFiles with(String path, String text) {
        now.with(path, text);
        return this;
    }

    /// Whether what files were cannot be read for now.
    void unreachable(boolean unreachable) {
        this.unreachable = unreachable;
    }

    /// How often it was asked for versions.
    int asked() {
        return asked;
    }

    /// How often a file was asked for as it was.
    int read() {
        return read;
    }

    /// No two commits have the same id, wherever they are.
    String commit(int version) {
        return "commit-%d-%d".formatted(number, version);
    }

    /// From the oldest to what it is now; null if there was no such file.
    void was(String path, String author, @Nullable String text) {
        var known = versions.computeIfAbsent(path, _ -> new ArrayList<>());
        var commit = commit(known.size() + 1);
        now.files().remove(path);
        if (text != null) {
            now.with(path, text);
            before.with(commit + "/" + path, text);
        }
        known.addFirst(
                new Version(
                        before.file(commit + "/" + path).map(Entry::objectId).orElse(""),
                        commit,
                        author));
    }

    @Override
    public Optional<Entry> file(String path, Version version) {
        read++;
        if (unreachable) {
            throw new ManifestFailure("It cannot be reached", true);
        }
        return before.file(version.commit() + "/" + path);
    }

    @Override
    public List<Version> versions(String path, int most) {
        asked++;
        return versions.getOrDefault(path, List.of()).stream().limit(most).toList();
    }

    @Override
    public String treeId() {
        return now.treeId();
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        return now.entries(recurse);
    }

    @Override
    public byte[] read(Entry entry) {
        return entry.path().startsWith("commit") ? before.read(entry) : now.read(entry);
    }

    @Override
    public Optional<Folder> folder(String path) {
        return now.folder(path);
    }

    @Override
    public Optional<Entry> file(String path) {
        return now.file(path);
    }
}
