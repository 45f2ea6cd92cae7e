package io.tiphys.image;

import io.tiphys.repo.Folder;
import java.util.List;
import java.util.Optional;

/// The files of a source that is not in Git: whatever it is made of, no tag is read from it.
enum NoFiles implements Folder {
    INSTANCE;

    @Override
    public String treeId() {
        return "";
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        return List.of();
    }

    @Override
    public byte[] read(Entry entry) {
        throw new IllegalStateException("There is no file to read");
    }

    @Override
    public Optional<Folder> folder(String path) {
        return Optional.empty();
    }

    @Override
    public Optional<Entry> file(String path) {
        return Optional.empty();
    }
}
