package io.tiphys.support;

import io.tiphys.repo.Folder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A folder that counts how often its files are listed.
public record CountedFolder(Folder folder, AtomicInteger listings) implements Folder {

    @Override
    public String treeId() {
        return folder.treeId();
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        listings.incrementAndGet();
        return folder.entries(recurse);
    }

    @Override
    public byte[] read(Entry entry) {
        return folder.read(entry);
    }

    @Override
    public Optional<Folder> folder(String path) {
        return folder.folder(path);
    }

    @Override
    public Optional<Entry> file(String path) {
        return folder.file(path);
    }
}
