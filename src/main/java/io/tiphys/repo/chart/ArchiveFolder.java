package io.tiphys.repo.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.repo.Folder;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.chart.TarIndex.Item;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.regex.Pattern;

/// A folder of an archive that lies as one tar file on the disk.
///
/// @param id names the archive's content
/// @param items of the whole archive
/// @param prefix of the folder's paths in it, with a slash at the end; empty for the root
record ArchiveFolder(String id, Path tar, NavigableMap<String, Item> items, String prefix)
        implements Folder {

    private static final Pattern CHART = Pattern.compile("[^/]+/Chart\\.yaml");

    /// No manifest is larger; what is, is not read into memory.
    private static final int MAX_FILE_BYTES = 10 * 1024 * 1024;

    /// The chart that an archive of Helm's holds, as the only folder at its root that has one.
    ///
    /// @param shown the archive's name, for messages
    ArchiveFolder chart(String shown) {
        var charts = items.keySet().stream().filter(it -> CHART.matcher(it).matches()).toList();
        if (charts.size() != 1) {
            throw new ManifestFailure(
                    "%s is no chart: it must have one folder with a Chart.yaml, and has %d"
                            .formatted(shown, charts.size()));
        }
        var folder = charts.getFirst().substring(0, charts.getFirst().indexOf('/') + 1);
        return new ArchiveFolder(id, tar, items, folder);
    }

    /// A folder by a path as its author wrote it.
    ///
    /// @param shown the archive's name, for messages
    Folder at(String path, String shown) {
        return folder(Folder.cleanPath(path))
                .orElseThrow(
                        () ->
                                new ManifestFailure(
                                        "The path '%s' is no folder in %s".formatted(path, shown)));
    }

    @Override
    public String treeId() {
        return id + ":" + prefix;
    }

    @Override
    public List<Entry> entries(boolean recurse) {
        return below(items, prefix).entrySet().stream()
                .map(it -> entry(it.getKey().substring(prefix.length()), it.getValue()))
                .filter(it -> recurse || !it.path().contains("/"))
                .toList();
    }

    @Override
    public byte[] read(Entry entry) {
        var item = items.get(prefix + entry.path());
        if (item == null) {
            throw new IllegalArgumentException("No entry of this folder: " + entry.path());
        }
        if (!item.target().isEmpty()) {
            return item.target().getBytes(UTF_8);
        }
        if (item.size() > MAX_FILE_BYTES) {
            throw new ManifestFailure(entry.path() + " is larger than 10 MB");
        }
        return read(item);
    }

    private byte[] read(Item item) {
        var content = ByteBuffer.allocate((int) item.size());
        try (var channel = Files.newByteChannel(tar)) {
            channel.position(item.offset());
            while (content.hasRemaining()) {
                if (channel.read(content) < 0) {
                    throw new EOFException("An archive on the disk was cut off: " + tar);
                }
            }
        } catch (NoSuchFileException tidied) {
            throw new ManifestFailure("An archive was deleted while it was read", true);
        } catch (IOException broken) {
            throw new UncheckedIOException("An archive on the disk cannot be read", broken);
        }
        return content.array();
    }

    @Override
    public Optional<Folder> folder(String path) {
        if (path.isEmpty()) {
            return Optional.of(this);
        }
        var below = prefix + path + "/";
        return below(items, below).isEmpty()
                ? Optional.empty()
                : Optional.of(new ArchiveFolder(id, tar, items, below));
    }

    @Override
    public Optional<Entry> file(String path) {
        return Optional.ofNullable(items.get(prefix + path)).map(it -> entry(path, it));
    }

    private Entry entry(String path, Item item) {
        // Renderers that run programs of a repository get them from Git.
        return new Entry(
                path, id + ":" + prefix + path, item.size(), !item.target().isEmpty(), false);
    }

    /// Paths that begin with the prefix follow each other.
    private static NavigableMap<String, Item> below(
            NavigableMap<String, Item> items, String prefix) {
        return prefix.isEmpty()
                ? items
                : items.subMap(prefix, true, prefix + Character.MAX_VALUE, true);
    }
}
