package io.tiphys.image;

import io.tiphys.core.image.RefusedEditException;
import io.tiphys.repo.Folder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of a branch as one edit after another leaves them. Paths are relative to its root.
final class EditedFiles {

    private final Folder root;
    private final Map<String, byte[]> edited = new LinkedHashMap<>();

    /// What was read last, as it is without the edits: its past is asked for next.
    private Optional<Read> last = Optional.empty();

    private record Read(String path, String text) {}

    EditedFiles(Folder root) {
        this.root = root;
    }

    /// @return empty if there is no such file
    /// @throws RefusedEditException if it cannot be edited
    Optional<String> text(String path) {
        var mine = edited.get(path);
        if (mine != null) {
            return Optional.of(decoded(path, mine));
        }
        var file = root.file(path);
        if (file.filter(Folder.Entry::link).isPresent()) {
            throw new RefusedEditException("it is a link to another file");
        }
        last = file.map(it -> new Read(path, decoded(path, root.read(it))));
        return last.map(Read::text);
    }

    /// Only UTF-8 survives being read and written unchanged.
    private static String decoded(String path, byte[] content) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException notText) {
            throw new RefusedEditException("%s is not UTF-8".formatted(path));
        }
    }

    /// What a file was before, newest first, beginning with what it is without the edits.
    List<Folder.Version> versions(String path) {
        return root.versions(path);
    }

    /// @throws RefusedEditException if it is no text
    String text(String path, Folder.Version version) {
        return root.file(path, version).map(it -> decoded(path, root.read(it))).orElse("");
    }

    /// What a file is without the edits, if it was read just now.
    Optional<String> unedited(String path) {
        return last.filter(it -> it.path.equals(path)).map(Read::text);
    }

    void put(String path, String text) {
        edited.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /// YAML and JSON files, without links.
    List<String> manifests(String folder, boolean recurse) {
        var paths = new ArrayList<String>();
        root.folder(folder)
                .ifPresent(
                        it ->
                                it.entries(recurse).stream()
                                        .filter(file -> !file.link() && isManifest(file.path()))
                                        .map(file -> in(folder, file.path()))
                                        .forEach(paths::add));
        return paths;
    }

    private static boolean isManifest(String path) {
        return path.endsWith(".yaml") || path.endsWith(".yml") || path.endsWith(".json");
    }

    static String in(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    Map<String, byte[]> edited() {
        return edited;
    }
}
