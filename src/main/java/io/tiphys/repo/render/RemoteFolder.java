package io.tiphys.repo.render;

import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.RenderRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The files of other servers that one rendering reads, as if they lay in a folder of the
/// repository. For one thread at a time.
final class RemoteFolder implements Folder {

    /// No source can have a `ref` of that name.
    static final String NAME = "$urls:";

    private final RemoteFiles files;
    private final RenderRequest request;
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, byte[]> contents = new HashMap<>();

    /// @param request says what may be read, and how new it must be
    RemoteFolder(RemoteFiles files, RenderRequest request) {
        this.files = files;
        this.request = request;
    }

    /// Reads a file, once however often it is named.
    ///
    /// @param field the option that names it, for messages
    /// @return its path from the repository's root
    /// @throws ManifestFailure if it may not be read, or cannot
    String add(String field, String address) {
        var entry = entries.get(address);
        if (entry == null) {
            var file = files.read(field, address, request.access(), request.fetch());
            entry =
                    new Entry(
                            "%d.yaml".formatted(entries.size()),
                            file.digest(),
                            file.content().length,
                            false,
                            false);
            entries.put(address, entry);
            contents.put(entry.path(), file.content());
        }
        return NAME + "/" + entry.path();
    }

    @Override
    public String treeId() {
        return Inputs.of(entries(true));
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        return List.copyOf(entries.values());
    }

    @Override
    public byte[] read(Entry entry) {
        var content = contents.get(entry.path());
        if (content == null) {
            throw new ManifestFailure("No folder of a repository may be called " + NAME);
        }
        return content;
    }

    @Override
    public Optional<Folder> folder(String path) {
        return path.isEmpty() ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Optional<Entry> file(String path) {
        return entries.values().stream().filter(it -> it.path().equals(path)).findFirst();
    }
}
